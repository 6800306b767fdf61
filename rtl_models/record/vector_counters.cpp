#include "rtl_models/record/vector_counters.h"

namespace intloom::hw {

std::vector<Counter> VectorCounters::list() const {
  return {
      {"elements", elements, "count", "results written"},
      {"saturations", saturations, "count",
       "results that lo, hi or the width of the output changed; with out_of_range: wrap, results out of the type"},
      {"lookups", lookups, "count", "of the elements, bytes read from the table"},
      {"active_cycles", step_cycles + parameter_wait_cycles + drain_cycles, "cycles",
       "from start edge to end edge, all commands: step + parameter_wait + drain"},
      {"step_cycles", step_cycles, "cycles", "a tap of a chunk enters the unit"},
      {"parameter_wait_cycles", parameter_wait_cycles, "cycles", "the records of a command are read"},
      {"drain_cycles", drain_cycles, "cycles", "behind the last step of a command, until its end"},
      {"operand_words", operand_words, "count", "words read from the activation scratchpad, both operands"},
      {"parameter_words", parameter_words, "count", "words read from the parameter buffer"},
  };
}

}  // namespace intloom::hw
