// What an on-chip buffer counts, bank by bank; definitions: rtl_models/scratchpad/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct BufferCounters {
  struct Bank {
    std::uint64_t reads = 0, writes = 0;
  };
  std::vector<Bank> banks;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
