#include "rtl_models/record/feeder_counters.h"

namespace intloom::hw {

std::vector<Counter> FeederCounters::list() const {
  return {
      {"commands", commands, "count", "EXEC commands started"},
      {"blocks", blocks, "count", "weight blocks that became active"},
      {"compute_cycles", compute_cycles, "cycles", "an activation row is handed to the array"},
      {"weights_cycles", weights_cycles, "cycles", "the next activation row waits for its weights"},
      {"fill_drain_cycles", fill_drain_cycles, "cycles",
       "decoding and buffer latency before the first activation row of a command"},
      {"activation_reads", activation_reads, "count", "words read from the activation scratchpad"},
      {"padding_rows", padding_rows, "count", "activation rows that are padding and not read"},
      {"weight_reads", weight_reads, "count", "words read from the weight buffer"},
      {"useful_macs", useful_macs, "count", "products of an input channel inside the map and a weight of the layer"},
      {"padding_macs", padding_macs, "count", "products of padding and a weight of the layer"},
  };
}

}  // namespace intloom::hw
