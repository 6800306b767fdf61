// What every graph must hold, whoever made it.
#include <fmt/format.h>

#include <unordered_set>

#include "runtime/graph/graph.h"

namespace intloom::graph {
namespace {

void check_tensors(const Graph& graph) {
  std::unordered_set<std::string_view> names;
  for (const Tensor& tensor : graph.tensors) {
    if (tensor.name.empty()) throw ModelError("a tensor has no name");
    if (!names.insert(tensor.name).second) {
      throw ModelError(fmt::format("tensor '{}' is defined twice", tensor.name));
    }
    const std::int64_t count = element_count(tensor.shape);
    if (!tensor.constant) continue;
    const TensorData& data = *tensor.constant;
    if (data.type != tensor.type || data.shape != tensor.shape) {
      throw ModelError(fmt::format("constant '{}' is declared {} {} but holds {} {}", tensor.name,
                                   data_type_name(tensor.type), to_string(tensor.shape), data_type_name(data.type),
                                   to_string(data.shape)));
    }
    if (data.has_values() && data.bytes.size() != static_cast<std::size_t>(count) * data_type_bytes(data.type)) {
      throw ModelError(fmt::format("constant '{}' of shape {} holds {} bytes", tensor.name, to_string(data.shape),
                                   data.bytes.size()));
    }
  }
}

void check_id(const Graph& graph, TensorId id, const std::string& where) {
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size()) {
    throw ModelError(fmt::format("{} names tensor {} of {}", where, id, graph.tensors.size()));
  }
}

class Origins {
 public:
  explicit Origins(const Graph& graph) : graph_(graph), ready_(graph.tensors.size()) {
    for (std::size_t i = 0; i < ready_.size(); ++i) ready_[i] = graph.tensors[i].constant != nullptr;
  }
  bool ready(TensorId id) const { return ready_[static_cast<std::size_t>(id)]; }
  void define(TensorId id, const std::string& by) {
    if (ready(id)) {
      throw ModelError(fmt::format("tensor '{}' is made by {} though it exists already", graph_.tensor(id).name, by));
    }
    ready_[static_cast<std::size_t>(id)] = true;
  }

 private:
  const Graph& graph_;
  std::vector<bool> ready_;
};

}  // namespace

void validate(const Graph& graph) {
  check_tensors(graph);
  Origins origins(graph);
  for (const TensorId id : graph.inputs) {
    check_id(graph, id, "the list of inputs");
    origins.define(id, "an input");
  }
  for (const Node& node : graph.nodes) {
    const std::string where = fmt::format("node '{}' ({})", node.name, node.op);
    for (const TensorId id : node.inputs) {
      if (id == kNoTensor) continue;
      check_id(graph, id, where);
      if (!origins.ready(id)) {
        throw ModelError(fmt::format("{} reads '{}' before it is made", where, graph.tensor(id).name));
      }
    }
    for (const TensorId id : node.outputs) {
      if (id == kNoTensor) continue;
      check_id(graph, id, where);
      origins.define(id, where);
    }
  }
  for (const TensorId id : graph.outputs) {
    check_id(graph, id, "the list of outputs");
    if (!origins.ready(id)) throw ModelError(fmt::format("output '{}' is made by no node", graph.tensor(id).name));
  }
}

}  // namespace intloom::graph
