// What QuantizeLinear, DequantizeLinear, Identity, Cast, Relu and Clip become, rule by rule.
#include <gtest/gtest.h>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::s8;
using test::u8;
using Names = std::vector<std::string>;

Network lowered(GraphBuilder& builder, const std::vector<graph::TensorId>& outputs) {
  for (const graph::TensorId id : outputs) builder.output(id);
  return lower(builder.graph);
}

graph::TensorId gemm(GraphBuilder& b, graph::TensorId x, const std::string& name = "fc") {
  return b.node("Gemm", name, {x, b.weights(name + "_w", {4, 4}, 0.125F)}, {1, 4});
}

void expect_clamp(const Clamp& clamp, int lo, int hi) {
  EXPECT_EQ(clamp.lo, lo);
  EXPECT_EQ(clamp.hi, hi);
}

TEST(Folding, IdentityAndSameTypeCastVanishOnBothSides) {
  GraphBuilder b;
  auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  x = b.node("Cast", "cast_x", {b.node("Identity", "id_x", {x}, {1, 4})}, {1, 4}, {{"to", std::int64_t{1}}});
  const auto y = b.node("Identity", "id_y", {gemm(b, x)}, {1, 4});
  const auto q = b.quantize(y, u8(0.25F, 3));
  const auto cast = b.node("Cast", "cast_q", {q}, {1, 4}, {{"to", std::int64_t{2}}}, graph::DataType::uint8);
  const Network network = lowered(b, {b.dequantize(cast, u8(0.25F, 3))});
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].folded, (Names{"id_y", "cast_q"}));
  EXPECT_EQ(network.tensor(network.layers[0].output).name, "id_y");
  EXPECT_EQ(network.folded_quantize_nodes, 2);
  EXPECT_EQ(network.folded_dequantize_nodes, 3);
}

TEST(Folding, PairWithTheSameScaleVanishes) {
  GraphBuilder b;
  const auto x = b.qdq(b.activation("x", {1, 4}, u8(0.5F, 10)), u8(0.5F, 10));
  const Network network = lowered(b, {x});
  EXPECT_TRUE(network.layers.empty());
  ASSERT_EQ(network.outputs.size(), 1U);
  EXPECT_EQ(network.outputs[0].tensor, network.inputs[0].tensor);
}

TEST(Folding, PairWithAnotherScaleIsARescale) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.3F, 10));
  const Network network = lowered(b, {b.qdq(x, s8(0.7F, -5)), b.qdq(x, s8(0.7F, -5))});
  ASSERT_EQ(network.layers.size(), 1U);  // the second pair is the first one again
  EXPECT_EQ(network.layers[0].op, Op::rescale);
  EXPECT_EQ(network.layers[0].onnx_op, "QuantizeLinear");
  EXPECT_EQ(network.layers[0].rescale().multiplier, 0.3F / 0.7F);
  expect_clamp(network.layers[0].clamp, -128, 127);
}

TEST(Folding, ReluIsTheClampOfItsLayer) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const Network network = lowered(b, {b.qdq(b.node("Relu", "relu", {gemm(b, x)}, {1, 4}), u8(0.5F, 7))});
  ASSERT_EQ(network.layers.size(), 1U);
  expect_clamp(network.layers[0].clamp, 7, 255);
  EXPECT_EQ(network.layers[0].folded, Names{"relu"});
}

TEST(Folding, SeveralClipsAreOneClamp) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  auto y = b.node("Relu", "relu", {gemm(b, x)}, {1, 4});
  y = b.node("Clip", "six", {y, b.constant<float>("lo", {}, {-3}), b.constant<float>("hi", {}, {6})}, {1, 4});
  y = b.node("Clip", "one", {y}, {1, 4}, {{"min", 1.0F}, {"max", 100.0F}});  // operator set 6: attributes
  const Network network = lowered(b, {b.qdq(y, u8(0.5F, 7))});
  ASSERT_EQ(network.layers.size(), 1U);
  expect_clamp(network.layers[0].clamp, 9, 19);  // 1/0.5 + 7, 6/0.5 + 7
  EXPECT_EQ(network.layers[0].folded, (Names{"relu", "six", "one"}));
}

// 0.25/0.5 = 0.5 goes to 0, 0.75/0.5 = 1.5 to 2: ties to even, before the zero point is added.
TEST(Folding, LimitsRoundTiesToEven) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Clip", "clip", {gemm(b, x)}, {1, 4}, {{"min", 0.25F}, {"max", 0.75F}});
  const Network network = lowered(b, {b.qdq(y, u8(0.5F, 7))});
  expect_clamp(network.layers.at(0).clamp, 7, 9);
}

TEST(Folding, MinAboveMaxIsMax) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Clip", "clip", {gemm(b, x)}, {1, 4}, {{"min", 4.0F}, {"max", 2.0F}});
  const Network network = lowered(b, {b.qdq(y, u8(0.5F, 7))});
  expect_clamp(network.layers.at(0).clamp, 11, 11);
}

TEST(Folding, LoneReluIsARescaleWithAClamp) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const Network network = lowered(b, {b.qdq(b.node("Relu", "relu", {x}, {1, 4}), u8(0.5F, 10))});
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].op, Op::rescale);
  EXPECT_EQ(network.layers[0].name, "relu");
  EXPECT_EQ(network.layers[0].rescale().multiplier, 1);
  EXPECT_TRUE(network.layers[0].folded.empty());
  expect_clamp(network.layers[0].clamp, 10, 255);
}

