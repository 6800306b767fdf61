#include "rtl_models/record/requant_counters.h"

namespace intloom::hw {

std::vector<Counter> RequantCounters::list() const {
  return {
      {"elements", elements, "count", "results written"},
      {"saturations", saturations, "count",
       "results that lo, hi or the width of the output changed; with out_of_range: wrap, results out of the type"},
      {"active_cycles", row_cycles + parameter_wait_cycles + drain_cycles, "cycles",
       "from start edge to end edge, all commands: row + parameter_wait + drain"},
      {"row_cycles", row_cycles, "cycles", "an accumulator row is requested"},
      {"parameter_wait_cycles", parameter_wait_cycles, "cycles",
       "rows are left, their parameters are still on the way"},
      {"drain_cycles", drain_cycles, "cycles", "behind the last row of a command, until its end"},
      {"parameter_words", parameter_words, "count", "words read from the parameter buffer"},
  };
}

}  // namespace intloom::hw
