#include "runtime/import/operator_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace intloom::graph {
namespace {

// Attributes that came after the oldest package's version, and may stand there with a value that changes no shape.
bool is_harmless(const onnx::AttributeProto& attribute) {
  static const std::set<std::string> any_value = {"saturate", "antialias", "round_mode"};
  static const std::set<std::string> zero = {"block_size", "output_dtype", "precision"};
  const std::string& name = attribute.name();
  if (any_value.count(name) != 0) return true;
  if (zero.count(name) != 0) return attribute.i() == 0;
  if (name == "keep_aspect_ratio_policy") return attribute.s() == "stretch";
  if (name == "dilations") {
    return std::all_of(attribute.ints().begin(), attribute.ints().end(), [](auto d) { return d == 1; });
  }
  return false;
}

[[noreturn]] void refuse_newer(const std::string& feature, std::int64_t opset, std::int64_t package_opset) {
  throw ModelError(fmt::format("{} of opset {} cannot be read: the installed onnx package knows opsets up to {}",
                               feature, opset, package_opset));
}

void check_counts(const onnx::NodeProto& node, const onnx::OpSchema& schema, std::int64_t opset,
                  std::int64_t package_opset) {
  if (node.input_size() > schema.max_input() && opset > package_opset) {
    refuse_newer(fmt::format("its {} inputs", node.input_size()), opset, package_opset);
  }
  if (node.input_size() < schema.min_input() || node.input_size() > schema.max_input()) {
    throw ModelError(fmt::format("it has {} inputs, {} to {} are allowed", node.input_size(), schema.min_input(),
                                 schema.max_input()));
  }
  if (node.output_size() < schema.min_output() || node.output_size() > schema.max_output()) {
    throw ModelError(fmt::format("it has {} outputs, {} to {} are allowed", node.output_size(), schema.min_output(),
                                 schema.max_output()));
  }
  for (int i = 0; i < node.input_size(); ++i) {
    const auto formal = std::min<std::size_t>(static_cast<std::size_t>(i), schema.inputs().size() - 1);
    const auto& parameter = schema.inputs()[formal];
    if (node.input(i).empty() && parameter.GetOption() != onnx::OpSchema::Optional) {
      throw ModelError(fmt::format("its input {} ({}) is absent, but not optional", i, parameter.GetName()));
    }
  }
}

void check_attributes(const onnx::NodeProto& node, const onnx::OpSchema& schema, std::int64_t opset,
                      std::int64_t package_opset) {
  std::set<std::string> present;
  for (const auto& attribute : node.attribute()) {
    present.insert(attribute.name());
    const auto known = schema.attributes().find(attribute.name());
    if (known == schema.attributes().end()) {
      // Below the package's newest opset an unknown attribute has no meaning: quantize_static writes `axis` below 13.
      if (opset > package_opset && !is_harmless(attribute)) {
        refuse_newer(fmt::format("attribute '{}'", attribute.name()), opset, package_opset);
      }
      continue;
    }
    if (attribute.type() != known->second.type) {
      throw ModelError(fmt::format("attribute '{}' is of kind {}, expected {}", attribute.name(),
                                   onnx::AttributeProto::AttributeType_Name(attribute.type()),
                                   onnx::AttributeProto::AttributeType_Name(known->second.type)));
    }
  }
  for (const auto& [name, attribute] : schema.attributes()) {
    if (attribute.required && present.count(name) == 0) {
      throw ModelError(fmt::format("its attribute '{}' is missing", name));
    }
  }
}

const onnx::AttributeProto* find(const onnx::NodeProto& node, const std::string& name) {
  for (const auto& attribute : node.attribute()) {
    if (attribute.name() == name) return &attribute;
  }
  return nullptr;
}

void drop_windows_behind_input(const onnx::NodeProto& node, const Shape& input, Shape& output) {
  const auto *ceil_mode = find(node, "ceil_mode"), *strides = find(node, "strides"), *pads = find(node, "pads");
  if (ceil_mode == nullptr || ceil_mode->i() == 0 || output.size() != input.size()) return;
  for (std::size_t d = 2; d < output.size(); ++d) {
    const int i = static_cast<int>(d) - 2;
    const std::int64_t stride = strides != nullptr && i < strides->ints_size() ? strides->ints(i) : 1;
    const std::int64_t pad_before = pads != nullptr && i < pads->ints_size() ? pads->ints(i) : 0;
    if (output[d] > 1 && (output[d] - 1) * stride >= input[d] + pad_before) --output[d];
  }
}

}  // namespace

void check_against_schema(const onnx::NodeProto& node, const onnx::OpSchema& schema, std::int64_t opset,
                          std::int64_t package_opset) {
  check_counts(node, schema, opset, package_opset);
  check_attributes(node, schema, opset, package_opset);
}

void settle_results(const onnx::NodeProto& node, const Graph& graph, const std::vector<TensorId>& inputs,
                    std::vector<InferredOutput>& outputs, const std::string& what) {
  static const std::set<std::string> renaming = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Identity"};
  static const std::set<std::string> pools = {"MaxPool", "AveragePool", "LpPool", "QLinearAveragePool"};
  if (inputs.empty() || inputs[0] == kNoTensor) return;
  const Shape& from = graph.tensor(inputs[0]).shape;
  if (pools.count(node.op_type()) != 0) {
    for (InferredOutput& output : outputs) drop_windows_behind_input(node, from, output.shape);
  }
  if (renaming.count(node.op_type()) == 0 || outputs.size() != 1) return;
  if (element_count(from) != element_count(outputs[0].shape)) {
    throw ModelError(fmt::format("{}: {} of {} elements cannot become {} of {}", what, to_string(from),
                                 element_count(from), to_string(outputs[0].shape), element_count(outputs[0].shape)));
  }
}

}  // namespace intloom::graph
