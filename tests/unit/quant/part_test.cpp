// Slice, Split, Resize, ConvTranspose, BatchNormalization, reductions, Sub, Max, Min: the layers they become.
#include <gmock/gmock.h>
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
using testing::ElementsAre;
using testing::HasSubstr;

Network lowered(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return lower(builder.graph);
}

TEST(Part, SplitIsASliceForEachOutput) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 5, 2, 2}, u8(0.5F, 1));
  const auto first = b.node("Split", "split", {x}, {1, 2, 2, 2}, {{"axis", std::int64_t{1}}});
  b.graph.tensors.push_back({"second", graph::DataType::float32, {1, 3, 2, 2}, nullptr});
  const auto second = static_cast<graph::TensorId>(b.graph.tensors.size()) - 1;
  b.graph.nodes.back().outputs.push_back(second);
  b.output(b.qdq(first, u8(0.5F, 1)));
  b.output(b.qdq(second, u8(0.5F, 1)));
  const Network network = lower(b.graph);
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_THAT(network.layers[0].slice().start, ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(network.layers[1].slice().start, ElementsAre(0, 2, 0, 0));
  EXPECT_EQ(network.layers[1].name, "split/1");
}

TEST(Part, SliceCountsFromTheEndAndSteps) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 6, 8, 8}, u8(0.5F, 1));
  const auto y =
      b.node("Slice", "slice",
             {x, b.constant<std::int64_t>("starts", {2}, {-4, 1}), b.constant<std::int64_t>("ends", {2}, {99, 8}),
              b.constant<std::int64_t>("axes", {2}, {1, -1}), b.constant<std::int64_t>("steps", {2}, {1, 2})},
             {1, 4, 8, 4});
  const Network network = lowered(b, b.qdq(y, u8(0.5F, 1)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_THAT(network.layers[0].slice().start, ElementsAre(0, 2, 0, 0));
  EXPECT_EQ(network.layers[1].op, Op::max_pool);
  EXPECT_EQ(network.layers[1].pool().window.stride_w, 2);
  EXPECT_EQ(network.layers[1].pool().window.pads[1], -1);
}

TEST(Part, ResizeFindsTheNearestPixel) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3, 2, 4}, u8(0.5F, 1));
  const auto y = b.node("Resize", "resize", {x, graph::kNoTensor, b.constant<float>("scales", {4}, {1, 1, 2, 1.5F})},
                        {1, 3, 4, 6}, {{"coordinate_transformation_mode", "asymmetric"}, {"nearest_mode", "floor"}});
  const Network network = lowered(b, b.qdq(y, u8(0.5F, 1)));
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_THAT(network.layers[0].resize().row, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(network.layers[0].resize().column, ElementsAre(0, 0, 1, 2, 2, 3));
}

// 2x2 taps, stride 2: each pixel makes four, one a phase: a Conv of one pixel with four times the channels.
TEST(Part, ConvTransposeIsAConvOfPhases) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 1, 2, 2}, u8(0.5F, 1));
  const auto w = b.dequantize(b.constant<std::int8_t>("w", {1, 1, 2, 2}, {1, 2, 3, 4}), s8(0.5F, 0));
  const auto y = b.node("ConvTranspose", "up", {x, w}, {1, 1, 4, 4}, {{"strides", Ints{2, 2}}});
  const Network network = lowered(b, b.qdq(y, u8(0.5F, 1)));
  ASSERT_FALSE(network.layers.empty());
  const ConvParameters& conv = network.layers[0].conv();
  EXPECT_EQ(conv.output_channels, 4);
  EXPECT_THAT(conv.weights, ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(network.tensor(network.outputs[0].tensor).shape, (graph::Shape{1, 1, 4, 4}));
}

// gamma / sqrt(variance) = 2 and -1; beta - mean * a = 1 and 0.5.
TEST(Part, BatchNormalizationIsADepthwisePixel) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 2, 2}, u8(0.5F, 1));
  const auto y = b.node("BatchNormalization", "bn",
                        {x, b.constant<float>("gamma", {2}, {4, -1}), b.constant<float>("beta", {2}, {5, 0.5F}),
                         b.constant<float>("mean", {2}, {2, 0}), b.constant<float>("variance", {2}, {4, 1})},
                        {1, 2, 2, 2}, {{"epsilon", 0.0F}});
  const Network network = lowered(b, b.qdq(y, u8(0.25F, 1)));
  ASSERT_EQ(network.layers.size(), 1U);
  const ConvParameters& conv = network.layers[0].conv();
  EXPECT_EQ(conv.groups, 2);
  EXPECT_THAT(conv.weights, ElementsAre(127, -127));
  EXPECT_FLOAT_EQ(conv.multiplier[0] * 127, 0.5F * 2 / 0.25F);
  EXPECT_THAT(conv.bias, ElementsAre(127, 127));  // 1 / (0.5 * 2 / 127) and 0.5 / (0.5 * 1 / 127)
}

