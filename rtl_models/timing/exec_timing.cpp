#include "rtl_models/timing/exec_timing.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::timing {

namespace {

// Blocks of one size: `count` blocks that take `words` weight words each.
struct Run {
  std::int64_t count, words;
};

struct BlockSizes {
  Run full, last;  // whole channel blocks, and the last channel block of each group
  std::int64_t first_words;
};

BlockSizes block_sizes(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const auto group = static_cast<std::uint32_t>(isa::group_channels(exec, machine));
  const std::int64_t taps = std::int64_t{exec.window.kernel_h} * exec.window.kernel_w;
  const std::int64_t loads = taps * isa::ceil_div(exec.output_channels, group);
  if (exec.depthwise) return {{0, 1}, {loads, 1}, 1};
  const std::int64_t full_blocks = isa::ceil_div(exec.channels, rows) - 1;
  const std::int64_t rest = exec.channels - full_blocks * rows;
  return {{loads * full_blocks, rows}, {loads, rest}, full_blocks > 0 ? rows : rest};
}

}  // namespace

ExecBlocks exec_blocks(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const BlockSizes sizes = block_sizes(exec, machine);
  ExecBlocks result;
  result.blocks = sizes.full.count + sizes.last.count;
  result.rows_per_block = std::int64_t{exec.out_height} * exec.out_width;
  result.activation_rows = result.blocks * result.rows_per_block;
  result.weight_words = sizes.full.count * sizes.full.words + sizes.last.count * sizes.last.words;
  return result;
}

ExecCycles exec_cycles(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const ExecBlocks work = exec_blocks(exec, machine);
  const BlockSizes sizes = block_sizes(exec, machine);
  // F5: behind another block only the weight words that outlast its rows are waited for; before the first all.
  const auto uncovered = [&](std::int64_t words) { return std::max<std::int64_t>(0, words - work.rows_per_block); };
  ExecCycles cycles;
  cycles.compute = work.activation_rows;
  cycles.weights = sizes.full.count * uncovered(sizes.full.words) + sizes.last.count * uncovered(sizes.last.words) -
                   uncovered(sizes.first_words) + sizes.first_words;
  cycles.fill_drain = 1 + std::max(machine.scratchpad.read_latency_cycles, machine.weight_buffer.read_latency_cycles);
  cycles.drain = machine.array.rows + machine.array.cols;  // M2, A1
  return cycles;
}

}  // namespace intloom::timing
