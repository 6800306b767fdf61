// What the MAC array counts; definitions: rtl_models/mac_array/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct ArrayCounters {
  std::uint64_t active_cycles = 0, activation_rows = 0, weight_rows = 0, blocks = 0;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
