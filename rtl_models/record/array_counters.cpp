#include "rtl_models/record/array_counters.h"

namespace intloom::hw {

std::vector<Counter> ArrayCounters::list() const {
  return {
      {"active_cycles", active_cycles, "cycles", "at least one activation row is inside the array"},
      {"activation_rows", activation_rows, "count", "activation rows that entered"},
      {"weight_rows", weight_rows, "count", "weight rows that were shifted in"},
      {"blocks", blocks, "count", "weight blocks that became active"},
  };
}

}  // namespace intloom::hw
