#include "runtime/quant/float_values.h"

#include <algorithm>

namespace intloom::quant {
namespace {

bool same(const Clamp& a, const Clamp& b) { return a.lo == b.lo && a.hi == b.hi; }

Target with_absorbed(const Target& target, const std::vector<std::string>& before) {
  Target result = target;
  result.absorbed.insert(result.absorbed.begin(), before.begin(), before.end());
  return result;
}

}  // namespace

void FloatValue::absorb(Lowering&, const std::string& node_name) { absorbed.push_back(node_name); }

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

}  // namespace intloom::quant
