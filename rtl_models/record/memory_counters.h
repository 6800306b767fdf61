// What a memory counts; definitions: rtl_models/memory/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

// Reads, or writes. Cycles of the memory's own clock.
struct MemoryDirectionCounters {
  std::uint64_t bursts = 0, bytes = 0, busy_cycles = 0;
  std::uint64_t latency_sum = 0, latency_min = 0, latency_max = 0;  // arrival to response
  std::uint64_t queue_peak = 0;
};

struct MemoryCounters {
  MemoryDirectionCounters reads, writes;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
