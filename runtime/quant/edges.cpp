#include "runtime/quant/edges.h"

namespace intloom::quant {
namespace {

IntegerEdge make_edge(const Network& network, TensorId id, const std::string& producer) {
  const Tensor& tensor = network.tensor(id);
  return {tensor.name, tensor.quantized_name, id, producer, {}, tensor.type, tensor.scale, tensor.zero_point};
}

}  // namespace

std::vector<IntegerEdge> integer_edges(const Network& network) {
  std::vector<IntegerEdge> edges;
  std::vector<int> edge_of(network.tensors.size(), -1);
  const auto add = [&](TensorId id, const std::string& producer) {
    edge_of[static_cast<std::size_t>(id)] = static_cast<int>(edges.size());
    edges.push_back(make_edge(network, id, producer));
  };
  const auto consume = [&](TensorId id, const std::string& consumer) {
    const int edge = edge_of[static_cast<std::size_t>(id)];
    if (edge < 0) return;  // a constant
    std::vector<std::string>& consumers = edges[static_cast<std::size_t>(edge)].consumers;
    if (consumers.empty() || consumers.back() != consumer || consumer == "output") consumers.push_back(consumer);
  };
  for (const Boundary& input : network.inputs) add(input.tensor, "input");
  for (const Layer& layer : network.layers) {
    for (const TensorId id : layer.inputs) consume(id, layer.name);
    add(layer.output, layer.name);
  }
  for (const Boundary& output : network.outputs) consume(output.tensor, "output");
  return edges;
}

}  // namespace intloom::quant
