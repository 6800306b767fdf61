// Linear tensors in memory as feature maps see them, and the transfers that convert between the two layouts.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "rtl_models/isa/command.h"
#include "runtime/compile/blocked_map.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

// Where element (channel, y, x) of a map lies in a linear tensor: sum of index * stride. The height may be several
// dimensions of the tensor, outermost first, each with a stride of its own.
struct LinearOrder {
  struct Axis {
    std::int64_t extent = 1, stride = 0;
  };
  std::int64_t channel_stride = 0, column_stride = 0;
  std::vector<Axis> rows;  // product of extents: the height

  std::int64_t row_offset(std::int64_t y) const;
  std::int64_t offset(std::int64_t channel, std::int64_t y, std::int64_t x) const {
    return channel * channel_stride + row_offset(y) + x * column_stride;
  }
};

// The dimension of a tensor that is its channels (quant::MapShape).
std::size_t channel_dimension(const graph::Shape& shape, int channel_axis);

// Row-major strides of a shape.
std::vector<std::int64_t> row_major_strides(const graph::Shape& shape);

// `strides`: of each dimension of `shape` in the linear tensor.
LinearOrder linear_order(const graph::Shape& shape, int channel_axis, const std::vector<std::int64_t>& strides);
LinearOrder row_major_order(const quant::Tensor& tensor);

// Strides, over the dimensions of `shape`, of a row-major tensor that is broadcast to it by NumPy's rules: 0 where it
// is.
std::vector<std::int64_t> broadcast_strides(const graph::Shape& source, const graph::Shape& shape);

// A box of a feature map by channels, rows and columns.
struct ChannelBox {
  std::int64_t channel = 0, channels = 1, y = 0, height = 1, x = 0, width = 1;
};

// Transfers that together move `box` between the linear tensor at `linear_address` and `slot`, a map whose first pixel,
// block and lane are the box's first. Each comes with the part of the box that it moves: a run of rows and of channels.
using EmitTransfer = std::function<void(const isa::Transfer& transfer, const ChannelBox& part)>;
void for_linear_transfers(const LinearOrder& order, std::uint64_t linear_address, const ChannelBox& box,
                          const BlockedMap& slot, const EmitTransfer& emit);

}  // namespace intloom::compile
