#include "rtl_models/kernels/exec_shape.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::kernels {

namespace {

Range operand_range(bool is_signed, std::int16_t zero_point) {
  const std::int64_t lowest = (is_signed ? -128 : 0) - zero_point, highest = (is_signed ? 127 : 255) - zero_point;
  return {std::min<std::int64_t>(lowest, 0), std::max<std::int64_t>(highest, 0)};
}

}  // namespace

ExecShape::ExecShape(const isa::Exec& exec, const isa::MachineDescription& machine)
    : depthwise(exec.depthwise),
      rows(static_cast<std::size_t>(machine.array.rows)),
      cols(static_cast<std::size_t>(machine.array.cols)),
      group_channels(static_cast<std::size_t>(isa::group_channels(exec, machine))),
      groups((exec.output_channels + group_channels - 1) / group_channels),
      blocks(depthwise ? 1 : (exec.channels + rows - 1) / rows),
      kernel_h(static_cast<std::size_t>(exec.window.kernel_h)),
      kernel_w(static_cast<std::size_t>(exec.window.kernel_w)),
      taps(kernel_h * kernel_w),
      out_width(exec.out_width),
      pixels(std::size_t{exec.out_height} * exec.out_width),
      channels(exec.channels),
      outputs(exec.output_channels),
      x_signed(exec.x.is_signed),
      w_signed(exec.weights_signed) {
  const bool folded = machine.array.zero_point == isa::ZeroPoint::folded;
  zx = folded ? std::int16_t{0} : exec.zx;
  zw = folded ? std::int16_t{0} : exec.zw;
  pad = folded ? exec.pad_value : std::int16_t{0};
  x = operand_range(x_signed, zx);
  x = {std::min<std::int64_t>(x.lowest, pad), std::max<std::int64_t>(x.highest, pad)};
  w = operand_range(w_signed, zw);
}

std::size_t ExecShape::block_channels(std::size_t block) const { return std::min(rows, channels - block * rows); }

std::size_t ExecShape::dense_word(std::size_t group, std::size_t block, std::size_t tap) const {
  return ((group * channels + block * rows) * taps + tap * block_channels(block)) * cols;
}

}  // namespace intloom::kernels
