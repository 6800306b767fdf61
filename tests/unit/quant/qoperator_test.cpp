// QOperator nodes: the same layers as the QDQ form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::u8;

class QOperator : public testing::Test {
 protected:
  GraphBuilder b;

  std::vector<graph::TensorId> parameters(float scale, std::uint8_t zero_point) {
    const std::string name = "p" + std::to_string(count_++);
    return {b.constant<float>(name + "_scale", {}, {scale}),
            b.constant<std::uint8_t>(name + "_zero", {}, {zero_point})};
  }
  static std::vector<graph::TensorId> joined(const std::vector<std::vector<graph::TensorId>>& parts) {
    std::vector<graph::TensorId> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
  }
  graph::TensorId integer_node(const std::string& op, const std::string& name,
                               const std::vector<graph::TensorId>& inputs, const graph::Shape& shape,
                               const test::Attributes& attributes = {}) {
    const auto id = b.node(op, name, inputs, shape, attributes, graph::DataType::uint8);
    if (op != "QLinearConv" && op != "QLinearMatMul" && op[0] == 'Q') b.graph.nodes.back().domain = "com.microsoft";
    return id;
  }
  Network lowered(graph::TensorId output) {
    b.output(output);
    return lower(b.graph);
  }
  std::string error_of(graph::TensorId output) {
    try {
      lowered(output);
    } catch (const graph::ModelError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  int count_ = 0;
};

TEST_F(QOperator, ConvolutionOfAnIntegerInput) {
  const auto x = b.input("x", {1, 2, 4, 4}, graph::DataType::uint8);
  const auto w = b.filled<std::int8_t>("w", {2, 2, 1, 1}, 3);
  const auto ws = b.constant<float>("ws", {2}, {0.25F, 0.5F});
  const auto wz = b.constant<std::int8_t>("wz", {2}, {0, 0});
  const auto bias = b.constant<std::int32_t>("bias", {2}, {2147483647, -9});
  const auto y =
      integer_node("QLinearConv", "conv1",
                   joined({{x}, parameters(0.5F, 7), {w, ws, wz}, parameters(0.125F, 9), {bias}}), {1, 2, 4, 4});
  const Network network = lowered(y);
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].onnx_op, "QLinearConv");
  EXPECT_EQ(network.layers[0].conv().multiplier, (std::vector<float>{1, 2}));
  EXPECT_EQ(network.layers[0].conv().bias, (std::vector<std::int32_t>{2147483647, -9}));
  EXPECT_EQ(network.tensor(network.inputs.at(0).tensor).zero_point, 7);
  EXPECT_EQ(network.inputs[0].type, graph::DataType::uint8);
  EXPECT_EQ(network.tensor(network.outputs.at(0).tensor).quantized_name, "conv1");
}

TEST_F(QOperator, IntegersBetweenPassThroughPlainOperators) {
  const auto x = b.input("x", {1, 2, 4, 4}, graph::DataType::uint8);
  const auto a =
      integer_node("QLinearAdd", "add",
                   joined({{x}, parameters(0.5F, 7), {x}, parameters(0.5F, 7), parameters(0.75F, 3)}), {1, 2, 4, 4});
  const auto p =
      integer_node("MaxPool", "pool", {a}, {1, 2, 2, 2}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  const auto f = integer_node("Flatten", "flat", {p}, {1, 8});
  const Network network = lowered(f);
  ASSERT_EQ(network.layers.size(), 3U);
  EXPECT_EQ(network.layers[1].op, Op::max_pool);
  EXPECT_EQ(network.layers[1].pool().multiplier, 1);
  EXPECT_EQ(network.tensor(network.layers[2].output).scale, 0.75F);
}

TEST_F(QOperator, ConstantOperandOfAdd) {
  const auto x = b.input("x", {1, 2}, graph::DataType::uint8);
  const auto c = b.constant<std::uint8_t>("c", {2}, {4, 5});
  const auto y = integer_node(
      "QLinearAdd", "add", joined({{c}, parameters(0.25F, 1), {x}, parameters(0.5F, 7), parameters(0.5F, 3)}), {1, 2});
  const Network network = lowered(y);
  EXPECT_EQ(network.layers.at(0).binary().multiplier, (std::array<float, 2>{1, 0.5F}));
  EXPECT_EQ(network.tensor(network.layers[0].inputs[1]).zero_point, 1);
}

TEST_F(QOperator, ConcatHasItsScaleInFront) {
  const auto x = b.input("x", {1, 2}, graph::DataType::uint8);
  const auto y = integer_node("QLinearConcat", "cat",
                              joined({parameters(0.5F, 3), {x}, parameters(0.25F, 1), {x}, parameters(0.5F, 3)}),
                              {1, 4}, {{"axis", std::int64_t{1}}});
  const Network network = lowered(y);
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.inputs.size(), 2U);  // the same input, read with two scales
  EXPECT_EQ(network.layers[0].concat().multiplier, (std::vector<float>{0.5F, 1}));
}

TEST_F(QOperator, GemmWithAlphaAndTransposedWeights) {
  const auto x = b.input("x", {1, 2}, graph::DataType::uint8);
  const auto w = b.constant<std::uint8_t>("w", {1, 2}, {4, 5});
  const auto y = integer_node(
      "QGemm", "fc",
      joined({{x}, parameters(0.5F, 3), {w}, parameters(0.25F, 1), {graph::kNoTensor}, parameters(0.5F, 3)}), {1, 1},
      {{"alpha", 2.0F}, {"transB", std::int64_t{1}}});
  const Network network = lowered(y);
  EXPECT_EQ(network.layers.at(0).conv().multiplier, std::vector<float>{0.5F});
  EXPECT_EQ(network.layers[0].conv().weights, (std::vector<std::int16_t>{4, 5}));
  EXPECT_EQ(network.layers[0].conv().weight_zero_point, 1);
  EXPECT_FALSE(network.layers[0].conv().weights_signed);
}

TEST_F(QOperator, ChannelsLastIsRefused) {
  const auto x = b.input("x", {1, 4, 4, 2}, graph::DataType::uint8);
  const auto y =
      integer_node("QLinearGlobalAveragePool", "gap", joined({{x}, parameters(0.5F, 3), parameters(0.5F, 3)}),
                   {1, 1, 1, 2}, {{"channels_last", std::int64_t{1}}});
  EXPECT_THAT(error_of(y), testing::HasSubstr("node 'gap' (QLinearGlobalAveragePool): channels_last = 1"));
}

TEST_F(QOperator, BatchedWeightsAreRefused) {
  const auto x = b.input("x", {1, 2, 4}, graph::DataType::uint8);
  const auto w = b.filled<std::uint8_t>("w", {2, 4, 3}, 1);
  const auto y =
      integer_node("QLinearMatMul", "mm",
                   joined({{x}, parameters(0.5F, 3), {w}, parameters(0.25F, 1), parameters(0.5F, 3)}), {2, 2, 3});
  EXPECT_THAT(error_of(y), testing::HasSubstr("node 'mm' (QLinearMatMul): its weights 'w' have shape 2x4x3"));
}

}  // namespace
}  // namespace intloom::quant
