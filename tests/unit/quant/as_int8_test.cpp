// Float networks taken as if they were int8: what folds, what becomes a layer, what is refused.
#include "runtime/quant/as_int8.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/import/import_onnx.h"
#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"
#include "tests/unit/quant/shared_models.h"

namespace intloom::quant {
namespace {

using graph::Shape;
using test::GraphBuilder;
using test::Ints;
using testing::ElementsAre;
using testing::HasSubstr;
using Id = graph::TensorId;

// One float operator after the other; every parameter is 0.5.
class FloatNetwork : public GraphBuilder {
 public:
  Id conv(const std::string& name, Id x, std::int64_t outputs, std::int64_t kernel = 1) {
    const Shape shape = graph.tensor(x).shape;
    const std::int64_t pad = kernel / 2;
    return node("Conv", name, {x, filled<float>(name + ".w", {outputs, shape[1], kernel, kernel}, 0.5F)},
                {1, outputs, shape[2], shape[3]}, {{"pads", Ints{pad, pad, pad, pad}}});
  }
  Id same(const std::string& op, const std::string& name, Id x) { return node(op, name, {x}, graph.tensor(x).shape); }
  Id normalization(const std::string& name, Id x, const test::Attributes& attributes = {}) {
    std::vector<Id> inputs{x};
    for (const char* what : {".scale", ".bias", ".mean", ".variance"}) {
      inputs.push_back(filled<float>(name + what, {graph.tensor(x).shape[1]}, 0.5F));
    }
    return node("BatchNormalization", name, inputs, graph.tensor(x).shape, attributes);
  }
};

std::vector<std::string> layers(const Network& network) {
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(std::string(op_name(layer.op)) + " " + layer.name);
  return names;
}

std::string error_of(const graph::Graph& graph) {
  try {
    lower_as_int8(graph);
  } catch (const graph::ModelError& error) {
    return error.what();
  }
  return "none";
}

TEST(AsInt8, ConvolutionTakesNormalizationAndRelu) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 3, 8, 8});
  net.output(net.same("Relu", "relu", net.normalization("bn", net.conv("conv", x, 16, 3))));
  const Network network = lower_as_int8(net.graph);
  ASSERT_THAT(layers(network), ElementsAre("conv conv"));
  const Layer& layer = network.layers[0];
  EXPECT_THAT(layer.folded, ElementsAre("bn", "relu"));
  EXPECT_EQ(layer.clamp.lo, 0);
  EXPECT_EQ(layer.clamp.hi, 127);
  EXPECT_TRUE(layer.conv().weights.empty());
  EXPECT_EQ(layer.conv().bias, std::vector<std::int32_t>(16, 0));
  EXPECT_EQ(layer.conv().multiplier, std::vector<float>{1});
  EXPECT_EQ(layer_macs(network, layer), 8 * 8 * 16 * 3 * 9);
  EXPECT_FALSE(network.has_values);
  EXPECT_EQ(network.folded_quantize_nodes, 0);
  EXPECT_EQ(network.outputs.at(0).name, "relu");
  const Tensor& output = network.tensor(layer.output);
  EXPECT_EQ(output.scale, 1);
  EXPECT_EQ(output.zero_point, 0);
  EXPECT_EQ(output.type, graph::DataType::int8);
}

TEST(AsInt8, ClipAfterBiasAndDropout) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 4, 6, 6});
  const Id bias = net.filled<float>("bias", {8, 1, 1}, 0.5F);
  const Id sum = net.node("Add", "add", {net.same("Dropout", "dropout", net.conv("conv", x, 8)), bias}, {1, 8, 6, 6});
  const Id lo = net.filled<float>("lo", {}, 0.0F), hi = net.filled<float>("hi", {}, 6.0F);
  net.output(net.node("Clip", "clip", {sum, lo, hi}, {1, 8, 6, 6}));
  const Network network = lower_as_int8(net.graph);
  ASSERT_THAT(layers(network), ElementsAre("conv conv"));
  EXPECT_THAT(network.layers[0].folded, ElementsAre("dropout", "add", "clip"));
  EXPECT_EQ(network.layers[0].clamp.hi, 6);
}

// A pre-activation block: what a converter to TFLite writes as MUL and ADD.
TEST(AsInt8, LoneNormalizationIsTwoPasses) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 3, 8, 8});
  const Id pool =
      net.node("MaxPool", "pool", {x}, {1, 3, 4, 4}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  net.output(net.same("Relu", "relu", net.normalization("bn", pool)));
  const Network network = lower_as_int8(net.graph);
  ASSERT_THAT(layers(network), ElementsAre("max_pool pool", "multiply bn/Mul", "add bn/Add"));
  EXPECT_EQ(network.tensor(network.layers[1].inputs[1]).shape, (Shape{1, 3, 1, 1}));
  EXPECT_EQ(network.tensor(network.layers[2].inputs[1]).constant->bytes.size(), 3U);
  EXPECT_THAT(network.layers[2].folded, ElementsAre("relu"));
  EXPECT_EQ(network.outputs.at(0).name, "relu");
}

