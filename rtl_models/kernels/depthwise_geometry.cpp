#include "rtl_models/kernels/depthwise_geometry.h"

#include <algorithm>

#include "rtl_models/kernels/packed_weights.h"

namespace intloom::kernels {

namespace {

constexpr std::size_t kProductsOfAStrip = 1 << 17;  // its first rows are loaded for the strip before, too

AxisGeometry vertical(const isa::Exec& exec) {
  return {exec.out_height,        exec.window.kernel_h, exec.window.stride_h,
          exec.window.dilation_h, exec.window.pad_top,  exec.x.height};
}

AxisGeometry horizontal(const isa::Exec& exec) {
  return {exec.out_width,         exec.window.kernel_w, exec.window.stride_w,
          exec.window.dilation_w, exec.window.pad_left, exec.x.width};
}

}  // namespace

DepthwiseGeometry::DepthwiseGeometry(const isa::Exec& exec, const ExecShape& shape)
    : out_height(exec.out_height),
      rows(vertical(exec)),
      direct(shape.rows % kPanel == 0),
      strip_rows(std::clamp<std::size_t>(kProductsOfAStrip / (shape.taps * shape.out_width * kPanel), 1, out_height)) {
  find_rows(exec, shape);
  find_pairs(exec, shape);
  find_window_columns(exec, shape);
}

void DepthwiseGeometry::find_rows(const isa::Exec& exec, const ExecShape& shape) {
  for (std::size_t oy = 0; oy < out_height; ++oy) {
    // From the first tap's position on, though it may be padding and the rows behind it of no use to this output: so
    // the ranges of successive outputs never step back.
    const auto first =
        std::lower_bound(rows.used.begin(), rows.used.end(), vertical(exec).position(static_cast<std::int64_t>(oy), 0));
    UsedRows used{static_cast<std::uint32_t>(first - rows.used.begin()), 0};
    for (std::size_t ky = 0; ky < shape.kernel_h; ++ky) {
      const std::uint32_t row = rows.index[ky * out_height + oy];
      if (row == no_row())
        padding_rows = true;
      else
        used.end = std::max(used.end, row + 1);
    }
    if (used.first < used.end) ring_rows = std::max<std::size_t>(ring_rows, used.end - used.first);
    used_rows.push_back(used);
  }
}

void DepthwiseGeometry::find_pairs(const isa::Exec& exec, const ExecShape& shape) {
  const AxisGeometry axis = horizontal(exec);
  const WindowAxis columns(axis);
  for (const std::int64_t column : columns.used)
    offsets.push_back(static_cast<std::uint32_t>(column) * exec.x.pixel_pitch);
  std::vector<std::int64_t> positions;
  for (std::int64_t kx = 0; kx < axis.kernel; kx += 2)
    for (std::int64_t ox = 0; ox < axis.outputs; ++ox) positions.push_back(axis.position(ox, kx));
  const std::vector<std::int64_t> distinct = number_positions(positions, pair_index);
  const auto column = [&](std::int64_t position) {
    const auto found = std::lower_bound(columns.used.begin(), columns.used.end(), position);
    if (found == columns.used.end() || *found != position) return kPadding;
    const auto number = static_cast<std::size_t>(found - columns.used.begin());
    return direct ? offsets[number] : static_cast<std::uint32_t>(number * kPanel);
  };
  // The second of a pair may be read by no tap: then its weight is 0, and padding does.
  for (const std::int64_t position : distinct) pairs.push_back({column(position), column(position + axis.dilation)});
  for (std::size_t i = 1; i < pair_index.size(); ++i)
    if (i % shape.out_width != 0 && pair_index[i] != pair_index[i - 1] + 1) consecutive = false;
}

void DepthwiseGeometry::find_window_columns(const isa::Exec& exec, const ExecShape& shape) {
  const isa::Window& window = exec.window;
  // What padding injects has to be a byte, as it is for every zero point of the type.
  const int lowest = shape.x_signed ? -128 : 0, padding = shape.pad + shape.zx;
  if (!direct || window.kernel_h != 3 || window.kernel_w != 3 || window.dilation_w != 1 || window.stride_w > 2 ||
      padding < lowest || padding > lowest + 255)
    return;
  const AxisGeometry axis = horizontal(exec);
  for (std::int64_t ox = 0; ox < axis.outputs; ++ox) {
    for (std::int64_t kx = 0; kx < 3; ++kx) {
      const std::int64_t column = axis.position(ox, kx);
      const bool outside = column < 0 || column >= static_cast<std::int64_t>(exec.x.width);
      window_columns.push_back(outside ? kPadding : static_cast<std::uint32_t>(column) * exec.x.pixel_pitch);
    }
  }
}

}  // namespace intloom::kernels
