// Reshape, Transpose, channel axes and windows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/quant/lower.h"
#include "runtime/quant/window.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::u8;

Network lowered(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return lower(builder.graph);
}

TEST(Layout, ReshapeToTheSameShapeVanishes) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  EXPECT_TRUE(lowered(b, b.node("Reshape", "r", {x}, {1, 4})).layers.empty());
}

TEST(Layout, MovesBehindMovesAreOne) {
  GraphBuilder b;
  auto x = b.activation("x", {1, 2, 3, 4}, u8(0.5F, 10));
  x = b.node("Transpose", "t", {x}, {1, 3, 4, 2}, {{"perm", Ints{0, 2, 3, 1}}});
  x = b.node("Transpose", "t2", {x}, {1, 4, 3, 2}, {{"perm", Ints{0, 2, 1, 3}}});
  x = b.node("Reshape", "r", {x}, {1, 12, 2});
  x = b.node("Flatten", "f", {x}, {1, 24});
  const Network network = lowered(b, x);
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].relayout().perm, (std::vector<int>{0, 3, 2, 1}));
  EXPECT_EQ(network.layers[0].name, "f");
  EXPECT_EQ(network.layers[0].folded, (std::vector<std::string>{"t", "t2", "r"}));
}

TEST(Layout, ThereAndBackVanishes) {
  GraphBuilder b;
  auto x = b.activation("x", {1, 2, 3, 4}, u8(0.5F, 10));
  x = b.node("Transpose", "t", {x}, {1, 3, 4, 2}, {{"perm", Ints{0, 2, 3, 1}}});
  x = b.node("Transpose", "back", {x}, {1, 2, 3, 4}, {{"perm", Ints{0, 3, 1, 2}}});
  x = b.node("Flatten", "f", {x}, {1, 24});
  x = b.node("Reshape", "r", {x}, {1, 2, 3, 4});
  const Network network = lowered(b, x);
  EXPECT_TRUE(network.layers.empty());
  EXPECT_EQ(network.outputs[0].tensor, network.inputs[0].tensor);
}

TEST(Layout, PermutationBehindAReshapeStaysApart) {
  GraphBuilder b;
  auto x = b.activation("x", {1, 6, 4}, u8(0.5F, 10));
  x = b.node("Reshape", "r", {x}, {1, 2, 3, 4});
  x = b.node("Transpose", "t", {x}, {1, 3, 2, 4}, {{"perm", Ints{0, 2, 1, 3}}});
  EXPECT_EQ(lowered(b, x).layers.size(), 2U);
}

TEST(ChannelAxis, ConsumersDecideForInputs) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 5, 4}, u8(0.5F, 10));
  const auto y = b.activation("y", {1, 5, 4}, u8(0.5F, 10));
  const auto s = b.qdq(b.node("Add", "add", {x, y}, {1, 5, 4}), u8(0.5F, 10));
  const auto m = b.node("MatMul", "mm", {s, b.weights("w", {4, 2}, 0.1F)}, {1, 5, 2});
  const Network network = lowered(b, b.qdq(m, u8(0.5F, 10)));
  ASSERT_EQ(network.layers.size(), 2U);
  for (const Tensor& tensor : network.tensors) EXPECT_EQ(tensor.channel_axis, 2) << tensor.name;
}

TEST(ChannelAxis, ConvolutionsHaveItSecond) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 5, 4}, u8(0.5F, 10));
  const auto y = b.node("Conv", "conv1", {x, b.weights("w", {2, 5, 1}, 0.1F)}, {1, 2, 4});
  for (const Tensor& tensor : lowered(b, b.qdq(y, u8(0.5F, 10))).tensors) EXPECT_EQ(tensor.channel_axis, 1);
}

TEST(ChannelAxis, ARelayoutStandsBetweenConvAndMatMul) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 5, 4}, u8(0.5F, 10));
  const auto y = b.qdq(b.node("Conv", "conv1", {x, b.weights("w", {2, 5, 1}, 0.1F)}, {1, 2, 4}), u8(0.5F, 10));
  const auto m = b.node("MatMul", "m1", {y, b.weights("w1", {4, 3}, 0.1F)}, {1, 2, 3});
  const auto n = b.node("MatMul", "m2", {y, b.weights("w2", {4, 3}, 0.1F)}, {1, 2, 3});
  b.output(b.qdq(m, u8(0.5F, 10)));
  const Network network = lowered(b, b.qdq(n, u8(0.5F, 10)));
  ASSERT_EQ(network.layers.size(), 4U);  // one relayout for both
  EXPECT_EQ(network.layers[1].op, Op::relayout);
  EXPECT_TRUE(network.layers[1].relayout().perm.empty());
  const Tensor& before = network.tensor(network.layers[1].inputs[0]);
  const Tensor& after = network.tensor(network.layers[1].output);
  EXPECT_EQ(before.shape, after.shape);
  EXPECT_EQ(before.channel_axis, 1);
  EXPECT_EQ(after.channel_axis, 2);
}

graph::Node window_node(const test::Attributes& attributes) { return {"pool", "MaxPool", "", {}, {}, attributes}; }

TEST(Window, ExplicitPads) {
  const WindowParameters window =
      read_window(window_node({{"pads", Ints{1, 2, 3, 4}}, {"strides", Ints{2, 1}}, {"dilations", Ints{1, 2}}}),
                  {1, 4, 8, 9}, {1, 4, 5, 11}, {3, 3});
  EXPECT_EQ(window.pads, (std::array<std::int64_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(window.stride_h, 2);
  EXPECT_EQ(window.dilation_w, 2);
}

// 5 outputs of 9 inputs with stride 2 and kernel 4: (5 - 1)*2 + 4 - 9 = 3 of padding.
TEST(Window, SamePadsMoreBehindOrBefore) {
  const test::Attributes upper{{"auto_pad", std::string("SAME_UPPER")}, {"strides", Ints{2}}};
  EXPECT_EQ(read_window(window_node(upper), {1, 4, 9}, {1, 4, 5}, {4}).pads, (std::array<std::int64_t, 4>{0, 1, 0, 2}));
  const test::Attributes lower_pads{{"auto_pad", std::string("SAME_LOWER")}, {"strides", Ints{2}}};
  EXPECT_EQ(read_window(window_node(lower_pads), {1, 4, 9}, {1, 4, 5}, {4}).pads,
            (std::array<std::int64_t, 4>{0, 2, 0, 1}));
}

TEST(Window, ValidIgnoresPads) {
  const test::Attributes valid{{"auto_pad", std::string("VALID")}, {"pads", Ints{1, 1}}};
  EXPECT_EQ(read_window(window_node(valid), {1, 4, 9}, {1, 4, 6}, {4}).pads, (std::array<std::int64_t, 4>{}));
}

// ceil((8 - 3) / 2) + 1 = 4 windows; the last reaches (4 - 1)*2 + 3 - 8 = 1 beyond.
TEST(Window, CeilModePadsBehind) {
  const test::Attributes ceil{{"ceil_mode", std::int64_t{1}}, {"strides", Ints{2}}};
  EXPECT_EQ(read_window(window_node(ceil), {1, 4, 8}, {1, 4, 4}, {3}).pads, (std::array<std::int64_t, 4>{0, 0, 0, 1}));
}

TEST(Window, UnknownAutoPad) {
  const test::Attributes wrong{{"auto_pad", std::string("SAME")}};
  EXPECT_THROW(read_window(window_node(wrong), {1, 4, 8}, {1, 4, 4}, {3}), graph::ModelError);
}

}  // namespace
}  // namespace intloom::quant