TEST(Folding, ReluThatTheRangeImpliesVanishes) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 0));
  const auto y = b.qdq(b.node("Relu", "relu1", {gemm(b, x)}, {1, 4}), u8(0.5F, 7));
  const auto z = b.qdq(b.node("Relu", "relu2", {y}, {1, 4}), u8(0.5F, 7));
  const Network network = lowered(b, {b.node("Relu", "relu0", {x}, {1, 4}), z});
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.outputs[0].tensor, network.inputs[0].tensor);
  EXPECT_EQ(network.layers[0].folded, (Names{"relu1", "relu2"}));
}

// Conv -> Q, and Conv -> Relu -> Q with the same scale: the second clips the first's integers.
TEST(Folding, ReluBesideAnotherConsumer) {
  GraphBuilder b;
  const auto y = gemm(b, b.activation("x", {1, 4}, u8(0.5F, 10)));
  const Network network = lowered(b, {b.qdq(y, u8(0.5F, 7)), b.qdq(b.node("Relu", "relu", {y}, {1, 4}), u8(0.5F, 7))});
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[1].op, Op::rescale);
  EXPECT_EQ(network.layers[1].name, "relu");
  expect_clamp(network.layers[0].clamp, 0, 255);
  expect_clamp(network.layers[1].clamp, 7, 255);
}

// With another scale a rescale would round twice: the layer is computed twice instead.
TEST(Folding, TwoScalesOfOneFloatValue) {
  GraphBuilder b;
  const auto y = gemm(b, b.activation("x", {1, 4}, u8(0.5F, 10)));
  const Network network = lowered(b, {b.qdq(y, u8(0.5F, 7)), b.qdq(y, u8(0.3F, 7)), b.qdq(y, u8(0.5F, 7))});
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[1].op, Op::conv);
  EXPECT_EQ(network.outputs[0].tensor, network.outputs[2].tensor);
}

TEST(Folding, OneDequantizeLinearForSeveralConsumers) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const Network network = lowered(b, {b.qdq(gemm(b, x, "a"), u8(0.5F, 1)), b.qdq(gemm(b, x, "b"), u8(0.5F, 2)), x});
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.inputs.size(), 1U);
  EXPECT_EQ(network.layers[0].inputs, network.layers[1].inputs);
  EXPECT_EQ(network.outputs[2].tensor, network.inputs[0].tensor);
}

TEST(Folding, InputQuantizedTwiceIsTwoBoundaries) {
  GraphBuilder b;
  const auto first = b.input("first", {1, 4});
  const auto x = b.input("x", {1, 4});
  const auto s = b.node("Add", "s", {b.qdq(x, u8(0.5F, 1)), b.qdq(x, u8(0.25F, 2))}, {1, 4});
  const auto t = b.node("Add", "t", {b.qdq(s, u8(0.5F, 1)), b.qdq(first, u8(0.5F, 1))}, {1, 4});
  const Network network = lowered(b, {b.qdq(t, u8(0.5F, 1))});
  ASSERT_EQ(network.inputs.size(), 3U);
  EXPECT_EQ(network.inputs[0].name, "first");  // the order of the model's inputs
  EXPECT_EQ(network.inputs[1].name, "x");
  EXPECT_EQ(network.inputs[2].name, "x");
  EXPECT_EQ(network.tensor(network.inputs[1].tensor).scale, 0.5F);
  EXPECT_EQ(network.tensor(network.inputs[2].tensor).scale, 0.25F);
}

TEST(Folding, IntegerInputAndOutput) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4}, graph::DataType::int8);
  const auto q = b.quantize(gemm(b, b.dequantize(x, s8(0.5F, -3))), u8(0.5F, 1));
  const Network network = lowered(b, {q});
  EXPECT_EQ(network.inputs.at(0).type, graph::DataType::int8);
  EXPECT_EQ(network.tensor(network.inputs[0].tensor).zero_point, -3);
  EXPECT_EQ(network.outputs.at(0).type, graph::DataType::uint8);
}

// Q with one scale, DQ with another: the integers stay, what they stand for changes.
TEST(Folding, DequantizedWithAnotherScale) {
  GraphBuilder b;
  const auto q = b.quantize(gemm(b, b.activation("x", {1, 4}, u8(0.5F, 10))), u8(0.5F, 1));
  const Network network = lowered(b, {b.dequantize(q, u8(0.25F, 2)), b.dequantize(q, u8(0.5F, 1))});
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[1].op, Op::relayout);
  EXPECT_TRUE(network.layers[1].relayout().perm.empty());
  EXPECT_EQ(network.tensor(network.outputs[0].tensor).scale, 0.25F);
  EXPECT_EQ(network.tensor(network.outputs[1].tensor).scale, 0.5F);
}

TEST(Folding, AbsentZeroPointIsUint8Zero) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4});
  const auto s = b.constant<float>("s", {}, {0.5F});
  const auto q = b.node("QuantizeLinear", "q", {x, s}, {1, 4}, {}, graph::DataType::uint8);
  const Network network = lowered(b, {b.node("DequantizeLinear", "dq", {q, s}, {1, 4})});
  EXPECT_EQ(network.tensor(network.inputs.at(0).tensor).type, graph::DataType::uint8);
  EXPECT_EQ(network.tensor(network.inputs[0].tensor).zero_point, 0);
}

TEST(Folding, NodesThatNoOutputNeedsAreIgnored) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  b.node("Softmax", "dead", {x}, {1, 4});
  const auto shape = b.node("Shape", "shape", {x}, {2}, {}, graph::DataType::int64);
  const Network network = lowered(b, {b.node("Reshape", "r", {x, shape}, {4, 1})});
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].op, Op::relayout);
}

}  // namespace
}  // namespace intloom::quant
