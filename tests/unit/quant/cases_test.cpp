// Small models of cases/ (made by make_cases.py): the layers give ONNX Runtime's outputs, element by element.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/quant/lower.h"
#include "runtime/quant/quantization.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::quant {
namespace {

using Counts = std::map<std::string, int>;

struct Case {
  std::string name;
  Counts layers;  // by op_name
};

// gtest prints it in names of tests.
void PrintTo(const Case& value, std::ostream* stream) { *stream << value.name; }

class Cases : public testing::TestWithParam<Case> {};

reference::IntegerTensor quantize_input(const Network& network, const Boundary& input, const graph::TensorData& data) {
  if (input.type != graph::DataType::float32) return data.bytes;
  const Quantization quantization = quantization_of(network.tensor(input.tensor));
  reference::IntegerTensor integers;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    integers.push_back(static_cast<std::uint8_t>(quantize_value(data.as<float>()[i], quantization)));
  }
  return integers;
}

// Element i of an output as the integer that ONNX Runtime's value stands for.
std::int64_t expected_integer(const Tensor& tensor, const graph::TensorData& data, std::int64_t i) {
  if (data.type != graph::DataType::float32) return graph::element_as_int(data, i);
  return std::lround(data.as<float>()[i] / tensor.scale) + tensor.zero_point;
}

void expect_output(const Network& network, const Boundary& output, const reference::IntegerTensor& integers,
                   const graph::TensorData& expected) {
  const Tensor& tensor = network.tensor(output.tensor);
  EXPECT_EQ(output.shape, expected.shape) << output.name;
  ASSERT_EQ(static_cast<std::int64_t>(integers.size()), expected.size()) << output.name;
  int different = 0;
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const std::uint8_t byte = integers[static_cast<std::size_t>(i)];
    const std::int64_t got = tensor.type == graph::DataType::int8 ? std::int64_t{static_cast<std::int8_t>(byte)} : byte;
    const std::int64_t wanted = expected_integer(tensor, expected, i);
    if (got == wanted || ++different > 5) continue;
    ADD_FAILURE() << output.name << "[" << i << "] is " << got << ", ONNX Runtime has " << wanted;
  }
  EXPECT_EQ(different, 0) << "of " << expected.size() << " elements of " << output.name;
}

TEST_P(Cases, GivesOnnxRuntimesIntegers) {
  const std::string stem = std::string(INTLOOM_SOURCE_DIR) + "/tests/unit/quant/cases/" + GetParam().name;
  const std::map<std::string, graph::TensorData> tensors = graph::read_tensor_file(stem + ".npz");
  const Network network = lower(graph::import_onnx(stem + ".onnx"));
  Counts counts;
  for (const Layer& layer : network.layers) ++counts[std::string(op_name(layer.op))];
  EXPECT_EQ(counts, GetParam().layers);
  std::vector<reference::IntegerTensor> inputs;
  for (const Boundary& input : network.inputs) {
    inputs.push_back(quantize_input(network, input, tensors.at(input.name)));
  }
  const std::vector<reference::IntegerTensor> values = reference::run_exact_reference(network, inputs);
  for (const Boundary& output : network.outputs) {
    expect_output(network, output, values[static_cast<std::size_t>(output.tensor)], tensors.at(output.name));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Quant, Cases,
    testing::Values(
        Case{"conv_relu_clip", {{"conv", 1}}}, Case{"conv_grouped_dilated", {{"conv", 1}}},
        Case{"conv_depthwise_1d", {{"conv", 1}}}, Case{"double_pairs", {{"conv", 1}, {"rescale", 2}}},
        Case{"weights_from_float", {{"conv", 1}}}, Case{"flatten_gemm", {{"conv", 1}}},
        Case{"nhwc_flatten_gemm", {{"conv", 1}}}, Case{"few_channels_flatten_gemm", {{"conv", 1}, {"relayout", 1}}},
        Case{"matmul_sequence", {{"conv", 2}, {"add", 1}}}, Case{"rows_gemm", {{"conv", 1}, {"relayout", 2}}},
        Case{"sequence_and_convolution", {{"conv", 3}, {"add", 1}, {"relayout", 3}}},
        Case{"squeeze_excite", {{"conv", 1}, {"average_pool", 1}, {"lookup", 1}, {"multiply", 2}, {"add", 1}}},
        Case{"pools", {{"conv", 1}, {"max_pool", 2}, {"average_pool", 2}}},
        Case{"concat_scales", {{"conv", 2}, {"concat", 2}, {"rescale", 1}}},
        Case{"lone_activations", {{"conv", 2}, {"rescale", 3}}}, Case{"two_quantizations", {{"conv", 1}, {"add", 2}}},
        Case{"layout_chain", {{"conv", 1}, {"relayout", 3}}},
        Case{"qoperator_network",
             {{"conv", 3}, {"max_pool", 1}, {"multiply", 1}, {"add", 2}, {"concat", 1}, {"average_pool", 2}}},
        Case{"duplicate_and_constant_nodes", {{"conv", 2}}}),
    [](const testing::TestParamInfo<Case>& tested) { return tested.param.name; });

}  // namespace
}  // namespace intloom::quant
