#include "runtime/quant/float_folding.h"

#include <algorithm>

#include "runtime/quant/weighted_value.h"

namespace intloom::quant {
namespace {

bool is_weighted(const graph::Node& node) { return node.op == "Conv" || node.op == "Gemm" || node.op == "MatMul"; }

bool has_output(const graph::Node& node) { return !node.outputs.empty() && node.outputs[0] != graph::kNoTensor; }

std::size_t at(graph::TensorId id) { return static_cast<std::size_t>(id); }

}  // namespace

FloatFolding::FloatFolding(const graph::Graph& graph)
    : graph_(graph),
      uses_(graph::find_uses(graph)),
      constant_(graph.tensors.size()),
      output_(graph.tensors.size()),
      weighted_(graph.tensors.size()),
      folded_normalization_(graph.nodes.size()),
      bias_input_(graph.nodes.size(), -1) {
  for (std::size_t i = 0; i < constant_.size(); ++i) constant_[i] = graph.tensors[i].constant != nullptr;
  for (const graph::TensorId id : graph.outputs) output_[at(id)] = true;
  for (const graph::Node& node : graph.nodes) {
    note_constants(node);
    if (has_output(node) && !constant_[at(node.outputs[0])]) note_weighted(node);
  }
}

void FloatFolding::note_constants(const graph::Node& node) {
  const bool constant = !node.inputs.empty() &&
                        std::all_of(node.inputs.begin(), node.inputs.end(),
                                    [&](graph::TensorId id) { return id == graph::kNoTensor || constant_[at(id)]; });
  for (const graph::TensorId id : node.outputs) {
    if (id != graph::kNoTensor) constant_[at(id)] = constant;
  }
}

void FloatFolding::note_weighted(const graph::Node& node) {
  const graph::Node*& result = weighted_[at(node.outputs[0])];
  if (is_weighted(node)) {
    result = &node;
  } else if (node.op == "Add" && node.inputs.size() == 2) {
    for (std::size_t i = 0; i < 2; ++i) {
      const graph::TensorId value = node.inputs[1 - i];
      const graph::Node* source = weighted_source(value, node);
      if (source == nullptr || !is_constant(node.inputs[i])) continue;
      const graph::Shape& shape = tensor(value).shape;
      const std::size_t axis = source->op == "Conv" ? 1 : shape.size() - 1;
      if (axis >= shape.size() || !is_bias_shape(tensor(node.inputs[i]).shape, shape, axis)) continue;
      bias_input_[index(node)] = static_cast<std::int8_t>(i);
      result = source;
    }
  } else if (node.op == "BatchNormalization" || is_transparent(node)) {
    const graph::Node* source = weighted_source(node.inputs[0], node);
    if (source == nullptr) return;
    if (node.op == "BatchNormalization") {
      if (source->op != "Conv" && tensor(node.inputs[0]).shape.size() != 2) return;
      folded_normalization_[index(node)] = true;
    }
    result = source;
  }
}

bool FloatFolding::is_transparent(const graph::Node& node) const {
  if (node.inputs.empty() || node.inputs[0] == graph::kNoTensor || !has_output(node)) return false;
  if (node.op == "Identity" || node.op == "Dropout") return true;
  return node.op == "Cast" && tensor(node.inputs[0]).type == tensor(node.outputs[0]).type;
}

bool FloatFolding::is_folded_normalization(const graph::Node& node) const { return folded_normalization_[index(node)]; }

std::optional<std::size_t> FloatFolding::bias_input(const graph::Node& node) const {
  const std::int8_t input = bias_input_[index(node)];
  return input < 0 ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(input));
}

const graph::Node* FloatFolding::only_consumer(graph::TensorId id) const {
  const std::vector<std::int32_t>& consumers = uses_.consumers[at(id)];
  if (consumers.size() != 1 || output_[at(id)]) return nullptr;
  return &graph_.nodes[static_cast<std::size_t>(consumers[0])];
}

const graph::Node* FloatFolding::weighted_source(graph::TensorId id, const graph::Node& node) const {
  return id != graph::kNoTensor && only_consumer(id) == &node ? weighted_[at(id)] : nullptr;
}

bool FloatFolding::is_integer_edge(graph::TensorId id) const {
  const graph::Node* next = only_consumer(id);
  if (next == nullptr) return true;
  if (next->op == "Relu" || next->op == "Clip" || is_transparent(*next)) return false;
  return !is_folded_normalization(*next) && !bias_input(*next);
}

}  // namespace intloom::quant
