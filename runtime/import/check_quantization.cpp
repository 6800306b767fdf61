#include "runtime/import/check_quantization.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace intloom::graph {
namespace {

std::string describe(const Node& node) { return fmt::format("node '{}' ({})", node.name, node.op); }

bool has_input(const Node& node, std::size_t i) { return i < node.inputs.size() && node.inputs[i] != kNoTensor; }

bool is_single(const Shape& shape) { return shape.empty() || shape == Shape{1}; }

void check_scale_values(const Node& node, const Tensor& scale) {
  if (!scale.constant) return;
  for (std::int64_t i = 0; i < scale.constant->size(); ++i) {
    const double value = element_as_double(*scale.constant, i);
    if (std::isfinite(value) && value > 0) continue;
    throw ModelError(fmt::format("{}: scale '{}' holds {} at index {}; a scale is finite and greater than 0",
                                 describe(node), scale.name, value, i));
  }
}

// Where a group (scale, zero point) of an operator's inputs stands, and the quantized tensor it belongs to.
struct Group {
  TensorId quantized = kNoTensor;  // no tensor: an output, whose type is the zero point's
  std::size_t scale = 0, zero_point = 0;
  std::optional<std::int64_t> axis_size;  // elements of a scale per channel; nothing where it must be one element
};

void check_group(const Graph& graph, const Node& node, const Group& group) {
  if (!has_input(node, group.scale)) throw ModelError(fmt::format("{}: its scale is absent", describe(node)));
  const Tensor& scale = graph.tensor(node.inputs[group.scale]);
  const bool per_axis = group.axis_size && scale.shape == Shape{*group.axis_size};
  if (!is_single(scale.shape) && !per_axis) {
    const std::string expected =
        group.axis_size ? fmt::format("one element or {}", *group.axis_size) : std::string("one element");
    throw ModelError(
        fmt::format("{}: scale '{}' is {}, expected {}", describe(node), scale.name, to_string(scale.shape), expected));
  }
  if (scale.type != DataType::float32) {
    throw ModelError(
        fmt::format("{}: scale '{}' is {}, expected float32", describe(node), scale.name, data_type_name(scale.type)));
  }
  check_scale_values(node, scale);
  if (!has_input(node, group.zero_point)) return;
  const Tensor& zero_point = graph.tensor(node.inputs[group.zero_point]);
  const bool both_single = is_single(zero_point.shape) && is_single(scale.shape);
  if (!both_single && zero_point.shape != scale.shape) {
    throw ModelError(fmt::format("{}: zero point '{}' is {}, its scale '{}' {}", describe(node), zero_point.name,
                                 to_string(zero_point.shape), scale.name, to_string(scale.shape)));
  }
  if (group.quantized != kNoTensor && graph.tensor(group.quantized).type != zero_point.type) {
    const Tensor& quantized = graph.tensor(group.quantized);
    throw ModelError(fmt::format("{}: zero point '{}' is {}, tensor '{}' {}", describe(node), zero_point.name,
                                 data_type_name(zero_point.type), quantized.name, data_type_name(quantized.type)));
  }
}

void check_quantize_or_dequantize(const Graph& graph, const Node& node, TensorId quantized) {
  if (node.int_attribute("block_size", 0) != 0) {
    throw ModelError(fmt::format(
        "{}: blocked quantization (block_size) cannot be read; quantize per tensor or per axis", describe(node)));
  }
  const Shape& shape = graph.tensor(node.inputs[0]).shape;
  const auto rank = static_cast<std::int64_t>(shape.size());
  // Below opset 13 only a scalar scale is valid, yet quantize_static writes per axis scales with `axis` there.
  std::int64_t axis = node.int_attribute("axis", 1);
  if (axis < 0) axis += rank;
  Group group{quantized, 1, 2, std::nullopt};
  if (axis >= 0 && axis < rank) group.axis_size = shape[static_cast<std::size_t>(axis)];
  check_group(graph, node, group);
}

// Inputs of com.microsoft's operators: positions of tensors that a scale and a zero point follow, and of the scale and
// zero point of the output.
struct Layout {
  std::vector<std::size_t> tensors;
  std::size_t output_scale;
};

const std::unordered_map<std::string, Layout>& layouts() {
  static const std::unordered_map<std::string, Layout> table = {
      {"QLinearMatMul", {{0, 3}, 6}},         {"QLinearAdd", {{0, 3}, 6}},    {"QLinearMul", {{0, 3}, 6}},
      {"QLinearSigmoid", {{0}, 3}},           {"QLinearLeakyRelu", {{0}, 3}}, {"QLinearAveragePool", {{0}, 3}},
      {"QLinearGlobalAveragePool", {{0}, 3}},
  };
  return table;
}

void check_integer_operator(const Graph& graph, const Node& node) {
  if (node.op == "QLinearConv") {
    const Shape& weights = graph.tensor(node.inputs[3]).shape;
    check_group(graph, node, {node.inputs[0], 1, 2, std::nullopt});
    check_group(graph, node, {node.inputs[3], 4, 5, weights.empty() ? 0 : weights[0]});
    check_group(graph, node, {node.outputs[0], 6, 7, std::nullopt});
    return;
  }
  const auto found = layouts().find(node.op);
  if (found == layouts().end()) return;
  for (const std::size_t tensor : found->second.tensors) {
    if (!has_input(node, tensor)) throw ModelError(fmt::format("{}: its input {} is absent", describe(node), tensor));
    Group group{node.inputs[tensor], tensor + 1, tensor + 2, std::nullopt};
    // Columns of a second matrix may have scales of their own.
    const Shape& shape = graph.tensor(node.inputs[tensor]).shape;
    if (node.op == "QLinearMatMul" && tensor == 3 && !shape.empty()) group.axis_size = shape.back();
    check_group(graph, node, group);
  }
  check_group(graph, node, {node.outputs[0], found->second.output_scale, found->second.output_scale + 1, std::nullopt});
}

}  // namespace

void check_quantization(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    if (node.op == "QuantizeLinear") {
      check_quantize_or_dequantize(graph, node, node.outputs[0]);
    } else if (node.op == "DequantizeLinear") {
      check_quantize_or_dequantize(graph, node, node.inputs[0]);
    } else if (node.domain.empty() || node.domain == "com.microsoft") {
      check_integer_operator(graph, node);
    }
  }
}

}  // namespace intloom::graph