TEST(AsInt8, NormalizationOfAResultThatIsReadTwiceIsNotFolded) {
  FloatNetwork net;
  const Id conv = net.conv("conv", net.input("x", {1, 3, 8, 8}), 4);
  net.output(net.node("Add", "sum", {net.normalization("bn", conv), conv}, {1, 4, 8, 8}));
  EXPECT_THAT(layers(lower_as_int8(net.graph)), ElementsAre("conv conv", "multiply bn/Mul", "add bn/Add", "add sum"));
}

// Channels of a product of rank 3 lie last, those of a BatchNormalization second.
TEST(AsInt8, NormalizationOfRowsIsNotFolded) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 5, 4});
  const Id product = net.node("MatMul", "matmul", {x, net.filled<float>("w", {4, 6}, 0.5F)}, {1, 5, 6});
  net.output(net.normalization("bn", product));
  EXPECT_THAT(layers(lower_as_int8(net.graph)), ElementsAre("conv matmul", "multiply bn/Mul", "add bn/Add"));
}

TEST(AsInt8, ReluOfAResultThatIsReadTwiceIsALayer) {
  FloatNetwork net;
  const Id conv = net.conv("conv", net.input("x", {1, 3, 8, 8}), 4);
  net.output(net.node("Add", "sum", {net.same("Relu", "relu", conv), conv}, {1, 4, 8, 8}));
  EXPECT_THAT(layers(lower_as_int8(net.graph)), ElementsAre("conv conv", "rescale relu", "add sum"));
}

TEST(AsInt8, OutputInTheMiddleKeepsItsName) {
  FloatNetwork net;
  const Id conv = net.conv("conv", net.input("x", {1, 3, 8, 8}), 4);
  net.output(conv);
  net.output(net.same("Relu", "relu", conv));
  const Network network = lower_as_int8(net.graph);
  EXPECT_THAT(layers(network), ElementsAre("conv conv", "rescale relu"));
  ASSERT_EQ(network.outputs.size(), 2U);
  EXPECT_EQ(network.outputs[0].name, "conv");
  EXPECT_EQ(network.outputs[1].name, "relu");
}

TEST(AsInt8, MatrixProducts) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 5, 8});
  const Id transposed = net.node("Transpose", "wt", {net.filled<float>("w", {6, 8}, 0.5F)}, {8, 6});
  const Id product = net.node("MatMul", "matmul", {x, transposed}, {1, 5, 6});
  const Id biased = net.node("Add", "bias", {net.filled<float>("b", {6}, 0.5F), product}, {1, 5, 6});
  const Id sum = net.node("Add", "positions", {biased, net.filled<float>("p", {5, 6}, 0.5F)}, {1, 5, 6});
  const Id flat = net.node("Flatten", "flatten", {sum}, {1, 30});
  const Id gemm =
      net.node("Gemm", "gemm", {flat, net.filled<float>("g", {3, 30}, 0.5F), net.filled<float>("c", {3}, 1.F)}, {1, 3},
               {{"transB", std::int64_t{1}}});
  net.output(gemm);
  const Network network = lower_as_int8(net.graph);
  ASSERT_GE(network.layers.size(), 3U);
  EXPECT_THAT(network.layers[0].folded, ElementsAre("bias"));
  EXPECT_EQ(layers(network)[0], "conv matmul");
  EXPECT_EQ(layers(network)[1], "add positions");
  EXPECT_EQ(layers(network).back(), "conv gemm");
  EXPECT_EQ(layer_macs(network, network.layers[0]), 5 * 8 * 6);
  EXPECT_EQ(layer_macs(network, network.layers.back()), 90);
}

TEST(AsInt8, OtherOperatorsAreLayersOfTheirOwn) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 8, 4, 4});
  const Id constant = net.filled<float>("k", {1, 8, 1, 1}, 0.3F);
  const Id product = net.node("Mul", "mul", {constant, x}, {1, 8, 4, 4});
  const Id both = net.node("Concat", "concat", {x, product, net.filled<float>("m", {1, 2, 4, 4}, 0.1F)}, {1, 18, 4, 4},
                           {{"axis", std::int64_t{1}}});
  const Id clipped = net.same("Relu", "relu", both);
  const Id mean = net.node("GlobalAveragePool", "mean", {clipped}, {1, 18, 1, 1});
  net.output(net.same("Identity", "identity", mean));
  const Network network = lower_as_int8(net.graph);
  ASSERT_THAT(layers(network), ElementsAre("multiply mul", "concat concat", "average_pool mean"));
  EXPECT_THAT(network.layers[1].folded, ElementsAre("relu"));
  EXPECT_EQ(network.tensor(network.layers[1].inputs[2]).constant->bytes, std::vector<std::uint8_t>(32, 0));
}