TEST(Part, ReduceMeanIsAnAveragePooling) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3, 4, 5}, u8(0.5F, 1));
  const auto y = b.node("ReduceMean", "mean", {x}, {1, 3}, {{"axes", Ints{-1, 2}}, {"keepdims", std::int64_t{0}}});
  const Network network = lowered(b, b.qdq(y, u8(0.25F, 1)));
  const auto pool = std::find_if(network.layers.begin(), network.layers.end(),
                                 [](const Layer& layer) { return layer.op == Op::average_pool; });
  ASSERT_NE(pool, network.layers.end());
  EXPECT_TRUE(pool->pool().global);
  EXPECT_EQ(pool->pool().multiplier, 2.0F);
  EXPECT_EQ(network.tensor(network.outputs[0].tensor).shape, (graph::Shape{1, 3}));
}

TEST(Part, SubtractionKeepsItsOrder) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 1));
  const auto c = b.dequantize(b.constant<std::int8_t>("c", {4}, {1, 2, 3, 4}), s8(0.25F, 0));
  const Network network = lowered(b, b.qdq(b.node("Sub", "sub", {c, x}, {1, 4}), u8(1, 1)));
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_EQ(network.layers[0].op, Op::subtract);
  EXPECT_NE(network.tensor(network.layers[0].inputs[0]).constant, nullptr);
  EXPECT_EQ(network.layers[0].binary().multiplier, (std::array<float, 2>{0.25F, 0.5F}));
}

std::string error_of(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  try {
    lower(builder.graph);
  } catch (const graph::ModelError& error) {
    return error.what();
  }
  return "no error";
}

// A third input is never left out, whatever the others fold into.
TEST(Part, ThreeInputsAreRefused) {
  for (const char* op : {"Max", "Min", "Sum"}) {
    GraphBuilder b;
    const auto x = b.activation("x", {1, 4}, u8(0.5F, 1));
    const auto half = b.constant<float>("half", {}, {0.5F}), two = b.constant<float>("two", {}, {2});
    EXPECT_THAT(error_of(b, b.qdq(b.node(op, "op", {x, half, two}, {1, 4}), u8(0.5F, 1))), HasSubstr("3 inputs")) << op;
  }
}

TEST(Part, TrainingModeIsRefused) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 1, 2, 2}, u8(0.5F, 1));
  const auto one = b.constant<float>("one", {1}, {1});
  const auto y =
      b.node("BatchNormalization", "bn", {x, one, one, one, one}, {1, 1, 2, 2}, {{"training_mode", std::int64_t{1}}});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 1))), HasSubstr("training mode"));
}

TEST(Part, TensorsWithoutElementsAreRefused) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 4, 4}, u8(0.5F, 1));
  const auto four = b.constant<std::int64_t>("four", {1}, {4});
  const auto axis = b.constant<std::int64_t>("axis", {1}, {2});
  const auto y = b.node("Slice", "slice", {x, four, four, axis}, {1, 4, 0, 4});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 1))), HasSubstr("it has no elements"));
}

TEST(Part, HugeStridesAreRefused) {
  GraphBuilder b;
  const std::int64_t stride = std::int64_t{1} << 20;
  const auto x = b.activation("x", {1, 1, 2, 2}, u8(0.5F, 1));
  const auto y = b.node("ConvTranspose", "up", {x, b.weights("w", {1, 1, 1, 1}, 0.5F)}, {1, 1, stride + 1, stride + 1},
                        {{"strides", Ints{stride, stride}}});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 1))), HasSubstr("its strides"));
}

// Operator set 10 rounds toward zero and has no modes.
TEST(Part, OldResizeTruncates) {
  GraphBuilder b;
  b.graph.opset = 10;
  const auto x = b.activation("x", {1, 1, 1, 4}, u8(0.5F, 1));
  const auto y = b.node("Resize", "resize", {x, b.constant<float>("scales", {4}, {1, 1, 1, 1.25F})}, {1, 1, 1, 5});
  const Network network = lowered(b, b.qdq(y, u8(0.5F, 1)));
  EXPECT_THAT(network.layers.at(0).resize().column, ElementsAre(0, 0, 1, 2, 3));
}

TEST(Part, SumIsNotDivided) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 3, 4, 5}, u8(0.5F, 1));
  const auto y = b.node("ReduceSum", "sum", {x, b.constant<std::int64_t>("axes", {2}, {2, 3})}, {1, 3, 1, 1});
  const Network network = lowered(b, b.qdq(y, u8(0.25F, 1)));
  const auto pool = std::find_if(network.layers.begin(), network.layers.end(),
                                 [](const Layer& layer) { return layer.op == Op::average_pool; });
  ASSERT_NE(pool, network.layers.end());
  EXPECT_TRUE(pool->pool().is_sum);
}

}  // namespace
}  // namespace intloom::quant
