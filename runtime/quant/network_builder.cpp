#include "runtime/quant/network_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace intloom::quant {
namespace {

std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

bool changes_order(const std::vector<int>& perm) { return !std::is_sorted(perm.begin(), perm.end()); }

graph::Shape permuted(const graph::Shape& shape, const std::vector<int>& perm) {
  if (perm.empty()) return shape;
  graph::Shape result;
  for (const int axis : perm) result.push_back(shape[static_cast<std::size_t>(axis)]);
  return result;
}

}  // namespace

const Layer* NetworkBuilder::producer(TensorId id) const {
  const int layer = producer_[at(id)];
  return layer < 0 ? nullptr : &network_.layers[static_cast<std::size_t>(layer)];
}

void NetworkBuilder::absorb(TensorId id, const std::string& node_name) {
  const int layer = producer_[at(id)];
  if (layer >= 0) network_.layers[static_cast<std::size_t>(layer)].folded.push_back(node_name);
}

Axis NetworkBuilder::axis(TensorId id) const { return tensor(id).shape.size() <= 2 ? Axis::last : axes_.axis(at(id)); }

TensorId NetworkBuilder::add_tensor(Tensor tensor, Axis axis, TensorId like) {
  const auto id = static_cast<TensorId>(network_.tensors.size());
  if (like >= 0) {
    axes_.add_like(at(like));
  } else {
    axes_.add(axis);
  }
  range_.push_back(type_range(tensor.type));
  producer_.push_back(-1);
  network_.tensors.push_back(std::move(tensor));
  return id;
}

TensorId NetworkBuilder::model_input(const graph::Tensor& input, const std::string& quantized_name,
                                     const Quantization& quantization) {
  for (const Boundary& boundary : network_.inputs) {
    if (boundary.name == input.name && quantization_of(tensor(boundary.tensor)) == quantization) return boundary.tensor;
  }
  Tensor made{input.name,         quantized_name,          input.shape, quantization.type,
              quantization.scale, quantization.zero_point, 1,           nullptr};
  const TensorId id = add_tensor(std::move(made), Axis::undecided, -1);
  network_.inputs.push_back({input.name, id, input.type, input.shape});
  return id;
}

TensorId NetworkBuilder::constant(const std::string& name, const QuantizedConstant& constant,
                                  const graph::Shape& shape) {
  auto data = std::make_shared<graph::TensorData>(*constant.data);
  data->shape = shape;
  Tensor made{name, name, shape, data->type, constant.scales[0], constant.zero_points[0], 1, data};
  return add_tensor(std::move(made), Axis::undecided, -1);
}

void NetworkBuilder::model_output(const graph::Tensor& output, TensorId id) {
  network_.outputs.push_back({output.name, id, output.type, output.shape});
}

TensorId NetworkBuilder::add_layer(Layer layer, const Output& output, const Target& target) {
  const Quantization& q = target.quantization;
  layer.clamp = clamp_of(target.bounds, q);
  layer.folded.insert(layer.folded.end(), target.absorbed.begin(), target.absorbed.end());
  Tensor made{target.name, target.quantized_name, output.shape, q.type, q.scale, q.zero_point, 1, nullptr};
  layer.output = add_tensor(std::move(made), output.axis, output.like);
  range_.back() = layer.clamp;
  producer_.back() = static_cast<int>(network_.layers.size());
  network_.layers.push_back(std::move(layer));
  return network_.layers.back().output;
}

TensorId NetworkBuilder::copy(TensorId id, const std::string& layer_name, const std::string& onnx_op,
                              std::vector<int> perm, Tensor output, Axis axis) {
  Layer layer;
  layer.name = layer_name;
  layer.onnx_op = onnx_op;
  layer.op = Op::relayout;
  layer.inputs = {id};
  layer.parameters = RelayoutParameters{std::move(perm)};
  layer.clamp = type_range(output.type);
  layer.output = add_tensor(std::move(output), axis, -1);
  range_.back() = range(id);
  producer_.back() = static_cast<int>(network_.layers.size());
  network_.layers.push_back(std::move(layer));
  return network_.layers.back().output;
}

TensorId NetworkBuilder::require_axis(TensorId id, Axis wanted) {
  if (tensor(id).shape.size() <= 2 || axis(id) == wanted || wanted == Axis::undecided) return id;
  if (axis(id) == Axis::undecided) {
    axes_.decide(at(id), wanted);
    return id;
  }
  const auto known = other_axis_.find({id, wanted});
  if (known != other_axis_.end()) return known->second;
  const TensorId moved = copy(id, tensor(id).name + "/channel_axis", "Relayout", {}, tensor(id), wanted);
  other_axis_[{id, wanted}] = moved;
  return moved;
}

