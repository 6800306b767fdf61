// What the requantizer counts; definitions: rtl_models/requant/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct RequantCounters {
  std::uint64_t elements = 0, saturations = 0;
  std::uint64_t row_cycles = 0, parameter_wait_cycles = 0, drain_cycles = 0;
  std::uint64_t parameter_words = 0;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
