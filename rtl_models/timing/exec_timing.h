// How long an EXEC takes on feeder, array and accumulator: a pure function of command and machine, from the numbered
// rules of rtl_models/feeder, mac_array and accumulator (README.md). The clocked blocks do not use it.
#pragma once

#include <cstdint>
#include <vector>

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

// Blocks of one size: `count` blocks that take `words` weight words each.
struct BlockRun {
  std::int64_t count = 0, words = 0;
};
// The blocks by size: those of whole channel blocks, and those of the last channel block of each group.
struct BlockRuns {
  BlockRun full, last;
  std::int64_t first_words = 0;  // of the command's first block
};
BlockRuns block_runs(const isa::Exec& exec, const isa::MachineDescription& machine);

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
std::int64_t exec_drain(const isa::MachineDescription& machine);  // ExecCycles::drain of every EXEC

// The same cycles in the order in which they pass, from the edge after the start edge to feed_done: fill_drain, then
// weights and compute alternate. Two runs that follow each other differ in kind.
struct FeedRun {
  enum class Kind : std::uint8_t { fill_drain, weights, compute } kind = Kind::fill_drain;
  std::int64_t cycles = 0;
};
void append_feed_runs(const isa::Exec& exec, const isa::MachineDescription& machine, std::vector<FeedRun>& runs);

}  // namespace intloom::timing
