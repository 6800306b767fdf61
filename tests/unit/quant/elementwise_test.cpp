// Add, Mul, Concat and pooling: operands, constants, multipliers.
#include <gtest/gtest.h>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::s8;
using test::u8;

Network lowered(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return lower(builder.graph);
}

TEST(Elementwise, AddMultipliers) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.3F, 1));
  const auto y = b.activation("y", {1, 4}, s8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {x, y}, {1, 4}), u8(0.7F, 3)));
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].binary().multiplier, (std::array<float, 2>{0.3F / 0.7F, 0.5F / 0.7F}));
}

TEST(Elementwise, MulMultiplier) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.3F, 1));
  const auto y = b.activation("y", {1, 4}, s8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Mul", "mul", {x, y}, {1, 4}), u8(0.7F, 3)));
  const float product = 0.3F * 0.5F;
  EXPECT_EQ(network.layers.at(0).binary().multiplier[0], product / 0.7F);
}

TEST(Elementwise, ConstantGoesSecondWithTheRankOfTheOutput) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 2, 2}, u8(0.3F, 1));
  const auto c = b.dequantize(b.constant<std::int8_t>("c", {4, 1, 1}, {1, 2, 3, 4}), s8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {c, x}, {1, 4, 2, 2}), u8(0.7F, 3)));
  ASSERT_EQ(network.layers.size(), 1U);
  const Layer& layer = network.layers[0];
  EXPECT_EQ(layer.inputs[0], network.inputs[0].tensor);
  const Tensor& constant = network.tensor(layer.inputs[1]);
  ASSERT_NE(constant.constant, nullptr);
  EXPECT_EQ(constant.shape, (graph::Shape{1, 4, 1, 1}));
  EXPECT_EQ(constant.zero_point, 2);
  EXPECT_EQ(layer.binary().multiplier, (std::array<float, 2>{0.3F / 0.7F, 0.5F / 0.7F}));
}

TEST(Elementwise, FloatConstantThatIntegersRepresent) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3}, u8(0.3F, 1));
  const auto c = b.constant<float>("c", {3}, {0.75F, -1.5F, 0});  // 0.75 * (1, -2, 0)
  const Network network = lowered(b, b.qdq(b.node("Mul", "mul", {x, c}, {1, 3}), u8(0.7F, 3)));
  const Tensor& constant = network.tensor(network.layers.at(0).inputs[1]);
  EXPECT_EQ(constant.scale, 0.75F);
  EXPECT_EQ(constant.zero_point, 0);
  EXPECT_EQ(constant.constant->bytes, (std::vector<std::uint8_t>{1, 254, 0}));
}

TEST(Elementwise, TheBroadcastOperandGoesSecond) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 1, 1}, u8(0.3F, 1));
  const auto y = b.activation("y", {1, 4, 2, 2}, u8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {x, y}, {1, 4, 2, 2}), u8(0.7F, 3)));
  const Layer& layer = network.layers.at(0);
  EXPECT_EQ(network.tensor(layer.inputs[0]).name, "y");
  EXPECT_EQ(layer.binary().multiplier, (std::array<float, 2>{0.5F / 0.7F, 0.3F / 0.7F}));
}

TEST(Elementwise, LowerRankIsReshaped) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 2, 2}, u8(0.3F, 1));
  const auto y = b.activation("y", {1, 2}, u8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {x, y}, {1, 4, 2, 2}), u8(0.7F, 3)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[0].op, Op::relayout);
  EXPECT_EQ(network.tensor(network.layers[1].inputs[1]).shape, (graph::Shape{1, 1, 1, 2}));
}

TEST(Elementwise, ConstantBeyondRankFourIsExpanded) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 1, 2, 2}, u8(0.3F, 1));
  const auto c = b.dequantize(b.constant<std::uint8_t>("c", {2, 1, 1, 2}, {1, 2, 3, 4}), u8(0.5F, 2));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {x, c}, {1, 2, 1, 2, 2}), u8(0.7F, 3)));
  const Tensor& constant = network.tensor(network.layers.at(0).inputs[1]);
  EXPECT_EQ(constant.shape, (graph::Shape{1, 2, 1, 2, 2}));
  EXPECT_EQ(constant.constant->bytes, (std::vector<std::uint8_t>{1, 2, 1, 2, 3, 4, 3, 4}));
}

TEST(Concat, EachPartIsRequantizedAndAFreshOneTakesTheScale) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.3F, 1));
  const auto fresh = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.1F)}, {1, 2});
  const auto y = b.node("Concat", "cat", {x, fresh}, {1, 6}, {{"axis", std::int64_t{-1}}});
  const Network network = lowered(b, b.qdq(y, u8(0.7F, 3)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.tensor(network.layers[0].output).scale, 0.7F);
  EXPECT_EQ(network.tensor(network.layers[0].output).name, "fc");
  EXPECT_EQ(network.layers[1].concat().axis, 1);
  EXPECT_EQ(network.layers[1].concat().multiplier, (std::vector<float>{0.3F / 0.7F, 1.0F}));
}

TEST(Pool, GlobalAveragePool) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 3, 5}, u8(0.3F, 1));
  const Network network = lowered(b, b.qdq(b.node("GlobalAveragePool", "gap", {x}, {1, 4, 1, 1}), u8(0.7F, 3)));
  const PoolParameters& pool = network.layers.at(0).pool();
  EXPECT_TRUE(pool.global);
  EXPECT_EQ(pool.window.kernel_h, 3);
  EXPECT_EQ(pool.window.kernel_w, 5);
  EXPECT_EQ(pool.multiplier, 0.3F / 0.7F);
}

TEST(Pool, MaxPoolWithoutChangeOfScale) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 4, 4}, u8(0.3F, 1));
  const auto y = b.node("MaxPool", "pool", {x}, {1, 4, 2, 2}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  const Network network = lowered(b, b.qdq(y, u8(0.3F, 1)));
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].op, Op::max_pool);
  EXPECT_EQ(network.layers[0].pool().multiplier, 1);
}

// Quantizing before the maximum and after it are the same, so the Conv takes the scale behind the pool.
TEST(Pool, MaxPoolBetweenConvAndQuantizeLinear) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 4, 4}, u8(0.3F, 1));
  auto y = b.node("Conv", "conv1", {x, b.weights("w", {4, 4, 1, 1}, 0.1F)}, {1, 4, 4, 4});
  y = b.node("Relu", "relu", {y}, {1, 4, 4, 4});
  y = b.node("MaxPool", "pool", {y}, {1, 4, 2, 2}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  const Network network = lowered(b, b.qdq(y, u8(0.7F, 5)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.tensor(network.layers[0].output).name, "relu");
  EXPECT_EQ(network.tensor(network.layers[0].output).scale, 0.7F);
  EXPECT_EQ(network.layers[0].clamp.lo, 5);
  EXPECT_EQ(network.layers[1].pool().multiplier, 1);
}

}  // namespace
}  // namespace intloom::quant
