#include "runtime/quant/concat.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

void check_parts(Lowering& lowering, const graph::Node& node, const std::vector<TensorId>& parts,
                 const graph::Shape& output, std::size_t axis) {
  std::int64_t sum = 0;
  for (const TensorId part : parts) {
    graph::Shape shape = lowering.network().tensor(part).shape;
    if (shape.size() == output.size()) {
      sum += shape[axis];
      shape[axis] = output[axis];
    }
    if (shape != output) {
      fail(node, "an input of shape {} does not fit an output of shape {} along axis {}",
           graph::to_string(lowering.network().tensor(part).shape), graph::to_string(output), axis);
    }
  }
  if (sum != output[axis]) {
    fail(node, "its inputs have {} elements along axis {}, its output {}", sum, axis, output[axis]);
  }
}

}  // namespace

ConcatValue::ConcatValue(const graph::Tensor& output, const graph::Node& node, std::vector<Part> parts,
                         std::vector<std::string> part_names)
    : FloatValue(output.name, &node),
      shape_(output.shape),
      axis_(static_cast<int>(resolve_axis(node, node.int_attribute("axis", 1), output.shape))),
      parts_(std::move(parts)),
      part_names_(std::move(part_names)) {}

// Without loss only where all parts have one scale.
std::optional<TensorId> ConcatValue::integers(Lowering& lowering) {
  std::optional<Quantization> common;
  for (const Part& part : parts_) {
    const auto* real = std::get_if<FloatPtr>(&part);
    const std::optional<TensorId> id = real != nullptr ? (*real)->integers(lowering) : std::nullopt;
    if (!id) return std::nullopt;
    const Quantization own = quantization_of(lowering.network().tensor(*id));
    if (common && !(*common == own)) return std::nullopt;
    common = own;
  }
  return quantize(lowering, {*common, {}, name, "", source, {}});
}

TensorId ConcatValue::part_id(Lowering& lowering, std::size_t i, const Target& target) {
  if (const auto* real = std::get_if<FloatPtr>(&parts_[i])) {
    const std::optional<TensorId> id = (*real)->integers(lowering);
    return id ? *id : (*real)->quantize(lowering, {target.quantization, {}, (*real)->name, "", source, {}});
  }
  const Operand& operand = std::get<Operand>(parts_[i]);
  if (const auto* id = std::get_if<TensorId>(&operand)) return *id;
  const QuantizedConstantPtr& constant = std::get<QuantizedConstantPtr>(operand);
  return lowering.network().constant(part_names_[i], *constant, constant->data->shape);
}

TensorId ConcatValue::quantize(Lowering& lowering, const Target& target) {
  const Clamp clamp = clamp_of(target.bounds, target.quantization);
  for (const Made& made : made_) {
    if (made.quantization == target.quantization && made.clamp.lo == clamp.lo && made.clamp.hi == clamp.hi) {
      return made.id;
    }
  }
  NetworkBuilder& network = lowering.network();
  Layer layer;
  layer.name = source->name;
  layer.onnx_op = source->op;
  layer.op = Op::concat;
  layer.folded = absorbed;
  ConcatParameters parameters;
  parameters.axis = axis_;
  for (std::size_t i = 0; i < parts_.size(); ++i) layer.inputs.push_back(part_id(lowering, i, target));
  check_parts(lowering, *source, layer.inputs, shape_, static_cast<std::size_t>(axis_));
  for (TensorId& id : layer.inputs) {
    id = network.match_axis(layer.inputs[0], id);
    parameters.multiplier.push_back(network.tensor(id).scale / target.quantization.scale);
  }
  layer.parameters = std::move(parameters);
  const NetworkBuilder::Output output{shape_, Axis::undecided, layer.inputs[0]};
  const TensorId id = network.add_layer(std::move(layer), output, target);
  made_.push_back({target.quantization, clamp, id});
  return id;
}

void lower_concat(Lowering& lowering, const graph::Node& node) {
  std::vector<ConcatValue::Part> parts;
  std::vector<std::string> names;
  bool integers = true;
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const Value& value = lowering.input(node, i);
    names.push_back(lowering.input_tensor(node, i).name);
    if (const auto* real = std::get_if<FloatPtr>(&value)) {
      parts.emplace_back(*real);
      integers = false;
    } else if (std::holds_alternative<ConstantPtr>(value) || std::holds_alternative<QuantizedConstantPtr>(value)) {
      parts.emplace_back(constant_operand(node, names.back(), value));
    } else {
      fail(node, "its input '{}' is {} without a scale. Remedy: DequantizeLinear in front, or QLinearConcat",
           names.back(), graph::data_type_name(lowering.input_tensor(node, i).type));
    }
  }
  if (integers) fail(node, "all its inputs are constant. Remedy: fold constants before quantizing");
  lowering.set_output(
      node, std::make_shared<ConcatValue>(lowering.output_tensor(node), node, std::move(parts), std::move(names)));
}

}  // namespace intloom::quant
