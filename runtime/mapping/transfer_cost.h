// Estimated cycles of LOAD and STORE, in closed form: candidates are too many to walk every burst of each, as
// rtl_models/timing/dma_timing.h does.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::mapping {

// `runs` contiguous runs of `run_bytes` each, contiguous on both sides, buffer words of `word_bytes`.
struct TransferShape {
  std::int64_t runs = 1, run_bytes = 1, word_bytes = 1;
};

// One channel of one machine: what all its transfers share.
class TransferCost {
 public:
  TransferCost(const isa::MachineDescription& machine, int latency_cycles);

  // Core cycles that the channel is busy with the transfer, memory's latency included.
  double cycles(const TransferShape& transfer) const;

 private:
  double memory_cycle_, latency_;  // in core cycles
  std::int64_t burst_bytes_, memory_bytes_per_cycle_, buffer_bytes_per_cycle_, slots_;
};

TransferCost load_cost(const isa::MachineDescription& machine);
TransferCost store_cost(const isa::MachineDescription& machine);

double load_cycles(const TransferShape& transfer, const isa::MachineDescription& machine);
double store_cycles(const TransferShape& transfer, const isa::MachineDescription& machine);

}  // namespace intloom::mapping
