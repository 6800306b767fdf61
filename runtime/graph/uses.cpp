// Who makes a tensor and who reads it.
#include "runtime/graph/graph.h"

namespace intloom::graph {

Uses find_uses(const Graph& graph) {
  Uses uses;
  uses.producer.assign(graph.tensors.size(), -1);
  uses.consumers.resize(graph.tensors.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const auto index = static_cast<std::int32_t>(n);
    for (const TensorId id : graph.nodes[n].outputs) {
      if (id != kNoTensor) uses.producer[static_cast<std::size_t>(id)] = index;
    }
    for (const TensorId id : graph.nodes[n].inputs) {
      if (id == kNoTensor) continue;
      // A node that reads a tensor twice (x * x) is one consumer.
      auto& consumers = uses.consumers[static_cast<std::size_t>(id)];
      if (consumers.empty() || consumers.back() != index) consumers.push_back(index);
    }
  }
  return uses;
}

}  // namespace intloom::graph
