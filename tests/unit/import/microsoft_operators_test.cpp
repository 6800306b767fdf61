// Types and shapes of com.microsoft's quantized operators, by their documentation (ONNX Runtime, ContribOperators.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
constexpr auto kUint8 = onnx::TensorProto::UINT8;
const std::string kDomain = "com.microsoft";

// A model with one quantized tensor x, a scale s and a zero point z for everything.
SmallModel quantized(const std::vector<Dim>& x) {
  SmallModel model;
  model.import_domain(kDomain, 1).input("x", x, kUint8).floats("s", {}).bytes("z", {}, kUint8).output("y");
  return model;
}

void expect_output(const SmallModel& model, const Shape& shape, DataType type = DataType::uint8) {
  const Graph graph = model.import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, shape);
  EXPECT_EQ(graph.tensor(graph.outputs[0]).type, type);
  EXPECT_EQ(graph.nodes.back().domain, kDomain);
}

TEST(QLinearAddAndMul, Broadcast) {
  for (const std::string op : {"QLinearAdd", "QLinearMul"}) {
    SmallModel model = quantized({"N", 4, 5, 6});
    model.bytes("b", {4, 1, 1}, kUint8);
    model.node(op, {"x", "s", "z", "b", "s", "z", "s", "z"}, {"y"}, "n", kDomain);
    expect_output(model, {1, 4, 5, 6});
  }
}

TEST(QLinearAddAndMul, ThatDoNotBroadcastAreRefused) {
  SmallModel model = quantized({1, 4});
  model.bytes("b", {3}, kUint8);
  model.node("QLinearAdd", {"x", "s", "z", "b", "s", "z", "s", "z"}, {"y"}, "add", kDomain);
  EXPECT_THAT(model.error(), HasSubstr("node 'add' (com.microsoft:QLinearAdd): "));
}

TEST(QLinearPools, GlobalAverageLeavesOnePixel) {
  SmallModel model = quantized({"N", 4, 5, 6});
  model.node("QLinearGlobalAveragePool", {"x", "s", "z", "s", "z"}, {"y"}, "n", kDomain);
  expect_output(model, {1, 4, 1, 1});
}

TEST(QLinearPools, AverageFollowsItsWindow) {
  SmallModel model = quantized({"N", 4, 6, 9});
  auto& node = model.node("QLinearAveragePool", {"x", "s", "z", "s", "z"}, {"y"}, "n", kDomain);
  set(node, "kernel_shape", std::vector<std::int64_t>{2, 3});
  set(node, "strides", std::vector<std::int64_t>{2, 3});
  expect_output(model, {1, 4, 3, 3});
}

TEST(QLinearPools, ChannelsLastIsRefused) {
  SmallModel model = quantized({"N", 4, 6, 9});
  set(model.node("QLinearGlobalAveragePool", {"x", "s", "z", "s", "z"}, {"y"}, "n", kDomain), "channels_last",
      std::int64_t{1});
  EXPECT_THAT(model.error(), HasSubstr("channels_last cannot be read"));
}

TEST(QLinearPools, BadWindowsAreRefused) {
  SmallModel model = quantized({"N", 4, 6, 9});
  auto& node = model.node("QLinearAveragePool", {"x", "s", "z", "s", "z"}, {"y"}, "n", kDomain);
  set(node, "kernel_shape", std::vector<std::int64_t>{2, 3});
  set(node, "strides", std::vector<std::int64_t>{0, 1});
  EXPECT_THAT(model.error(), HasSubstr("attribute 'strides' is [0, 1]"));
}

TEST(QLinearConcat, AddsUpAlongItsAxis) {
  SmallModel model = quantized({"N", 4, 5});
  model.bytes("b", {1, 7, 5}, kUint8);
  set(model.node("QLinearConcat", {"s", "z", "x", "s", "z", "b", "s", "z"}, {"y"}, "n", kDomain), "axis",
      std::int64_t{-2});
  expect_output(model, {1, 11, 5});
}

TEST(QLinearConcat, OfTensorsThatDoNotFitIsRefused) {
  SmallModel model = quantized({"N", 4, 5});
  model.bytes("b", {1, 7, 6}, kUint8);
  set(model.node("QLinearConcat", {"s", "z", "x", "s", "z", "b", "s", "z"}, {"y"}, "n", kDomain), "axis",
      std::int64_t{1});
  EXPECT_THAT(model.error(), HasSubstr("the inputs differ in dimension 2, which is not the axis"));
}

TEST(QLinearConcat, WithoutATripleForEachInputIsRefused) {
  SmallModel model = quantized({"N", 4, 5});
  set(model.node("QLinearConcat", {"s", "z", "x", "s"}, {"y"}, "n", kDomain), "axis", std::int64_t{1});
  EXPECT_THAT(model.error(), HasSubstr("three for each tensor"));
}

TEST(QGemm, IsQuantizedWithAnOutputZeroPointElseFloat) {
  SmallModel model = quantized({"N", 8});
  model.bytes("b", {8, 3}, kUint8);
  model.node("QGemm", {"x", "s", "z", "b", "s", "z", "", "s", "z"}, {"y"}, "n", kDomain);
  expect_output(model, {1, 3});
  SmallModel floating = quantized({"N", 8});
  floating.bytes("b", {3, 8}, kUint8);
  set(floating.node("QGemm", {"x", "s", "z", "b", "s", "z"}, {"y"}, "n", kDomain), "transB", std::int64_t{1});
  expect_output(floating, {1, 3}, DataType::float32);
}

TEST(QGemm, OfMatricesThatDoNotFitIsRefused) {
  SmallModel model = quantized({"N", 8});
  model.bytes("b", {7, 3}, kUint8);
  model.node("QGemm", {"x", "s", "z", "b", "s", "z", "", "s", "z"}, {"y"}, "n", kDomain);
  EXPECT_THAT(model.error(), HasSubstr("A and B differ in the inner dimension"));
}

TEST(QLinearFunctions, KeepTheirShape) {
  for (const std::string op : {"QLinearSigmoid", "QLinearLeakyRelu", "QLinearSoftmax"}) {
    SmallModel model = quantized({"N", 4, 5});
    model.node(op, {"x", "s", "z", "s", "z"}, {"y"}, "n", kDomain);
    expect_output(model, {1, 4, 5});
  }
}

TEST(MicrosoftOperators, WithoutInputsAreRefused) {
  for (const std::string op : {"QLinearAdd", "QLinearWhere", "QLinearAveragePool", "QLinearGlobalAveragePool",
                               "QLinearConcat", "QLinearSigmoid", "QGemm", "QuantizeLinear", "DequantizeLinear"}) {
    SmallModel model = quantized({1, 4});
    model.node(op, {}, {"y"}, "n", kDomain);
    EXPECT_NE(model.error(), "none") << op;
  }
}

TEST(MicrosoftOperators, ScalesAreChecked) {
  SmallModel model = quantized({"N", 4});
  model.floats("wide", {4});
  model.node("QLinearSigmoid", {"x", "wide", "z", "s", "z"}, {"y"}, "n", kDomain);
  EXPECT_EQ(model.error(), "node 'n' (QLinearSigmoid): scale 'wide' is 4, expected one element");
}

}  // namespace
}  // namespace intloom::graph
