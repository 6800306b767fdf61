#include "rtl_models/timing/exec_counts.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::timing {
namespace {

std::int64_t groups_of(const isa::Exec& exec, const isa::MachineDescription& machine) {
  return isa::ceil_div(exec.output_channels, static_cast<std::uint32_t>(isa::group_channels(exec, machine)));
}

WindowAxis rows_of(const isa::Exec& exec) { return window_rows(exec.window, exec.x.height, exec.out_height); }
WindowAxis columns_of(const isa::Exec& exec) { return window_columns(exec.window, exec.x.width, exec.out_width); }

}  // namespace

ExecCounts exec_counts(const isa::Exec& exec, const isa::MachineDescription& machine) {
  const ExecBlocks work = exec_blocks(exec, machine);
  const std::int64_t inside = rows_of(exec).taps_inside() * columns_of(exec).taps_inside();
  const std::int64_t taps = std::int64_t{exec.window.kernel_h} * exec.window.kernel_w;
  // Weights of the layer at one tap: each meets every activation of its input channel.
  const std::int64_t weights = std::int64_t{exec.output_channels} * (exec.depthwise ? 1 : exec.channels);
  ExecCounts counts;
  counts.activation_reads = work.blocks / taps * inside;
  counts.padding_rows = work.activation_rows - counts.activation_reads;
  counts.useful_macs = weights * inside;
  counts.padding_macs = weights * (taps * work.rows_per_block - inside);
  counts.rows_overwritten = exec.accumulate ? 0 : groups_of(exec, machine) * work.rows_per_block;
  counts.rows_added = work.activation_rows - counts.rows_overwritten;
  return counts;
}

void count_exec_reads(const isa::Exec& exec, const isa::MachineDescription& machine, BankTally& activations,
                      BankTally& weights) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const std::int64_t groups = groups_of(exec, machine);
  WordGrid grid = map_grid(exec.x, isa::ceil_div(exec.channels, rows), rows_of(exec), columns_of(exec));
  if (exec.depthwise) {  // a channel block serves as many groups as fit into it
    const std::int64_t groups_per_block = rows / isa::group_channels(exec, machine);
    grid.planes = groups / groups_per_block;
    count_accesses(grid, groups_per_block, activations);
    grid.address += grid.planes * grid.plane_pitch;
    grid.planes = 1;
    count_accesses(grid, groups % groups_per_block, activations);
  } else {
    count_accesses(grid, groups, activations);
  }
  count_words(exec.weight_address, exec_blocks(exec, machine).weight_words,
              isa::word_bytes(machine, isa::Buffer::weights), weights);
}

void ArrayOccupancy::add(const isa::Exec& exec, std::int64_t start_edge) {
  const ExecCycles cycles = exec_cycles(exec, machine_);
  const std::int64_t first_row = start_edge + cycles.fill_drain + block_runs(exec, machine_).first_words + 1;  // F5
  const std::int64_t last_row = start_edge + cycles.feed();
  if (any_) active_ += std::min(first_row - last_row_ - 1, behind_);
  // Rows of a command are at most a block's weight words apart, at most array.rows: the one before is still inside.
  active_ += last_row - first_row + 1;
  last_row_ = last_row;
  any_ = true;
}

}  // namespace intloom::timing
