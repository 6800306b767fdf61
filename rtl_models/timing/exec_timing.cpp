#include "rtl_models/timing/exec_timing.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::timing {

BlockRuns block_runs(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const auto group = static_cast<std::uint32_t>(isa::group_channels(exec, machine));
  const std::int64_t taps = std::int64_t{exec.window.kernel_h} * exec.window.kernel_w;
  const std::int64_t loads = taps * isa::ceil_div(exec.output_channels, group);
  if (exec.depthwise) return {{0, 1}, {loads, 1}, 1};
  const std::int64_t full_blocks = isa::ceil_div(exec.channels, rows) - 1;
  const std::int64_t rest = exec.channels - full_blocks * rows;
  return {{loads * full_blocks, rows}, {loads, rest}, full_blocks > 0 ? rows : rest};
}

ExecBlocks exec_blocks(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const BlockRuns sizes = block_runs(exec, machine);
  ExecBlocks result;
  result.blocks = sizes.full.count + sizes.last.count;
  result.rows_per_block = std::int64_t{exec.out_height} * exec.out_width;
  result.activation_rows = result.blocks * result.rows_per_block;
  result.weight_words = sizes.full.count * sizes.full.words + sizes.last.count * sizes.last.words;
  return result;
}

ExecCycles exec_cycles(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const ExecBlocks work = exec_blocks(exec, machine);
  const BlockRuns sizes = block_runs(exec, machine);
  // F5: behind another block only the weight words that outlast its rows are waited for; before the first all.
  const auto uncovered = [&](std::int64_t words) { return std::max<std::int64_t>(0, words - work.rows_per_block); };
  ExecCycles cycles;
  cycles.compute = work.activation_rows;
  cycles.weights = sizes.full.count * uncovered(sizes.full.words) + sizes.last.count * uncovered(sizes.last.words) -
                   uncovered(sizes.first_words) + sizes.first_words;
  cycles.fill_drain = 1 + std::max(machine.scratchpad.read_latency_cycles, machine.weight_buffer.read_latency_cycles);
  cycles.drain = exec_drain(machine);
  return cycles;
}

std::int64_t exec_drain(const isa::MachineDescription& machine) {
  return machine.array.rows + machine.array.cols;  // M2, A1
}

void append_feed_runs(const isa::Exec& exec, const isa::MachineDescription& machine, std::vector<FeedRun>& runs) {
  using Kind = FeedRun::Kind;
  const ExecCycles cycles = exec_cycles(exec, machine);
  const BlockRuns sizes = block_runs(exec, machine);
  const std::int64_t rows = std::int64_t{exec.out_height} * exec.out_width;
  runs.push_back({Kind::fill_drain, cycles.fill_drain});
  runs.push_back({Kind::weights, sizes.first_words});
  if (cycles.weights == sizes.first_words) {  // F5: every other block's weights are hidden
    runs.push_back({Kind::compute, cycles.compute});
    return;
  }
  const std::int64_t groups =
      isa::ceil_div(exec.output_channels, static_cast<std::uint32_t>(isa::group_channels(exec, machine)));
  const std::int64_t full_of_group = sizes.full.count / groups, last_of_group = sizes.last.count / groups;
  bool first = true;
  const auto append = [&](std::int64_t count, std::int64_t words) {
    for (std::int64_t i = 0; i < count; ++i, first = false) {
      if (first || words <= rows) {
        if (runs.back().kind == Kind::compute)
          runs.back().cycles += rows;
        else
          runs.push_back({Kind::compute, rows});
      } else {
        runs.push_back({Kind::weights, words - rows});
        runs.push_back({Kind::compute, rows});
      }
    }
  };
  for (std::int64_t group = 0; group < groups; ++group) {
    append(full_of_group, sizes.full.words);
    append(last_of_group, sizes.last.words);
  }
}

}  // namespace intloom::timing
