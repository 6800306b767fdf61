#include "runtime/reference/float_reference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <set>
#include <stdexcept>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

const OperatorTable& operators() {
  static const OperatorTable table = [] {
    OperatorTable filled;
    add_convolution_operators(filled);
    add_transposed_convolution_operators(filled);
    add_matrix_operators(filled);
    add_elementwise_operators(filled);
    add_activation_operators(filled);
    add_function_operators(filled);
    add_normalization_operators(filled);
    add_reduction_operators(filled);
    add_pooling_operators(filled);
    add_shape_operators(filled);
    add_depth_operators(filled);
    add_slice_operators(filled);
    add_pad_operators(filled);
    add_resize_operators(filled);
    add_quantization_operators(filled);
    add_qoperators(filled);
    return filled;
  }();
  return table;
}

const Operator& find_operator(const NodeCall& call) {
  const std::string& domain = call.node.domain;
  const auto found = operators().find(call.node.op);
  if (found != operators().end() && (domain.empty() || domain == "ai.onnx" || domain == "com.microsoft")) {
    return found->second;
  }
  std::vector<std::string> known;
  for (const auto& [name, function] : operators()) known.push_back(name);
  call.fail(fmt::format("the float reference has no operator {}{}{}; it has {}", domain, domain.empty() ? "" : ".",
                        call.node.op, fmt::join(known, ", ")));
}

// The values of a graph while its nodes run: a tensor's is dropped with its last use unless it is kept.
class Evaluation {
 public:
  Evaluation(const graph::Graph& graph, const std::set<std::string>& keep)
      : graph_(graph), values_(graph.tensors.size()), uses_left_(graph.tensors.size(), 0) {
    for (const graph::Node& node : graph.nodes) {
      for (const graph::TensorId id : node.inputs) {
        if (id != graph::kNoTensor) ++uses_left_[index(id)];
      }
    }
    for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
      if (keep.count(graph.tensors[t].name) != 0) ++uses_left_[t];
    }
  }

  void set(graph::TensorId id, Value value) {
    if (uses_left_[index(id)] > 0) values_[index(id)] = std::move(value);
  }

  void run(const graph::Node& node) {
    std::vector<Value> inputs;
    inputs.reserve(node.inputs.size());
    NodeCall call{node, graph_.opset, {}};
    for (const graph::TensorId id : node.inputs) {
      if (id != graph::kNoTensor) inputs.push_back(take(id, call));
      call.inputs.push_back(id == graph::kNoTensor ? nullptr : &inputs.back());
    }
    const Operator& compute = find_operator(call);
    if (const auto* single = std::get_if<Value (*)(const NodeCall&)>(&compute)) {
      require_unused_from(1, call);
      set(node.outputs.at(0), (*single)(call));
      return;
    }
    std::vector<Value> values = std::get<std::vector<Value> (*)(const NodeCall&)>(compute)(call);
    require_unused_from(values.size(), call);
    for (std::size_t i = 0; i < std::min(values.size(), node.outputs.size()); ++i) {
      if (node.outputs[i] != graph::kNoTensor) set(node.outputs[i], std::move(values[i]));
    }
  }

  std::optional<FloatTensor> result(std::size_t tensor) const {
    const std::shared_ptr<const graph::TensorData>& constant = graph_.tensors[tensor].constant;
    if (constant) {
      const Value value = value_of(*constant);
      return FloatTensor{value.shape, *value.data};
    }
    if (!values_[tensor]) return std::nullopt;
    return FloatTensor{values_[tensor]->shape, *values_[tensor]->data};
  }

 private:
  static std::size_t index(graph::TensorId id) { return static_cast<std::size_t>(id); }

  void require_unused_from(std::size_t computed, const NodeCall& call) const {
    const std::vector<graph::TensorId>& outputs = call.node.outputs;
    for (std::size_t i = computed; i < outputs.size(); ++i) {
      if (outputs[i] != graph::kNoTensor && uses_left_[index(outputs[i])] > 0) {
        call.fail(fmt::format("output {} is used; the float reference computes {} of this operator", i, computed));
      }
    }
  }

  Value take(graph::TensorId id, const NodeCall& call) {
    const graph::Tensor& tensor = graph_.tensor(id);
    if (tensor.constant) return value_of(*tensor.constant);
    std::optional<Value>& value = values_[index(id)];
    if (!value) call.fail("input '" + tensor.name + "' has no value: no node before this one makes it");
    if (--uses_left_[index(id)] > 0) return *value;
    Value last = std::move(*value);
    value.reset();
    return last;
  }

  const graph::Graph& graph_;
  std::vector<std::optional<Value>> values_;
  std::vector<int> uses_left_;  // readers still to run, and one for a tensor that is kept
};

void set_inputs(const graph::Graph& graph, const std::map<std::string, graph::TensorData>& inputs,
                Evaluation& evaluation) {
  for (const graph::TensorId id : graph.inputs) {
    const graph::Tensor& tensor = graph.tensor(id);
    const auto given = inputs.find(tensor.name);
    if (given == inputs.end()) throw std::invalid_argument("no data for model input '" + tensor.name + "'");
    const std::size_t bytes =
        static_cast<std::size_t>(given->second.size()) * graph::data_type_bytes(given->second.type);
    if (given->second.bytes.size() != bytes) {
      throw std::invalid_argument(fmt::format("data for model input '{}' has {} bytes, its shape {} takes {}",
                                              tensor.name, given->second.bytes.size(),
                                              graph::to_string(given->second.shape), bytes));
    }
    evaluation.set(id, value_of(given->second));
  }
}

}  // namespace

std::map<std::string, FloatTensor> run_float_reference(const graph::Graph& graph,
                                                       const std::map<std::string, graph::TensorData>& inputs,
                                                       const std::vector<std::string>& wanted) {
  std::set<std::string> keep(wanted.begin(), wanted.end());
  for (const graph::TensorId id : graph.outputs) keep.insert(graph.tensor(id).name);
  Evaluation evaluation(graph, keep);
  set_inputs(graph, inputs, evaluation);
  for (const graph::Node& node : graph.nodes) evaluation.run(node);
  std::map<std::string, FloatTensor> results;
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    if (keep.count(graph.tensors[t].name) == 0) continue;
    std::optional<FloatTensor> result = evaluation.result(t);
    if (result) results.emplace(graph.tensors[t].name, std::move(*result));
  }
  return results;
}

}  // namespace intloom::reference
