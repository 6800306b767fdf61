#include "rtl_models/record/dma_counters.h"

namespace intloom::hw {

std::vector<Counter> DmaCounters::list_of(const char* commands_description, const char* beats_description) const {
  return {
      {"commands", commands, "count", commands_description},
      {"busy_cycles", busy_cycles, "cycles", "cycles from start to end of the commands that have ended"},
      {"beats", beats, "count", beats_description},
      {"bursts", bursts, "count", "bursts issued to memory"},
      {"bytes", bytes, "bytes", "bytes of the bursts issued"},
      {"latency_sum_cycles", latency_sum, "cycles",
       "sum over the bursts of the cycles from issue to the first edge at which the response may be used"},
      {"latency_min_cycles", latency_min, "cycles", "shortest time from issue to response"},
      {"latency_max_cycles", latency_max, "cycles", "longest time from issue to response"},
      {"outstanding_peak", outstanding_peak, "count", "most burst slots in use at once"},
  };
}

std::vector<Counter> LoadCounters::list() const {
  return list_of("LOAD commands started", "writes to the on-chip buffers, one a cycle at most");
}

std::vector<Counter> StoreCounters::list() const {
  return list_of("STORE commands started", "words requested from the scratchpad, one a cycle at most");
}

}  // namespace intloom::hw
