// Whole networks of $INTLOOM_MODELS (default: ../shared/models beside the sources), skipped where they are not.
// Expected: counts of operators as each network's own listing has them, shapes of recorded inputs and outputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

struct Network {
  const char* name;
  const char* input;    // "1x3x244x244"
  const char* outputs;  // "1x10 1x5"
  std::map<std::string, int> operators;
};

void PrintTo(const Network& network, std::ostream* stream) { *stream << network.name; }

class Networks : public testing::TestWithParam<Network> {
 protected:
  void SetUp() override {
    if (shared_models().empty()) GTEST_SKIP() << "no folder of models: set INTLOOM_MODELS";
  }
};

TEST_P(Networks, AreReadWhole) {
  const Graph graph = import_onnx(shared_models() + "/onnx/" + GetParam().name + ".onnx");
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(to_string(graph.tensor(graph.inputs[0]).shape), GetParam().input);
  std::string outputs;
  for (const TensorId id : graph.outputs) {
    if (!outputs.empty()) outputs += " ";
    outputs += to_string(graph.tensor(id).shape);
  }
  EXPECT_EQ(outputs, GetParam().outputs);
  std::map<std::string, int> operators;
  for (const Node& node : graph.nodes) ++operators[node.op];
  EXPECT_EQ(operators, GetParam().operators);
}

INSTANTIATE_TEST_SUITE_P(
    Onnx, Networks,
    testing::Values(
        Network{
            "conv_qdq_s8s8", "1x3x24x24", "1x32x26x26", {{"DequantizeLinear", 4}, {"QuantizeLinear", 2}, {"Conv", 1}}},
        Network{"conv_qdq_s8s8_perchannel",
                "1x3x24x24",
                "1x32x26x26",
                {{"DequantizeLinear", 4}, {"QuantizeLinear", 2}, {"Conv", 1}}},
        Network{
            "conv_qdq_u8u8", "1x3x24x24", "1x32x26x26", {{"DequantizeLinear", 4}, {"QuantizeLinear", 2}, {"Conv", 1}}},
        Network{"qdq_with_multi_consumer_dq_nodes",
                "1x32x56x56",
                "1x32x56x56 1x32x56x56",
                {{"DequantizeLinear", 21}, {"QuantizeLinear", 9}, {"Conv", 6}, {"Add", 3}}},
        Network{"mobilenetv2-qdq",
                "1x3x244x244",
                "1x1000",
                {{"Identity", 300},
                 {"QuantizeLinear", 66},
                 {"Cast", 76},
                 {"DequantizeLinear", 182},
                 {"Conv", 52},
                 {"Relu", 35},
                 {"Add", 10},
                 {"GlobalAveragePool", 1},
                 {"Flatten", 1},
                 {"Gemm", 1}}},
        Network{"efficientnet-lite0-qdq-u8s8",
                "1x3x224x224",
                "1x1000",
                {{"DequantizeLinear", 162},
                 {"QuantizeLinear", 62},
                 {"Conv", 49},
                 {"Add", 9},
                 {"GlobalAveragePool", 1},
                 {"Flatten", 1},
                 {"Gemm", 1}}},
        Network{"resnet50-random-qdq-u8s8",
                "1x3x224x224",
                "1x1000",
                {{"DequantizeLinear", 182},
                 {"QuantizeLinear", 74},
                 {"Conv", 53},
                 {"MaxPool", 1},
                 {"Add", 16},
                 {"GlobalAveragePool", 1},
                 {"Flatten", 1},
                 {"Gemm", 1}}},
        Network{"ppocr-cls-qdq-u8s8",
                "1x3x48x192",
                "1x2",
                {{"DequantizeLinear", 255},
                 {"QuantizeLinear", 146},
                 {"Conv", 53},
                 {"Add", 25},
                 {"Mul", 27},
                 {"Div", 18},
                 {"GlobalAveragePool", 10},
                 {"HardSigmoid", 9},
                 {"MaxPool", 1},
                 {"Reshape", 1},
                 {"Gemm", 1},
                 {"Softmax", 1}}},
        Network{"ppocr-det-qdq-u8s8",
                "1x3x192x384",
                "1x1x192x384",
                {{"DequantizeLinear", 520},
                 {"QuantizeLinear", 293},
                 {"Conv", 62},
                 {"Mul", 86},
                 {"Add", 89},
                 {"Div", 24},
                 {"GlobalAveragePool", 10},
                 {"HardSigmoid", 10},
                 {"Resize", 6},
                 {"Concat", 1},
                 {"ConvTranspose", 2},
                 {"BatchNormalization", 1},
                 {"Sigmoid", 1}}},
        Network{"silu-detector-480x640-float",
                "1x3x480x640",
                "1x144x60x80 1x144x30x40 1x144x15x20",
                {{"Conv", 63},
                 {"Sigmoid", 57},
                 {"Mul", 57},
                 {"Split", 8},
                 {"Add", 6},
                 {"Concat", 16},
                 {"MaxPool", 3},
                 {"Resize", 2}}},
        Network{"silu-detector-480x640-qdq-s8s8",
                "1x3x480x640",
                "1x144x60x80 1x144x30x40 1x144x15x20",
                {{"DequantizeLinear", 347},
                 {"QuantizeLinear", 221},
                 {"Conv", 63},
                 {"Sigmoid", 57},
                 {"Mul", 57},
                 {"Split", 8},
                 {"Add", 6},
                 {"Concat", 16},
                 {"MaxPool", 3},
                 {"Resize", 2}}},
        Network{"silu-detector-480x640-decode-qdq-s8s8",
                "1x3x480x640",
                "1x84x6300",
                {{"DequantizeLinear", 372},
                 {"QuantizeLinear", 243},
                 {"Conv", 64},
                 {"Sigmoid", 58},
                 {"Mul", 58},
                 {"Split", 9},
                 {"Add", 8},
                 {"Concat", 19},
                 {"MaxPool", 3},
                 {"Resize", 2},
                 {"Reshape", 5},
                 {"Transpose", 1},
                 {"Softmax", 1},
                 {"Slice", 2},
                 {"Sub", 2},
                 {"Div", 1}}},
        Network{"transformer-tiny-qdq-u8s8",
                "1x64",
                "1x10",
                {{"DequantizeLinear", 110},
                 {"Gather", 1},
                 {"QuantizeLinear", 69},
                 {"Add", 19},
                 {"LayerNormalization", 5},
                 {"MatMul", 16},
                 {"Reshape", 8},
                 {"Transpose", 8},
                 {"Mul", 6},
                 {"Softmax", 2},
                 {"Div", 2},
                 {"Erf", 2},
                 {"ReduceMean", 1},
                 {"Gemm", 1}}}));

