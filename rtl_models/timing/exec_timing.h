// How long an EXEC takes on feeder, array and accumulator: a pure function of command and machine, from the numbered
// rules of rtl_models/feeder, mac_array and accumulator (README.md). The clocked blocks do not use it.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::timing {

// The blocks of one EXEC: how often weights are loaded, and how many rows stream over each.
struct ExecBlocks {
  std::int64_t blocks = 0;           // groups * channel blocks * taps
  std::int64_t rows_per_block = 0;   // output pixels: activation rows a block
  std::int64_t activation_rows = 0;  // blocks * rows_per_block
  std::int64_t weight_words = 0;     // words read from the weight buffer
};
ExecBlocks exec_blocks(const isa::Exec& exec, const isa::MachineDescription& machine);

// Cycles of one EXEC. Start edge s, feed_done edge f, exec_done edge e: f - s = feed(), e - f = drain.
struct ExecCycles {
  std::int64_t compute = 0;     // an activation row enters the array
  std::int64_t weights = 0;     // the next row waits for weights
  std::int64_t fill_drain = 0;  // decoding and the latency of the buffers, before the first row
  std::int64_t drain = 0;       // from the last row entering to its sums in the accumulator

  std::int64_t feed() const { return compute + weights + fill_drain; }
  std::int64_t total() const { return feed() + drain; }
};
ExecCycles exec_cycles(const isa::Exec& exec, const isa::MachineDescription& machine);

}  // namespace intloom::timing
