// What the vector unit counts; definitions: rtl_models/vector/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct VectorCounters {
  std::uint64_t elements = 0, saturations = 0, lookups = 0;
  std::uint64_t step_cycles = 0, parameter_wait_cycles = 0, drain_cycles = 0;
  std::uint64_t operand_words = 0, parameter_words = 0;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
