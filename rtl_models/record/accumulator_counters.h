// What the accumulator counts; definitions: rtl_models/accumulator/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct AccumulatorCounters {
  std::uint64_t rows_overwritten = 0, rows_added = 0, rows_read = 0, overflows = 0;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
