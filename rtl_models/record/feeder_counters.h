// What the feeder counts; definitions: rtl_models/feeder/README.md.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/record/counter.h"

namespace intloom::hw {

struct FeederCounters {
  std::uint64_t commands = 0, blocks = 0;
  std::uint64_t compute_cycles = 0, weights_cycles = 0, fill_drain_cycles = 0;
  std::uint64_t activation_reads = 0, padding_rows = 0, weight_reads = 0;
  std::uint64_t useful_macs = 0, padding_macs = 0;
  std::vector<Counter> list() const;
};

}  // namespace intloom::hw
