// What one channel of the DMA counts; definitions: rtl_models/dma/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct DmaCounters {
  std::uint64_t commands = 0, busy_cycles = 0, beats = 0;
  std::uint64_t bursts = 0, bytes = 0;
  std::uint64_t latency_sum = 0, latency_min = 0, latency_max = 0;  // cycles, issue to usable response
  std::uint64_t outstanding_peak = 0;

 protected:
  std::vector<Counter> list_of(const char* commands_description, const char* beats_description) const;
};

struct LoadCounters : DmaCounters {
  std::vector<Counter> list() const;
};

struct StoreCounters : DmaCounters {
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