TEST(AsInt8, TheQuantizedGraphIsValid) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 3, 8, 8});
  const Id conv = net.conv("conv", x, 4);
  const Id shared = net.filled<float>("shared", {4, 4, 1, 1}, 0.5F);  // weights of one node, an operand of another
  const Id second = net.node("Conv", "second", {conv, shared}, {1, 4, 8, 8});
  net.output(net.normalization("bn", net.node("Mul", "mul", {second, second}, {1, 4, 8, 8})));
  net.output(net.node("Add", "sum", {shared, net.node("Conv", "third", {conv, shared}, {1, 4, 8, 8})}, {4, 4, 8, 8}));
  const graph::Graph quantized = quantize_as_int8(net.graph);
  EXPECT_NO_THROW(graph::validate(quantized));
  EXPECT_EQ(quantized.tensor(quantized.outputs[0]).name, "bn");
  EXPECT_EQ(quantized.inputs, net.graph.inputs);
}

// Each transparent or bias node is looked at once, however long the chain.
TEST(AsInt8, LongChainsAreQuick) {
  FloatNetwork net;
  Id x = net.conv("conv", net.input("x", {1, 3, 4, 4}), 4);
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    x = i % 2 == 0 ? net.same("Identity", "i" + n, x)
                   : net.node("Add", "a" + n, {x, net.filled<float>("b" + n, {1}, 0.5F)}, {1, 4, 4, 4});
  }
  net.output(x);
  const Network network = lower_as_int8(net.graph);
  ASSERT_THAT(layers(network), ElementsAre("conv conv"));
  EXPECT_EQ(network.layers[0].folded.size(), 2000U);
}

TEST(AsInt8, UnsupportedOperatorsAreNamed) {
  FloatNetwork net;
  net.output(net.same("LayerNormalization", "gate", net.conv("conv", net.input("x", {1, 3, 4, 4}), 4)));
  EXPECT_THAT(error_of(net.graph), HasSubstr("node 'gate' (LayerNormalization): this operator cannot be lowered"));
}

TEST(AsInt8, ProductsOfActivationsAreRefused) {
  FloatNetwork net;
  const Id x = net.input("x", {1, 4, 4});
  net.output(net.node("MatMul", "scores", {x, x}, {1, 4, 4}));
  EXPECT_THAT(error_of(net.graph), HasSubstr("node 'scores' (MatMul): it multiplies two activations"));
}

TEST(AsInt8, QuantizedNetworksAreRefused) {
  GraphBuilder net;
  net.output(net.activation("x", {1, 3, 4, 4}, test::s8(0.5F, 0)));
  EXPECT_THAT(error_of(net.graph), HasSubstr("(QuantizeLinear): the network is quantized already"));
}

TEST(AsInt8, TrainingModeIsRefused) {
  FloatNetwork net;
  net.output(net.normalization("bn", net.input("x", {1, 3, 4, 4}), {{"training_mode", std::int64_t{1}}}));
  EXPECT_THAT(error_of(net.graph), HasSubstr("node 'bn' (BatchNormalization): it is in training mode"));

  FloatNetwork dropout;
  const Id dropped = dropout.same("Dropout", "drop", dropout.input("x", {1, 3, 4, 4}));
  dropout.output(dropped);
  const Id mask = dropout.input("mask", {1, 3, 4, 4});
  dropout.graph.inputs.pop_back();
  dropout.graph.nodes.back().outputs.push_back(mask);
  dropout.output(mask);
  EXPECT_THAT(error_of(dropout.graph), HasSubstr("node 'drop' (Dropout): it is in training mode"));
}

TEST(AsInt8, SiluDetector) {
  INTLOOM_REQUIRE_MODEL(path, "onnx/silu-detector-480x640-float.onnx");
  const Network network = lower_as_int8(graph::import_onnx(path));
  std::map<Op, int> counts;
  for (const Layer& layer : network.layers) ++counts[layer.op];
  EXPECT_EQ(counts[Op::conv], 63);
  EXPECT_EQ(counts[Op::lookup], 57);
  EXPECT_EQ(counts[Op::multiply], 57);
  EXPECT_EQ(counts[Op::slice], 16);
  EXPECT_EQ(counts[Op::resize], 2);
}

}  // namespace
}  // namespace intloom::quant