TensorId NetworkBuilder::match_axis(TensorId a, TensorId b) {
  if (tensor(a).shape.size() <= 2 || axes_.unite(at(a), at(b))) return b;
  return require_axis(b, axis(a));
}

// A move behind a move is one move, where nothing was reshaped before a permutation.
NetworkBuilder::Move NetworkBuilder::joined(TensorId id, std::vector<int> perm) const {
  Move move{id, changes_order(perm) ? std::move(perm) : std::vector<int>{}, {}};
  for (const Layer* before = producer(move.input); before != nullptr && before->op == Op::relayout;
       before = producer(move.input)) {
    const Tensor& source = tensor(before->inputs[0]);
    const std::vector<int>& first = before->relayout().perm;
    if (!(quantization_of(source) == quantization_of(tensor(move.input)))) break;
    const bool reshapes = tensor(move.input).shape != permuted(source.shape, first);
    if (!move.perm.empty() && reshapes) break;
    if (move.perm.empty()) {
      move.perm = first;
    } else if (!first.empty()) {
      for (int& axis : move.perm) axis = first[static_cast<std::size_t>(axis)];
      if (!changes_order(move.perm)) move.perm.clear();
    }
    move.folded.insert(move.folded.begin(), before->name);
    move.folded.insert(move.folded.begin(), before->folded.begin(), before->folded.end());
    move.input = before->inputs[0];
  }
  return move;
}

TensorId NetworkBuilder::absorb_all(TensorId id, const std::vector<std::string>& node_names) {
  for (const std::string& name : node_names) absorb(id, name);
  return id;
}

TensorId NetworkBuilder::relayout(TensorId id, const graph::Node& node, const std::vector<int>& perm,
                                  const graph::Shape& shape, const std::string& name,
                                  const std::string& quantized_name) {
  if (graph::element_count(tensor(id).shape) != graph::element_count(shape)) {
    throw graph::ModelError(fmt::format("node '{}' ({}): it moves shape {} to {}, which has another number of elements",
                                        node.name, node.op, graph::to_string(tensor(id).shape),
                                        graph::to_string(shape)));
  }
  Move move = joined(id, perm);
  if (move.perm.empty() && shape == tensor(move.input).shape) return move.input;
  Tensor output = tensor(id);
  output.name = name;
  output.quantized_name = quantized_name;
  output.shape = shape;
  const TensorId made = copy(move.input, node.name, node.op, std::move(move.perm), std::move(output), Axis::undecided);
  for (const std::string& folded : move.folded) absorb(made, folded);
  return made;
}

TensorId NetworkBuilder::rescale(TensorId id, const Target& target) {
  const Quantization& q = target.quantization;
  const Clamp clamp = clamp_of(target.bounds, q);
  const bool clips = clamp.lo > range(id).lo || clamp.hi < range(id).hi;
  if (quantization_of(tensor(id)) == q && !clips) {
    for (const std::string& node : target.absorbed) absorb(id, node);
    return id;
  }
  for (const Rescaled& made : rescaled_) {
    if (made.input == id && made.quantization == q && made.clamp.lo == clamp.lo && made.clamp.hi == clamp.hi) {
      return made.output;
    }
  }
  Layer layer;
  layer.name = target.node->name;
  layer.onnx_op = target.node->op;
  layer.op = Op::rescale;
  layer.inputs = {id};
  const float multiplier = tensor(id).scale / q.scale;
  layer.parameters = RescaleParameters{multiplier};
  Target rest = target;
  rest.absorbed.erase(std::remove(rest.absorbed.begin(), rest.absorbed.end(), layer.name), rest.absorbed.end());
  const TensorId made = add_layer(std::move(layer), {tensor(id).shape, Axis::undecided, id}, rest);
  rescaled_.push_back({id, q, clamp, made});
  return made;
}

TensorId NetworkBuilder::reinterpret(TensorId id, const graph::Node& node, const Quantization& quantization) {
  if (quantization_of(tensor(id)) == quantization) return id;
  const auto key = std::make_tuple(id, quantization.scale, quantization.zero_point);
  const auto known = reinterpreted_.find(key);
  if (known != reinterpreted_.end()) return known->second;
  Tensor output = tensor(id);
  output.scale = quantization.scale;
  output.zero_point = quantization.zero_point;
  const TensorId made = copy(id, node.name + "/scale", "Relayout", {}, std::move(output), Axis::undecided);
  reinterpreted_[key] = made;
  return made;
}

TensorId NetworkBuilder::expand_rank(TensorId id, const graph::Node& node, std::size_t rank) {
  graph::Shape shape = tensor(id).shape;
  if (shape.size() >= rank) return id;
  shape.insert(shape.begin(), rank - shape.size(), 1);
  Tensor output = tensor(id);
  output.shape = shape;
  return copy(id, node.name + "/rank", "Relayout", {}, std::move(output), Axis::undecided);
}

}  // namespace intloom::quant
