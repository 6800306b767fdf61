#include "runtime/quant/float_values.h"

#include <algorithm>
#include <cmath>

namespace intloom::quant {
namespace {

bool same(const Clamp& a, const Clamp& b) { return a.lo == b.lo && a.hi == b.hi; }

Target with_absorbed(const Target& target, const std::vector<std::string>& before) {
  Target result = target;
  result.absorbed.insert(result.absorbed.begin(), before.begin(), before.end());
  return result;
}

// The node that made a value, and those without effect behind it.
void append_nodes(ByteFunction& function, const FloatValue& value) {
  function.nodes.push_back(value.source->name);
  function.nodes.insert(function.nodes.end(), value.absorbed.begin(), value.absorbed.end());
}

}  // namespace

void FloatValue::absorb(Lowering&, const std::string& node_name) { absorbed.push_back(node_name); }

std::optional<ByteFunction> FloatValue::function(Lowering& lowering) {
  const std::optional<TensorId> id = integers(lowering);
  if (!id) return std::nullopt;
  const Quantization quantization = quantization_of(lowering.network().tensor(*id));
  ByteFunction identity;
  identity.input = *id;
  for (std::size_t bits = 0; bits < identity.values.size(); ++bits) {
    const auto byte = static_cast<std::uint8_t>(bits);
    const std::int32_t q = quantization.type == graph::DataType::int8 ? static_cast<std::int8_t>(byte) : byte;
    identity.values[bits] = quantization.scale * static_cast<float>(q - quantization.zero_point);
  }
  return identity;
}

void DequantizedTensor::absorb(Lowering& lowering, const std::string& node_name) {
  lowering.network().absorb(id_, node_name);
}

TensorId DequantizedTensor::quantize(Lowering& lowering, const Target& target) {
  return lowering.network().rescale(id_, target);
}

LayerValue::LayerValue(std::string tensor_name, const graph::Node& node, Op op, std::vector<TensorId> inputs,
                       NetworkBuilder::Output output, MakeParameters parameters)
    : FloatValue(std::move(tensor_name), &node),
      op_(op),
      inputs_(std::move(inputs)),
      output_(std::move(output)),
      parameters_(std::move(parameters)) {}

TensorId LayerValue::quantize(Lowering& lowering, const Target& target) {
  const Clamp clamp = clamp_of(target.bounds, target.quantization);
  for (const Made& made : made_) {
    if (made.quantization == target.quantization && same(made.clamp, clamp)) return made.id;
  }
  const Target absorbing = with_absorbed(target, absorbed);
  for (const Made& made : made_) {
    if (made.quantization == target.quantization && made.clamp.lo <= clamp.lo && made.clamp.hi >= clamp.hi) {
      return lowering.network().rescale(made.id, absorbing);
    }
  }
  Layer layer;
  layer.name = source->name;
  layer.onnx_op = source->op;
  layer.op = op_;
  layer.inputs = inputs_;
  layer.folded = folded;
  layer.parameters = parameters_(target.quantization);
  const TensorId id = lowering.network().add_layer(std::move(layer), output_, absorbing);
  made_.push_back({target.quantization, clamp, id});
  return id;
}

std::optional<TensorId> ClippedValue::integers(Lowering& lowering) {
  const std::optional<TensorId> id = inner_->integers(lowering);
  if (!id) return std::nullopt;
  const Quantization quantization = quantization_of(lowering.network().tensor(*id));
  if (!is_exact(bounds_, quantization)) return std::nullopt;
  return lowering.network().rescale(*id, {quantization, bounds_, name, "", source, {source->name}});
}

TensorId ClippedValue::quantize(Lowering& lowering, const Target& target) {
  Target inner = with_absorbed(target, absorbed);
  inner.absorbed.insert(inner.absorbed.begin(), source->name);
  inner.bounds = compose(bounds_, target.bounds);
  inner.node = source;
  return inner_->quantize(lowering, inner);
}

std::optional<ByteFunction> ClippedValue::function(Lowering& lowering) {
  std::optional<ByteFunction> clipped = inner_->function(lowering);
  if (!clipped) return std::nullopt;
  for (float& value : clipped->values) value = std::min(std::max(value, bounds_.lo), bounds_.hi);
  append_nodes(*clipped, *this);
  return clipped;
}

std::optional<ByteFunction> TableValue::function(Lowering&) {
  ByteFunction whole = function_;
  append_nodes(whole, *this);
  return whole;
}

TensorId TableValue::quantize(Lowering& lowering, const Target& target) {
  const Quantization& q = target.quantization;
  const Clamp clamp = clamp_of(target.bounds, q);
  TableParameters parameters;
  for (std::size_t bits = 0; bits < parameters.table.size(); ++bits) {
    const float value = function_.values[bits];
    const std::int32_t y = std::isnan(value) ? clamp.lo : std::clamp(quantize_value(value, q), clamp.lo, clamp.hi);
    parameters.table[bits] = static_cast<std::uint8_t>(y);
  }
  for (const auto& [made, id] : made_) {
    if (made.table == parameters.table && quantization_of(lowering.network().tensor(id)) == q) return id;
  }
  Layer layer;
  layer.name = source->name;
  layer.onnx_op = source->op;
  layer.op = Op::lookup;
  layer.inputs = {function_.input};
  layer.folded = function_.nodes;
  layer.parameters = parameters;
  const graph::Shape shape = lowering.network().tensor(function_.input).shape;
  const TensorId id = lowering.network().add_layer(std::move(layer), {shape, Axis::undecided, function_.input},
                                                   with_absorbed(target, absorbed));
  made_.emplace_back(parameters, id);
  return id;
}

TensorId MovedValue::moved(Lowering& lowering, TensorId input, const Target& target) {
  const Clamp clamp = clamp_of(target.bounds, target.quantization);
  for (const Made& made : made_) {
    if (made.input == input && made.quantization == target.quantization && same(made.clamp, clamp)) return made.id;
  }
  const TensorId id = move_(lowering, input, with_absorbed(target, absorbed));
  made_.push_back({input, target.quantization, clamp, id});
  return id;
}

std::optional<TensorId> MovedValue::integers(Lowering& lowering) {
  const std::optional<TensorId> id = inner_->integers(lowering);
  if (!id) return std::nullopt;
  return moved(lowering, *id, {quantization_of(lowering.network().tensor(*id)), {}, name, "", source, {}});
}

TensorId MovedValue::quantize(Lowering& lowering, const Target& target) {
  std::optional<TensorId> input = inner_->integers(lowering);
  if (!input) input = inner_->quantize(lowering, {target.quantization, {}, inner_->name, "", source, {}});
  const Quantization before = quantization_of(lowering.network().tensor(*input));
  if (rescales_ || (before == target.quantization && is_unbounded(target.bounds))) {
    return moved(lowering, *input, target);
  }
  const TensorId id = moved(lowering, *input, {before, {}, name, "", source, {}});
  return lowering.network().rescale(id, target);
}

void set_moved(Lowering& lowering, const graph::Node& node, bool rescales, MovedValue::Move move, std::size_t i) {
  const std::string& name = lowering.output_tensor(node, i).name;
  const Value value = lowering.input(node, 0);
  if (const auto* real = std::get_if<FloatPtr>(&value)) {
    lowering.set_output(node, std::make_shared<MovedValue>(name, node, *real, rescales, std::move(move)), i);
    return;
  }
  const TensorId input = lowering.integer_input(node, 0);
  const Target target{quantization_of(lowering.network().tensor(input)), {}, name, name, &node, {}};
  lowering.set_output(node, IntegerTensor{move(lowering, input, target)}, i);
}

}  // namespace intloom::quant
