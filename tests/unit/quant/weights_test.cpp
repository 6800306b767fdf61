// Weights, biases and multipliers of Conv, Gemm and MatMul.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::s8;
using test::u8;
using Integers = std::vector<std::int32_t>;

Network lowered(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return lower(builder.graph);
}

const ConvParameters& only_conv(const Network& network) {
  if (network.layers.size() != 1) throw std::out_of_range("not one layer");
  return network.layers[0].conv();
}

TEST(Weights, MultiplierIsFloat32) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.1F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.3F)}, {1, 2});
  const Network network = lowered(b, b.qdq(y, u8(0.7F, 3)));
  // np.float32(np.float32(0.1) * np.float32(0.3)) / np.float32(0.7), NumPy 2.2
  EXPECT_EQ(only_conv(network).multiplier, (std::vector<float>{0x1.5f15f2p-5F}));
}

TEST(Weights, OneMultiplierAChannel) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 1, 2, 2}, u8(0.5F, 10));
  const auto w = b.channel_weights("w", {3, 1, 1, 1}, {0.1F, 0.2F, 0.4F}, 0);
  const Network network = lowered(b, b.qdq(b.node("Conv", "conv1", {x, w}, {1, 3, 2, 2}), u8(0.25F, 3)));
  EXPECT_EQ(only_conv(network).multiplier, (std::vector<float>{0.2F, 0.4F, 0.8F}));
  EXPECT_EQ(only_conv(network).weight_scale, (std::vector<float>{0.1F, 0.2F, 0.4F}));
}

TEST(Weights, ZeroPointsThatAgree) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 1, 2, 2}, u8(0.5F, 10));
  const auto w = b.channel_weights("w", {2, 1, 1, 1}, {0.1F, 0.2F}, 0, {-5, -5});
  const Network network = lowered(b, b.qdq(b.node("Conv", "conv1", {x, w}, {1, 2, 2, 2}), u8(0.25F, 3)));
  EXPECT_EQ(only_conv(network).weight_zero_point, -5);
}

TEST(Weights, GemmIsStoredByOutputChannel) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3}, u8(0.5F, 10));
  const auto w = b.dequantize(b.constant<std::int8_t>("w", {3, 2}, {1, 2, 3, 4, 5, 6}), s8(0.1F, 0));
  const Network network = lowered(b, b.qdq(b.node("Gemm", "fc", {x, w}, {1, 2}), u8(0.5F, 3)));
  EXPECT_EQ(only_conv(network).weights, (std::vector<std::int16_t>{1, 3, 5, 2, 4, 6}));
  EXPECT_EQ(only_conv(network).channels, 3);
  EXPECT_EQ(only_conv(network).output_channels, 2);
}

// QuantizeLinear at compile time: 0.25/0.5 and 0.75/0.5 are ties and go to even, 100 saturates.
TEST(Weights, FloatWithQuantizeLinearIsQuantizedAtCompileTime) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto w = b.qdq(b.constant<float>("w", {4, 1}, {0.25F, 0.75F, 100, -0.6F}), s8(0.5F, 3));
  const Network network = lowered(b, b.qdq(b.node("MatMul", "fc", {x, w}, {1, 1}), u8(0.5F, 3)));
  EXPECT_EQ(only_conv(network).weights, (std::vector<std::int16_t>{3, 5, 127, 2}));
  EXPECT_EQ(only_conv(network).weight_zero_point, 3);
}

// The Gemm reads [1, 8, 1, 2] as it was before Transpose and Flatten: weight k = x*8 + c belongs to (c, 0, x).
TEST(Weights, KernelOfTheWholeMap) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 8, 1, 2}, u8(0.5F, 10));
  const auto t = b.node("Transpose", "nhwc", {x}, {1, 1, 2, 8}, {{"perm", Ints{0, 2, 3, 1}}});
  const auto f = b.node("Flatten", "flat", {t}, {1, 16});
  std::vector<std::int8_t> values(16);
  for (std::size_t k = 0; k < values.size(); ++k) values[k] = static_cast<std::int8_t>(k);
  const auto w = b.dequantize(b.constant<std::int8_t>("w", {16, 1}, values), s8(0.1F, 0));
  const Network network = lowered(b, b.qdq(b.node("Gemm", "fc", {f, w}, {1, 1}), u8(0.5F, 3)));
  const ConvParameters& conv = only_conv(network);
  EXPECT_EQ(conv.channels, 8);
  EXPECT_EQ(conv.window.kernel_h, 1);
  EXPECT_EQ(conv.window.kernel_w, 2);
  EXPECT_EQ(conv.weights, (std::vector<std::int16_t>{0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15}));
  EXPECT_EQ(network.layers[0].folded, (std::vector<std::string>{"nhwc", "flat"}));
  EXPECT_EQ(network.tensor(network.layers[0].inputs[0]).shape, (graph::Shape{1, 8, 1, 2}));
}

