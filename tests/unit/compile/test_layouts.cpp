// Conversions between linear tensors and maps: every byte of the box moves once, to where it belongs.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "runtime/compile/linear_order.h"
#include "runtime/compile/relayout.h"

namespace intloom {
namespace {

using compile::BlockedMap;
using compile::ChannelBox;
using compile::LinearOrder;

quant::Tensor tensor_of(graph::Shape shape, int channel_axis) {
  quant::Tensor tensor;
  tensor.shape = std::move(shape);
  tensor.channel_axis = channel_axis;
  return tensor;
}

// Buffer address to memory address, as a DMA walks it.
std::map<std::int64_t, std::int64_t> moves(const isa::Transfer& transfer) {
  std::map<std::int64_t, std::int64_t> result;
  for (std::int64_t i = 0; i < transfer.extents[0]; ++i)
    for (std::int64_t j = 0; j < transfer.extents[1]; ++j)
      for (std::int64_t k = 0; k < transfer.extents[2]; ++k)
        result[transfer.buffer_address + i * transfer.buffer_strides[0] + j * transfer.buffer_strides[1] +
               k * transfer.buffer_strides[2]] = static_cast<std::int64_t>(transfer.memory_address) +
                                                 i * transfer.memory_strides[0] + j * transfer.memory_strides[1] +
                                                 k * transfer.memory_strides[2];
  return result;
}

RC_GTEST_PROP(Layouts, MoveEveryByteOnceToItsPlace, ()) {
  const bool channels_last = *rc::gen::arbitrary<bool>();
  graph::Shape shape{1};
  for (int rank = *rc::gen::inRange(2, 5); rank > 0; --rank) shape.push_back(*rc::gen::inRange(1, 7));
  const quant::Tensor tensor = tensor_of(shape, channels_last ? static_cast<int>(shape.size()) - 1 : 1);
  const quant::MapShape map = quant::map_shape(tensor);
  std::vector<std::int64_t> strides = compile::row_major_strides(shape);
  if (*rc::gen::arbitrary<bool>()) {  // some other order of the same bytes
    std::vector<std::size_t> order(shape.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::rotate(order.begin(), order.begin() + 1, order.end());
    std::int64_t stride = 1;
    for (const std::size_t d : order) stride *= shape[d], strides[d] = stride / shape[d];
  }
  const LinearOrder order = compile::linear_order(shape, tensor.channel_axis, strides);
  const std::int64_t word = *rc::gen::inRange(1, 5);
  ChannelBox box{0, map.channels};
  box.y = *rc::gen::inRange<std::int64_t>(0, map.height);
  box.height = *rc::gen::inRange<std::int64_t>(1, map.height - box.y + 1);
  box.x = *rc::gen::inRange<std::int64_t>(0, map.width);
  box.width = *rc::gen::inRange<std::int64_t>(1, map.width - box.x + 1);
  const BlockedMap slot{1000, (map.channels + word - 1) / word, box.height, box.width, word};

  std::map<std::int64_t, std::int64_t> moved;
  std::int64_t covered = 0;
  compile::for_linear_transfers(order, 5000, box, slot, [&](const isa::Transfer& transfer, const ChannelBox& part) {
    const auto bytes = moves(transfer);
    moved.insert(bytes.begin(), bytes.end());
    covered += part.channels * part.height * part.width;
    RC_ASSERT(static_cast<std::int64_t>(bytes.size()) == part.channels * part.height * part.width);
  });
  RC_ASSERT(covered == box.channels * box.height * box.width);
  for (std::int64_t c = 0; c < box.channels; ++c)
    for (std::int64_t y = 0; y < box.height; ++y)
      for (std::int64_t x = 0; x < box.width; ++x)
        RC_ASSERT(moved.at(static_cast<std::int64_t>(slot.at(c / word, y, x)) + c % word) ==
                  5000 + order.offset(c, box.y + y, box.x + x));
}

TEST(Layouts, AVectorOfChannelsIsOneRun) {
  int transfers = 0;
  compile::for_linear_transfers(compile::row_major_order(tensor_of({1, 10}, 1)), 0, {0, 10}, {64, 3, 1, 1, 4},
                                [&](const isa::Transfer& transfer, const ChannelBox&) {
                                  ++transfers;
                                  EXPECT_EQ(transfer.extents[0], 10U);
                                  EXPECT_EQ(transfer.memory_strides[0], 1);
                                  EXPECT_EQ(transfer.buffer_strides[0], 1);
                                });
  EXPECT_EQ(transfers, 1);
}

TEST(Layouts, RowsOfAPlaneAreOneRunOfMemory) {
  compile::for_linear_transfers(compile::row_major_order(tensor_of({1, 3, 5, 6}, 1)), 0, {0, 3, 0, 5, 0, 6},
                                {0, 1, 5, 6, 4}, [&](const isa::Transfer& transfer, const ChannelBox&) {
                                  EXPECT_EQ(transfer.extents, (std::array<std::uint32_t, 3>{30, 3, 1}));
                                  EXPECT_EQ(transfer.memory_strides[0], 1);
                                  EXPECT_EQ(transfer.buffer_strides[0], 4);
                                });
}

bool alias(const quant::Tensor& in, const quant::Tensor& out, std::vector<int> perm) {
  quant::Network network;
  network.tensors = {in, out};
  quant::Layer layer;
  layer.op = quant::Op::relayout;
  layer.inputs = {0};
  layer.output = 1;
  layer.parameters = quant::RelayoutParameters{std::move(perm)};
  return compile::is_alias(network, layer);
}

TEST(Layouts, RelayoutsThatMoveNothing) {
  EXPECT_TRUE(alias(tensor_of({1, 40, 1, 1}, 1), tensor_of({1, 40}, 1), {}));
  EXPECT_TRUE(alias(tensor_of({1, 40, 3, 5}, 1), tensor_of({1, 3, 5, 40}, 3), {0, 2, 3, 1}));
  EXPECT_TRUE(alias(tensor_of({1, 40, 3, 5}, 1), tensor_of({1, 40, 15}, 1), {}));
  EXPECT_TRUE(alias(tensor_of({1, 1, 6}, 1), tensor_of({1, 1, 2, 3}, 1), {}));
  EXPECT_FALSE(alias(tensor_of({1, 40, 3, 5}, 1), tensor_of({1, 600}, 1), {}));
  EXPECT_FALSE(alias(tensor_of({1, 40, 3, 5}, 1), tensor_of({1, 3, 5, 40}, 1), {0, 2, 3, 1}));
  EXPECT_FALSE(alias(tensor_of({1, 4, 3, 3}, 1), tensor_of({1, 4, 3, 3}, 1), {0, 1, 3, 2}));
}

}  // namespace
}  // namespace intloom
