#include "runtime/quant/lowering.h"

namespace intloom::quant {
namespace {

constexpr const char* kQuantizeRemedy =
    "Remedy: let the exporter quantize it (quantize_static: its operator in op_types_to_quantize, neither node in "
    "nodes_to_exclude; PyTorch: a fake quantization behind it)";

[[noreturn]] void fail_float_input(const graph::Node& node, const graph::Tensor& tensor, const FloatValue& value) {
  if (value.source == nullptr) {
    fail(node,
         "model input '{}' reaches it as float, with no QuantizeLinear and DequantizeLinear between. Remedy: quantize "
         "the model's inputs too (quantize_static does unless the node is in nodes_to_exclude)",
         value.name);
  }
  fail(node,
       "its input '{}' is a float value of node '{}' ({}), with no QuantizeLinear and DequantizeLinear between. {}",
       tensor.name, value.source->name, value.source->op, kQuantizeRemedy);
}

Quantization plain(graph::DataType type) { return {type, 1, 0}; }

// An input of the model, before its QuantizeLinear.
class ModelInput : public FloatValue {
 public:
  explicit ModelInput(const graph::Tensor& tensor) : FloatValue(tensor.name, nullptr), tensor_(tensor) {}

  std::optional<TensorId> integers(Lowering&) override { return std::nullopt; }

  TensorId quantize(Lowering& lowering, const Target& target) override {
    const TensorId id = lowering.network().model_input(tensor_, target.quantized_name, target.quantization);
    return lowering.network().rescale(id, target);
  }

 private:
  const graph::Tensor& tensor_;
};

}  // namespace

void fail_with(const graph::Node& node, const std::string& message) {
  throw graph::ModelError(fmt::format("node '{}' ({}): {}", node.name, node.op, message));
}

std::size_t resolve_axis(const graph::Node& node, std::int64_t axis, const graph::Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (axis < -rank || axis >= rank) fail(node, "axis {} is outside shape {}", axis, graph::to_string(shape));
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

Lowering::Lowering(const graph::Graph& graph) : graph_(graph), values_(graph.tensors.size()) {
  for (std::size_t i = 0; i < values_.size(); ++i) {
    if (graph.tensors[i].constant != nullptr) values_[i] = graph.tensors[i].constant;
  }
  for (const graph::TensorId id : graph.inputs) {
    const graph::Tensor& tensor = graph.tensor(id);
    if (tensor.constant != nullptr) continue;
    Value& made = values_[static_cast<std::size_t>(id)];
    if (tensor.type == graph::DataType::float32) {
      made = std::make_shared<ModelInput>(tensor);
    } else if (tensor.type == graph::DataType::int8 || tensor.type == graph::DataType::uint8) {
      made = IntegerInput{id};
    }
  }
}

const graph::Tensor& Lowering::input_tensor(const graph::Node& node, std::size_t i) const {
  if (!has_input(node, i)) fail(node, "input {} is missing", i);
  return graph_.tensor(node.inputs[i]);
}

const graph::Tensor& Lowering::output_tensor(const graph::Node& node, std::size_t i) const {
  if (!has_output(node, i)) fail(node, "it has no output {}", i);
  return graph_.tensor(node.outputs[i]);
}

const Value& Lowering::input(const graph::Node& node, std::size_t i) const {
  const graph::Tensor& tensor = input_tensor(node, i);
  const Value& found = values_[static_cast<std::size_t>(node.inputs[i])];
  if (std::holds_alternative<std::monostate>(found)) {
    fail(node, "its input '{}' has type {}: only float32 that is quantized, int8 and uint8 can be lowered to integers",
         tensor.name, graph::data_type_name(tensor.type));
  }
  return found;
}

void Lowering::set_output(const graph::Node& node, Value value, std::size_t i) {
  output_tensor(node, i);
  values_[static_cast<std::size_t>(node.outputs[i])] = std::move(value);
}

const graph::TensorData& Lowering::constant_input(const graph::Node& node, std::size_t i, const char* what) const {
  const auto* constant = std::get_if<ConstantPtr>(&input(node, i));
  if (constant == nullptr) {
    fail(node,
         "its {} ('{}') must be a constant, but is computed at run time. Remedy: quantize statically "
         "(onnxruntime.quantization.quantize_static, not quantize_dynamic), with constants as initializers",
         what, input_tensor(node, i).name);
  }
  return **constant;
}

std::vector<std::int64_t> Lowering::constant_integers(const graph::Node& node, std::size_t i, const char* what) const {
  const graph::TensorData& data = constant_input(node, i, what);
  std::vector<std::int64_t> values;
  for (std::int64_t n = 0; n < data.size(); ++n) values.push_back(graph::element_as_int(data, n));
  return values;
}

TensorId Lowering::dequantized_input(const graph::Node& node, std::size_t i) {
  const Value& found = input(node, i);
  const graph::Tensor& tensor = input_tensor(node, i);
  if (const auto* value = std::get_if<FloatPtr>(&found)) {
    if (const std::optional<TensorId> id = (*value)->integers(*this)) return *id;
    fail_float_input(node, tensor, **value);
  }
  if (std::holds_alternative<ConstantPtr>(found) || std::holds_alternative<QuantizedConstantPtr>(found)) {
    fail(node,
         "its input '{}' is a constant, where an activation is expected. Remedy: fold constants before quantizing "
         "(onnxruntime.quantization.shape_inference.quant_pre_process)",
         tensor.name);
  }
  fail(node, "its input '{}' is {}, where a dequantized value is expected", tensor.name,
       graph::data_type_name(tensor.type));
}

TensorId Lowering::integer_input(const graph::Node& node, std::size_t i, const Quantization& quantization) {
  const Value& found = input(node, i);
  const graph::Tensor& tensor = input_tensor(node, i);
  if (tensor.type != quantization.type) {
    fail(node, "its input '{}' is {}, its zero point {}", tensor.name, graph::data_type_name(tensor.type),
         graph::data_type_name(quantization.type));
  }
  if (const auto* integers = std::get_if<IntegerTensor>(&found)) {
    return network_.reinterpret(integers->id, node, quantization);
  }
  if (const auto* integers = std::get_if<IntegerInput>(&found)) {
    const graph::Tensor& model_input = graph_.tensor(integers->id);
    return network_.model_input(model_input, model_input.name, quantization);
  }
  fail(node, "its input '{}' must be int8 or uint8 and not constant", tensor.name);
}

TensorId Lowering::integer_input(const graph::Node& node, std::size_t i) {
  const Value& found = input(node, i);
  if (const auto* integers = std::get_if<IntegerTensor>(&found)) return integers->id;
  return integer_input(node, i, plain(input_tensor(node, i).type));
}

}  // namespace intloom::quant