graph::TensorId int32_bias(GraphBuilder& b, const Integers& values, float scale) {
  return b.node("DequantizeLinear", "b_dq",
                {b.constant<std::int32_t>("b", {static_cast<std::int64_t>(values.size())}, values),
                 b.constant<float>("b_scale", {1}, {scale}), b.constant<std::int32_t>("b_zero", {1}, {0})},
                {static_cast<std::int64_t>(values.size())});
}

TEST(Bias, Int32AtTheProductScaleIsTakenAsItIs) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.1F, 10));
  const auto bias = int32_bias(b, {2147483647, -7}, 0.1F * 0.3F);
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.3F), bias}, {1, 2});
  EXPECT_EQ(only_conv(lowered(b, b.qdq(y, u8(0.7F, 3)))).bias, (Integers{2147483647, -7}));
}

TEST(Bias, Int32AtAnotherScaleIsRequantized) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto bias = int32_bias(b, {100, -7}, 0.0625F);  // the products have 0.125: 50, -3.5 -> -4
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.25F), bias}, {1, 2});
  EXPECT_EQ(only_conv(lowered(b, b.qdq(y, u8(0.7F, 3)))).bias, (Integers{50, -4}));
}

TEST(Bias, FloatIsRoundedAtTheProductScale) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto bias = b.constant<float>("b", {2}, {1.0F, -0.3F});  // at 0.125: 8, -2.4
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.25F), bias}, {1, 2});
  EXPECT_EQ(only_conv(lowered(b, b.qdq(y, u8(0.7F, 3)))).bias, (Integers{8, -2}));
}

TEST(Bias, AbsentIsZeros) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.25F)}, {1, 2});
  EXPECT_EQ(only_conv(lowered(b, b.qdq(y, u8(0.7F, 3)))).bias, (Integers{0, 0}));
}

// alpha is a factor of the products' scale (0.125 -> 0.25), beta one of the bias.
TEST(Bias, AlphaAndBeta) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto bias = b.constant<float>("b", {1, 2}, {1.0F, -0.5F});
  const auto y =
      b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.25F), bias}, {1, 2}, {{"alpha", 2.0F}, {"beta", 3.0F}});
  const Network network = lowered(b, b.qdq(y, u8(0.5F, 3)));
  EXPECT_EQ(only_conv(network).bias, (Integers{12, -6}));
  EXPECT_EQ(only_conv(network).multiplier, (std::vector<float>{0.5F}));
}

TEST(Bias, AddOfAConstantBehindMatMul) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3, 4}, u8(0.5F, 10));
  const auto y = b.node("MatMul", "mm", {x, b.weights("w", {4, 2}, 0.25F)}, {1, 3, 2});
  const auto s = b.node("Add", "add", {b.constant<float>("b", {2}, {1.0F, -0.5F}), y}, {1, 3, 2});
  const Network network = lowered(b, b.qdq(b.node("Relu", "relu", {s}, {1, 3, 2}), u8(0.5F, 3)));
  EXPECT_EQ(only_conv(network).bias, (Integers{8, -4}));
  EXPECT_EQ(network.layers[0].name, "mm");
  EXPECT_EQ(network.layers[0].folded, (std::vector<std::string>{"add", "relu"}));
  EXPECT_EQ(network.tensor(network.layers[0].output).channel_axis, 2);
}

// Behind a QuantizeLinear of its own the Add is a layer.
TEST(Bias, AddBehindQuantizeLinearIsAnAdd) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.qdq(b.node("MatMul", "mm", {x, b.weights("w", {4, 2}, 0.25F)}, {1, 2}), u8(0.5F, 3));
  const auto c = b.dequantize(b.constant<std::uint8_t>("c", {2}, {1, 2}), u8(0.5F, 0));
  const Network network = lowered(b, b.qdq(b.node("Add", "add", {c, y}, {1, 2}), u8(0.5F, 3)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[1].op, Op::add);
  EXPECT_NE(network.tensor(network.layers[1].inputs[1]).constant, nullptr);
  EXPECT_EQ(network.layers[0].conv().bias, (Integers{0, 0}));
}

}  // namespace
}  // namespace intloom::quant
