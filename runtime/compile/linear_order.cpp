#include "runtime/compile/linear_order.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace intloom::compile {
namespace {

// Outer dimensions whose rows follow on from each other are one.
void merge_rows(std::vector<LinearOrder::Axis>& rows) {
  std::vector<LinearOrder::Axis> merged;
  for (const LinearOrder::Axis& axis : rows) {
    if (axis.extent == 1) continue;
    if (!merged.empty() && merged.back().stride == axis.extent * axis.stride)
      merged.back() = {merged.back().extent * axis.extent, axis.stride};
    else
      merged.push_back(axis);
  }
  if (merged.empty()) merged.push_back({1, 0});
  rows = std::move(merged);
}

// The smallest strides of memory innermost, so that bursts are as long as they can be; repeated bytes outermost.
bool nearer(const TransferAxis& a, const TransferAxis& b) {
  if ((a.memory_stride == 0) != (b.memory_stride == 0)) return b.memory_stride == 0;
  return std::abs(a.memory_stride) < std::abs(b.memory_stride);
}

constexpr std::size_t kMostAxes = 3;

// Channels run on from block to block without a gap: the map has one pixel.
bool blocks_touch(const BlockedMap& slot) { return slot.block_pitch() == slot.word; }

// A box of whole blocks is a box of bytes too.
bool whole_blocks(const ChannelBox& part, const BlockedMap& slot) {
  return part.channels <= slot.word || part.channels % slot.word == 0 || blocks_touch(slot);
}

// The box's axes, those of pixels and channels by their strides in memory, blocks outermost.
TransferAxes box_axes(const LinearOrder& order, const ChannelBox& part, const BlockedMap& slot) {
  const std::int64_t lanes = blocks_touch(slot) ? part.channels : std::min(part.channels, slot.word);
  std::array<TransferAxis, 3> inner{{{lanes, order.channel_stride, 1},
                                     {part.width, order.column_stride, slot.word},
                                     {part.height, order.rows.back().stride, slot.row_pitch()}}};
  for (std::size_t i = 1; i < inner.size(); ++i)  // few and nearly sorted; equal ones stay in order
    for (std::size_t j = i; j > 0 && nearer(inner[j], inner[j - 1]); --j) std::swap(inner[j], inner[j - 1]);
  TransferAxes axes{inner[0], inner[1], inner[2]};
  axes.add({part.channels / lanes, slot.word * order.channel_stride, slot.block_pitch()});
  return axes;
}

}  // namespace

std::int64_t LinearOrder::row_offset(std::int64_t y) const {
  std::int64_t sum = 0;
  for (std::size_t d = rows.size(); d-- > 0;) {
    sum += y % rows[d].extent * rows[d].stride;
    y /= rows[d].extent;
  }
  return sum;
}

std::size_t channel_dimension(const graph::Shape& shape, int channel_axis) {
  return shape.size() <= 1 ? 0 : static_cast<std::size_t>(channel_axis);
}

std::vector<std::int64_t> row_major_strides(const graph::Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t d = shape.size(); d-- > 1;) strides[d - 1] = strides[d] * shape[d];
  return strides;
}

LinearOrder linear_order(const graph::Shape& shape, int channel_axis, const std::vector<std::int64_t>& strides) {
  LinearOrder order;
  const std::size_t channel = channel_dimension(shape, channel_axis);
  std::vector<std::size_t> spatial;
  for (std::size_t d = 0; d < shape.size(); ++d)
    if (d != channel) spatial.push_back(d);
  if (!shape.empty()) order.channel_stride = strides[channel];
  if (shape.size() > 2) {
    order.column_stride = strides[spatial.back()];
    spatial.pop_back();
    for (const std::size_t d : spatial) order.rows.push_back({shape[d], strides[d]});
  }
  merge_rows(order.rows);
  return order;
}

LinearOrder row_major_order(const quant::Tensor& tensor) {
  return linear_order(tensor.shape, tensor.channel_axis, row_major_strides(tensor.shape));
}

std::vector<std::int64_t> broadcast_strides(const graph::Shape& source, const graph::Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 0);
  const std::vector<std::int64_t> own = row_major_strides(source);
  for (std::size_t d = 0; d < source.size(); ++d)
    if (source[d] != 1) strides[d + shape.size() - source.size()] = own[d];
  return strides;
}

void for_linear_transfers(const LinearOrder& order, std::uint64_t linear_address, const ChannelBox& box,
                          const BlockedMap& slot, const EmitTransfer& emit) {
  const std::int64_t inner_rows = order.rows.back().extent;
  ChannelBox part = box;
  for (part.y = box.y; part.y < box.y + box.height; part.y += part.height) {
    part.height = std::min(inner_rows - part.y % inner_rows, box.y + box.height - part.y);
    for (part.channel = box.channel; part.channel < box.channel + box.channels; part.channel += part.channels) {
      part.channels = box.channel + box.channels - part.channel;
      TransferAxes axes = box_axes(order, part, slot);
      if (axes.size() > kMostAxes || !whole_blocks(part, slot)) {
        part.channels = part.channels > slot.word && axes.size() <= kMostAxes ? part.channels / slot.word * slot.word
                                                                              : std::min(part.channels, slot.word);
        axes = box_axes(order, part, slot);
      }
      const std::int64_t block = (part.channel - box.channel) / slot.word;
      emit(make_transfer(linear_address + static_cast<std::uint64_t>(order.offset(part.channel, part.y, part.x)),
                         slot.at(block, part.y - box.y, 0), axes),
           part);
    }
  }
}

}  // namespace intloom::compile
