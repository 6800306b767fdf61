#include "rtl_models/kernels/depthwise_kernel.h"

#include <algorithm>

#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/dense_activations.h"
#include "rtl_models/kernels/depthwise_rows.h"
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

struct Workspace {
  AlignedArray<std::int16_t> operands;  // of one input row
  AlignedArray<std::int32_t> pairs;     // a ring of the input rows of one output row; and one row of padding
  std::vector<const std::int32_t*> rows;
};

}  // namespace

DepthwiseProduct::DepthwiseProduct(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* buffer,
                                   const std::int16_t* weights, const SumsView& sums)
    : x_(exec.x),
      window_(exec.window),
      shape_(shape),
      buffer_(buffer),
      weights_(weights),
      sums_(sums),
      rows_(vertical(exec)),
      columns_(horizontal(exec)),
      out_height_(exec.out_height) {
  for (const std::int64_t column : columns_.used)
    offsets_.push_back(static_cast<std::uint32_t>(column) * exec.x.pixel_pitch);
  number_pairs(exec);
  for (std::size_t oy = 0; oy < out_height_; ++oy) {
    const UsedRows used = rows_of(oy);
    if (used.first < used.end) ring_rows_ = std::max<std::size_t>(ring_rows_, used.end - used.first);
  }
  strip_rows_ = std::clamp<std::size_t>(kProductsOfAStrip / (shape.taps * shape.out_width * kPanel), 1, out_height_);
}

void DepthwiseProduct::number_pairs(const isa::Exec& exec) {
  const AxisGeometry axis = horizontal(exec);
  std::vector<std::int64_t> positions;
  positions.reserve(static_cast<std::size_t>((axis.kernel + 1) / 2 * axis.outputs));
  for (std::int64_t kx = 0; kx < axis.kernel; kx += 2)
    for (std::int64_t ox = 0; ox < axis.outputs; ++ox) positions.push_back(axis.position(ox, kx));
  const std::vector<std::int64_t> distinct = number_positions(positions, pair_index_);
  const auto padding = static_cast<std::uint32_t>(columns_.used.size());
  const auto column = [&](std::int64_t position) {
    const auto found = std::lower_bound(columns_.used.begin(), columns_.used.end(), position);
    return found != columns_.used.end() && *found == position
               ? static_cast<std::uint32_t>(found - columns_.used.begin())
               : padding;
  };
  // The second of a pair may be read by no tap: then its weight is 0, and padding does.
  pair_columns_.reserve(distinct.size());
  for (const std::int64_t position : distinct)
    pair_columns_.push_back({column(position), column(position + axis.dilation)});
  for (std::size_t i = 1; i < pair_index_.size(); ++i)
    if (i % shape_.out_width != 0 && pair_index_[i] != pair_index_[i - 1] + 1) consecutive_ = false;
}

std::size_t DepthwiseProduct::panels() const { return (shape_.outputs + kPanel - 1) / kPanel; }

// operands[used column][kPanel]
void DepthwiseProduct::load_row(std::size_t panel, std::int64_t row, std::int16_t* operands) const {
  const std::uint8_t* source = buffer_ + x_.address + static_cast<std::size_t>(row) * x_.row_pitch;
  const std::size_t begin = panel * kPanel, end = std::min(begin + kPanel, shape_.channels);
  for (std::size_t channel = begin; channel < end;) {
    const std::size_t block = channel / shape_.rows, lane = channel % shape_.rows;
    const std::size_t count = std::min(end - channel, shape_.rows - lane);
    widen_pixels({source + block * x_.block_pitch + lane, offsets_.data(), offsets_.size(), count, 0, count,
                  shape_.x_signed, shape_.zx, operands + (channel - begin), kPanel, 0});
    channel += count;
  }
}

DepthwiseProduct::UsedRows DepthwiseProduct::rows_of(std::size_t output_row) const {
  // From the first tap's position on, though it may be padding and the rows behind it of no use to this output: so the
  // ranges of successive outputs never step back.
  const std::int64_t top = static_cast<std::int64_t>(output_row) * window_.stride_h - window_.pad_top;
  const auto first = std::lower_bound(rows_.used.begin(), rows_.used.end(), top);
  UsedRows used{static_cast<std::uint32_t>(first - rows_.used.begin()), 0};
  for (std::size_t ky = 0; ky < shape_.kernel_h; ++ky) {
    const std::uint32_t row = rows_.index[ky * out_height_ + output_row];
    if (row != no_row()) used.end = std::max(used.end, row + 1);
  }
  return used;
}

void DepthwiseProduct::multiply(std::size_t panel, std::size_t strip) const {
  static thread_local Workspace workspace;
  const std::size_t columns = columns_.used.size(), row_size = pair_columns_.size() * kPanel;
  workspace.operands.reserve((columns + 1) * kPanel);
  workspace.pairs.reserve((ring_rows_ + 1) * row_size);
  workspace.rows.resize(shape_.kernel_h);
  std::int16_t* operands = workspace.operands.data();
  if ((panel + 1) * kPanel > shape_.channels) std::fill_n(operands, columns * kPanel, std::int16_t{0});
  std::fill_n(operands + columns * kPanel, kPanel, shape_.pad);
  std::int32_t* pairs = workspace.pairs.data();
  std::int32_t* padding = pairs + ring_rows_ * row_size;
  const auto pad = static_cast<std::uint32_t>(static_cast<std::uint16_t>(shape_.pad));
  std::fill_n(padding, row_size, static_cast<std::int32_t>(pad << 16 | pad));

  const WeightPanels panels(shape_);
  const std::size_t end_row = std::min((strip + 1) * strip_rows_, out_height_);
  std::uint32_t loaded = 0;  // rows before it are in the ring, or no longer needed
  for (std::size_t oy = strip * strip_rows_; oy < end_row; ++oy) {
    const UsedRows used = rows_of(oy);
    for (std::uint32_t row = std::max(loaded, used.first); row < used.end; ++row) {
      load_row(panel, rows_.used[row], operands);
      join_pairs(operands, &pair_columns_.front().first, pair_columns_.size(), pairs + row % ring_rows_ * row_size);
    }
    loaded = std::max(loaded, used.end);
    for (std::size_t ky = 0; ky < shape_.kernel_h; ++ky) {
      const std::uint32_t row = rows_.index[ky * out_height_ + oy];
      workspace.rows[ky] = row == no_row() ? padding : pairs + row % ring_rows_ * row_size;
    }
    multiply_depthwise_row({workspace.rows.data(), shape_.kernel_h, panels.pairs, pair_index_.data(), consecutive_,
                            shape_.out_width, weights_ + panel * panels.pitch(), oy * shape_.out_width, panel * kPanel},
                           sums_);
  }
}

}  // namespace intloom::kernels
