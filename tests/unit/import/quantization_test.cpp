// Scales and zero points.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
constexpr auto kInt8 = onnx::TensorProto::INT8;
constexpr auto kUint8 = onnx::TensorProto::UINT8;
using Ints = std::vector<std::int64_t>;

// w (int8 4x3x3x3) -> DequantizeLinear -> Conv weights
SmallModel dequantize(const Ints& scale, const Ints& zero_point, std::int64_t axis, std::int64_t opset = 13) {
  SmallModel model(opset);
  model.bytes("w", {4, 3, 3, 3}, kInt8).floats("s", scale).bytes("z", zero_point, kInt8).output("y");
  set(model.node("DequantizeLinear", {"w", "s", "z"}, {"y"}, "dq"), "axis", axis);
  return model;
}

TEST(Dequantize, PerTensorAndPerAxisAreRead) {
  EXPECT_EQ(dequantize({}, {}, 1).error(), "none");
  EXPECT_EQ(dequantize({1}, {}, 1).error(), "none");
  EXPECT_EQ(dequantize({4}, {4}, 0).error(), "none");
  EXPECT_EQ(dequantize({3}, {3}, 1).error(), "none");
  EXPECT_EQ(dequantize({4}, {4}, -4).error(), "none");
}

TEST(Dequantize, PerAxisIsReadBelowOpset13) {
  const Graph graph = dequantize({4}, {4}, 0, 11).import();
  EXPECT_EQ(graph.nodes[0].int_attribute("axis", 1), 0);
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{4, 3, 3, 3}));
}

TEST(Dequantize, ScaleMustHaveOneElementAnIndexOfTheAxis) {
  EXPECT_EQ(dequantize({4}, {4}, 1).error(), "node 'dq' (DequantizeLinear): scale 's' is 4, expected one element or 3");
  EXPECT_EQ(dequantize({5}, {5}, 0, 11).error(),
            "node 'dq' (DequantizeLinear): scale 's' is 5, expected one element or 4");
}

TEST(Dequantize, ZeroPointMustHaveTheShapeOfTheScale) {
  EXPECT_EQ(dequantize({4}, {3}, 0).error(), "node 'dq' (DequantizeLinear): zero point 'z' is 3, its scale 's' 4");
  EXPECT_EQ(dequantize({4}, {}, 0).error(), "node 'dq' (DequantizeLinear): zero point 'z' is scalar, its scale 's' 4");
}

TEST(Dequantize, ZeroPointMustHaveTheTypeOfTheTensor) {
  SmallModel model;
  model.bytes("w", {4}, kInt8).floats("s", {}).bytes("z", {}, kUint8).output("y");
  model.node("DequantizeLinear", {"w", "s", "z"}, {"y"}, "dq");
  EXPECT_THAT(model.error(), testing::AllOf(HasSubstr("node 'dq' (DequantizeLinear)"), HasSubstr("uint8")));
}

TEST(Dequantize, ScaleMustBeFiniteAndPositive) {
  for (const float bad : {0.0f, -0.5f, std::numeric_limits<float>::infinity(), std::nanf("")}) {
    SmallModel model;
    model.bytes("w", {4}, kInt8).floats("s", {}, bad).output("y");
    model.node("DequantizeLinear", {"w", "s"}, {"y"}, "dq");
    EXPECT_THAT(model.error(), HasSubstr("at index 0; a scale is finite and greater than 0")) << bad;
  }
}

TEST(Dequantize, BlocksAreRefused) {
  SmallModel model(21);
  model.bytes("w", {4, 4}, kInt8).floats("s", {4, 2}).output("y");
  set(model.node("DequantizeLinear", {"w", "s"}, {"y"}, "dq"), "block_size", std::int64_t{2});
  EXPECT_THAT(model.error(), HasSubstr("block_size"));
}

TEST(Quantize, TakesItsTypeFromTheZeroPoint) {
  for (const auto type : {kInt8, kUint8}) {
    SmallModel model;
    model.input("x", {1, 4}).floats("s", {}).bytes("z", {}, type).output("q");
    model.node("QuantizeLinear", {"x", "s", "z"}, {"q"}, "q");
    EXPECT_EQ(tensor_named(model.import(), "q").type, type == kInt8 ? DataType::int8 : DataType::uint8);
  }
  SmallModel model;
  model.input("x", {1, 4}).floats("s", {}).output("q");
  model.node("QuantizeLinear", {"x", "s"}, {"q"}, "q");
  EXPECT_EQ(tensor_named(model.import(), "q").type, DataType::uint8);
}

TEST(Quantize, ScaleMustFitToo) {
  SmallModel model;
  model.input("x", {1, 4}).floats("s", {3}).bytes("z", {3}, kInt8).output("q");
  model.node("QuantizeLinear", {"x", "s", "z"}, {"q"}, "q");
  EXPECT_EQ(model.error(), "node 'q' (QuantizeLinear): scale 's' is 3, expected one element or 4");
}

SmallModel qlinear_conv(const Ints& weight_scale, const Ints& input_scale) {
  SmallModel model;
  model.input("x", {1, 3, 8, 8}, kUint8).bytes("w", {4, 3, 3, 3}, kInt8);
  model.floats("xs", input_scale).bytes("xz", input_scale, kUint8);
  model.floats("ws", weight_scale).bytes("wz", weight_scale, kInt8);
  model.floats("ys", {}).bytes("yz", {}, kUint8).output("y");
  model.node("QLinearConv", {"x", "xs", "xz", "w", "ws", "wz", "ys", "yz"}, {"y"}, "conv");
  return model;
}

TEST(QLinearConv, WeightScalesMayBeOnePerChannel) {
  EXPECT_EQ(tensor_named(qlinear_conv({}, {}).import(), "y").shape, (Shape{1, 4, 6, 6}));
  EXPECT_EQ(tensor_named(qlinear_conv({4}, {}).import(), "y").type, DataType::uint8);
  EXPECT_EQ(qlinear_conv({3}, {}).error(), "node 'conv' (QLinearConv): scale 'ws' is 3, expected one element or 4");
}

TEST(QLinearConv, InputScaleIsOneElement) {
  EXPECT_EQ(qlinear_conv({}, {3}).error(), "node 'conv' (QLinearConv): scale 'xs' is 3, expected one element");
}

}  // namespace
}  // namespace intloom::graph
