#include "runtime/quant/lower.h"

#include <algorithm>

#include "runtime/quant/lowering.h"
#include "runtime/quant/operator_table.h"

namespace intloom::quant {
namespace {

// Nodes that an output depends on through values; what only computes shapes is left out.
std::vector<bool> needed_nodes(const graph::Graph& graph) {
  std::vector<bool> wanted(graph.tensors.size(), false);
  std::vector<bool> needed(graph.nodes.size(), false);
  for (const graph::TensorId id : graph.outputs) wanted[static_cast<std::size_t>(id)] = true;
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const graph::Node& node = graph.nodes[n];
    for (const graph::TensorId id : node.outputs) {
      if (id != graph::kNoTensor && wanted[static_cast<std::size_t>(id)] && !graph.is_constant(id)) needed[n] = true;
    }
    if (!needed[n]) continue;
    const Operator* known = find_operator(node);
    const std::size_t inputs = known != nullptr && known->value_inputs > 0
                                   ? std::min(known->value_inputs, node.inputs.size())
                                   : node.inputs.size();
    for (std::size_t i = 0; i < inputs; ++i) {
      if (node.inputs[i] != graph::kNoTensor) wanted[static_cast<std::size_t>(node.inputs[i])] = true;
    }
  }
  return needed;
}

void check_operators(const graph::Graph& graph, const std::vector<bool>& needed) {
  std::vector<const graph::Node*> unsupported;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (needed[n] && find_operator(graph.nodes[n]) == nullptr) unsupported.push_back(&graph.nodes[n]);
  }
  if (unsupported.empty()) return;
  fail_unsupported(*unsupported[0], {unsupported.begin() + 1, unsupported.end()});
}

[[noreturn]] void fail_output(const graph::Tensor& output, const std::string& why) {
  throw graph::ModelError(fmt::format("model output '{}': {}", output.name, why));
}

TensorId output_integers(Lowering& lowering, const graph::Tensor& output, const Value& value) {
  if (const auto* integers = std::get_if<IntegerTensor>(&value)) return integers->id;
  if (const auto* input = std::get_if<IntegerInput>(&value)) {
    const graph::Tensor& tensor = lowering.graph().tensor(input->id);
    return lowering.network().model_input(tensor, tensor.name, {tensor.type, 1, 0});
  }
  const auto* real = std::get_if<FloatPtr>(&value);
  if (real == nullptr) fail_output(output, "it is a constant");
  const std::optional<TensorId> id = (*real)->integers(lowering);
  if (id) return *id;
  if ((*real)->source == nullptr) fail_output(output, "it is a float input of the model, which nothing quantizes");
  fail_output(output,
              fmt::format("node '{}' ({}) makes it as float: its last QuantizeLinear is missing. Remedy: let the "
                          "exporter quantize outputs too (quantize_static: the node not in nodes_to_exclude; "
                          "PyTorch: DeQuantStub behind a fake quantization)",
                          (*real)->source->name, (*real)->source->op));
}

}  // namespace

Network lower(const graph::Graph& graph) {
  Lowering lowering(graph);
  const std::vector<bool> needed = needed_nodes(graph);
  check_operators(graph, needed);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (needed[n]) find_operator(graph.nodes[n])->lower(lowering, graph.nodes[n]);
  }
  if (graph.outputs.empty()) throw graph::ModelError(fmt::format("model '{}' has no outputs", graph.name));
  for (const graph::TensorId id : graph.outputs) {
    const graph::Tensor& output = graph.tensor(id);
    lowering.network().model_output(output, output_integers(lowering, output, lowering.value(id)));
  }
  return lowering.network().finish(graph, lowering.quantize_nodes, lowering.dequantize_nodes);
}

}  // namespace intloom::quant
