// Duration of LOAD and STORE with the simple memory, from rules D1..D12 of rtl_models/dma/README.md and Y1..Y6 of
// rtl_models/memory/README.md.
//
// Edges of the core's clock and of the memory's clock are both counted from the program's start (Memory::restart).
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::timing {

// The data path of one direction of the simple memory (reads, or writes).
struct MemoryPipe {
  std::int64_t free_edge = 0;  // of the memory's clock: from here on no earlier burst occupies it
  // Counters of rtl_models/memory/README.md, in cycles of the memory's clock.
  std::int64_t busy_cycles = 0, latency_sum = 0, latency_min = 0, latency_max = 0, queue_peak = 0;
};

// One transfer, and what its channel counts of it.
struct TransferTiming {
  std::int64_t end_edge = 0;  // of the core's clock
  std::int64_t bursts = 0, bytes = 0, beats = 0;
  std::int64_t latency_sum = 0, latency_min = 0, latency_max = 0;  // of the bursts, issue to usable response
  std::int64_t outstanding_peak = 0;                               // most burst slots in use
};

// All transfers of one channel: the counters of rtl_models/dma/README.md.
struct ChannelTotals {
  std::int64_t commands = 0, busy_cycles = 0, bursts = 0, bytes = 0, beats = 0;
  std::int64_t latency_sum = 0, latency_min = 0, latency_max = 0, outstanding_peak = 0;
  void add(std::int64_t start_edge, const TransferTiming& transfer);
};

// `start_edge`: of the core's clock, at least 0. `pipe` is the memory's state before and, on return, after.
TransferTiming load_timing(const isa::Transfer& load, const isa::MachineDescription& machine, std::int64_t start_edge,
                           MemoryPipe& pipe);
TransferTiming store_timing(const isa::Transfer& store, const isa::MachineDescription& machine, std::int64_t start_edge,
                            MemoryPipe& pipe);

// Edges from start to end for a transfer that starts at edge 0 with the memory idle: a cost for mapping. With clocks of
// different periods a transfer that starts elsewhere may take an edge more or less.
std::int64_t load_duration(const isa::Transfer& load, const isa::MachineDescription& machine);
std::int64_t store_duration(const isa::Transfer& store, const isa::MachineDescription& machine);

}  // namespace intloom::timing
