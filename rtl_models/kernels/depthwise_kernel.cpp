#include "rtl_models/kernels/depthwise_kernel.h"

#include <algorithm>
#include <vector>

#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/depthwise_rows.h"
#include "rtl_models/kernels/depthwise_window.h"

namespace intloom::kernels {

namespace {

struct Workspace {
  AlignedArray<std::uint8_t> copy;   // of one input row, where a panel's channels do not lie side by side
  AlignedArray<std::int32_t> pairs;  // a ring of the input rows of one output row; and one row of padding
  std::vector<const std::int32_t*> rows;
};

}  // namespace

// pairs[pair of the row][kPanel]
void DepthwiseProduct::load_row(std::size_t panel, std::int64_t row, std::uint8_t* copy, std::int32_t* pairs) const {
  const ExecShape& shape = plan_.shape;
  const std::uint8_t* source = buffer_ + x_.address + static_cast<std::size_t>(row) * x_.row_pitch;
  const std::size_t begin = panel * kPanel, end = std::min(begin + kPanel, shape.channels);
  if (geometry_.direct) {
    source += begin / shape.rows * x_.block_pitch + begin % shape.rows;
  } else {
    for (std::size_t channel = begin; channel < end;) {
      const std::size_t block = channel / shape.rows, lane = channel % shape.rows;
      const std::size_t count = std::min(end - channel, shape.rows - lane);
      const std::uint8_t* from = source + block * x_.block_pitch + lane;
      std::uint8_t* to = copy + (channel - begin);
      for (std::size_t i = 0; i < geometry_.offsets.size(); ++i)
        std::copy_n(from + geometry_.offsets[i], count, to + i * kPanel);
      channel += count;
    }
    source = copy;
  }
  join_pairs({source, geometry_.pairs.data(), geometry_.pairs.size(), shape.x_signed, shape.zx, shape.pad}, pairs);
}

// Of pixel 0, where a panel's sums lie side by side; else null.
std::int32_t* DepthwiseProduct::sums_of(std::size_t panel) const {
  const bool side_by_side = sums_.int32 != nullptr && sums_.group_channels % kPanel == 0;
  return side_by_side ? sums_.int32 + sums_.at(0, panel * kPanel) : nullptr;
}

void DepthwiseProduct::multiply_window(std::size_t panel, std::size_t strip, std::int32_t* sums) const {
  static thread_local std::vector<std::uint8_t> padding;  // of one row
  const ExecShape& shape = plan_.shape;
  padding.assign(geometry_.padding_rows && !geometry_.offsets.empty() ? geometry_.offsets.back() + kPanel : kPanel,
                 static_cast<std::uint8_t>(shape.pad + shape.zx));
  const std::size_t channel = panel * kPanel;
  const std::uint8_t* map = buffer_ + x_.address + channel / shape.rows * x_.block_pitch + channel % shape.rows;
  WindowRow row{{},
                geometry_.window_columns.data(),
                padding.data(),
                shape.out_width,
                static_cast<std::size_t>(plan_.made_for.window.stride_w),
                shape.x_signed,
                shape.zx,
                weights_ + panel * plan_.panels.pitch(),
                nullptr,
                sums_.cols,
                sums_.add};
  const std::size_t end = std::min((strip + 1) * geometry_.strip_rows, geometry_.out_height);
  for (std::size_t oy = strip * geometry_.strip_rows; oy < end; ++oy) {
    for (std::size_t ky = 0; ky < 3; ++ky) {
      const std::uint32_t used = geometry_.rows.index[ky * geometry_.out_height + oy];
      row.rows[ky] = used == geometry_.no_row()
                         ? padding.data()
                         : map + static_cast<std::size_t>(geometry_.rows.used[used]) * x_.row_pitch;
    }
    row.sums = sums + oy * shape.out_width * sums_.cols;
    multiply_window_row(row);
  }
}

void DepthwiseProduct::multiply(std::size_t panel, std::size_t strip) const {
  static thread_local Workspace workspace;
  if (std::int32_t* sums = sums_of(panel); sums != nullptr && !geometry_.window_columns.empty() && has_window_kernel())
    return multiply_window(panel, strip, sums);
  const ExecShape& shape = plan_.shape;
  const std::size_t row_size = geometry_.pairs.size() * kPanel, out_height = geometry_.out_height;
  workspace.pairs.reserve((geometry_.ring_rows + 1) * row_size);
  workspace.rows.resize(shape.kernel_h);
  if (!geometry_.direct) {
    workspace.copy.reserve(geometry_.offsets.size() * kPanel);
    std::fill_n(workspace.copy.data(), geometry_.offsets.size() * kPanel, std::uint8_t{0});
  }
  std::int32_t* pairs = workspace.pairs.data();
  std::int32_t* padding = pairs + geometry_.ring_rows * row_size;
  const auto pad = static_cast<std::uint32_t>(static_cast<std::uint16_t>(shape.pad));
  if (geometry_.padding_rows) std::fill_n(padding, row_size, static_cast<std::int32_t>(pad << 16 | pad));

  const std::size_t end_row = std::min((strip + 1) * geometry_.strip_rows, out_height);
  DepthwiseRow outputs{workspace.rows.data(),
                       shape.kernel_h,
                       plan_.panels.pairs,
                       geometry_.pair_index.data(),
                       geometry_.consecutive,
                       shape.out_width,
                       weights_ + panel * plan_.panels.pitch(),
                       sums_of(panel),
                       0,
                       panel * kPanel};
  std::uint32_t loaded = 0;  // rows before it are in the ring, or no longer needed
  for (std::size_t oy = strip * geometry_.strip_rows; oy < end_row; ++oy) {
    const DepthwiseGeometry::UsedRows used = geometry_.used_rows[oy];
    for (std::uint32_t row = std::max(loaded, used.first); row < used.end; ++row)
      load_row(panel, geometry_.rows.used[row], workspace.copy.data(), pairs + row % geometry_.ring_rows * row_size);
    loaded = std::max(loaded, used.end);
    for (std::size_t ky = 0; ky < shape.kernel_h; ++ky) {
      const std::uint32_t row = geometry_.rows.index[ky * out_height + oy];
      workspace.rows[ky] = row == geometry_.no_row() ? padding : pairs + row % geometry_.ring_rows * row_size;
    }
    outputs.first_pixel = oy * shape.out_width;
    multiply_depthwise_row(outputs, sums_);
  }
}

}  // namespace intloom::kernels