class MobileNet : public testing::Test {
 protected:
  void SetUp() override {
    if (shared_models().empty()) GTEST_SKIP() << "no folder of models: set INTLOOM_MODELS";
    path_ = shared_models() + "/onnx/mobilenetv2-qdq.onnx";
  }
  std::string path_;
};

TEST_F(MobileNet, HasTheShapesOfItsRecordedTensors) {
  const Graph graph = import_onnx(path_);
  const auto input = read_tensor_file(shared_models() + "/onnx/mobilenetv2-qdq.input_0.pb");
  const auto output = read_tensor_file(shared_models() + "/onnx/mobilenetv2-qdq.output_0.pb");
  EXPECT_EQ(graph.tensor(graph.inputs[0]).shape, input.at("image").shape);
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, output.at("scores").shape);
  EXPECT_EQ(graph.batch_dims, (std::map<std::string, std::string>{{"image", "batch"}}));
}

TEST_F(MobileNet, HoldsItsWeightsOnce) {
  const Graph graph = import_onnx(path_);
  std::int64_t bytes = 0, constants = 0;
  for (const Tensor& tensor : graph.tensors) {
    if (!tensor.constant) continue;
    ++constants;
    bytes += static_cast<std::int64_t>(tensor.constant->bytes.size());
  }
  EXPECT_EQ(constants, 298);    // initializers in the file
  EXPECT_GT(bytes, 3'400'000);  // 3.5 M weights, most of a byte
  EXPECT_LT(bytes, 3'800'000);
}

}  // namespace
}  // namespace intloom::graph
