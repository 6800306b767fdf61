// The last step of NetworkBuilder: channel axes settled, unread layers dropped, tensors renumbered.
#include <fmt/format.h>

#include <algorithm>

#include "runtime/quant/network_builder.h"

namespace intloom::quant {
namespace {

constexpr TensorId kDropped = -1;

// Layers from which an output of the network can be reached; reading backwards, consumers come before producers.
std::vector<bool> read_tensors(const Network& network) {
  std::vector<bool> read(network.tensors.size(), false);
  for (const Boundary& output : network.outputs) read[static_cast<std::size_t>(output.tensor)] = true;
  for (auto layer = network.layers.rbegin(); layer != network.layers.rend(); ++layer) {
    if (!read[static_cast<std::size_t>(layer->output)]) continue;
    for (const TensorId input : layer->inputs) read[static_cast<std::size_t>(input)] = true;
  }
  return read;
}

void check_shape(const Tensor& tensor) {
  if (graph::element_count(tensor.shape) == 0)
    throw graph::ModelError(
        fmt::format("tensor '{}' has shape {}: it has no elements", tensor.name, graph::to_string(tensor.shape)));
  if (tensor.shape.size() < 3 || tensor.channel_axis != 1 || tensor.shape[0] == 1) return;
  throw graph::ModelError(fmt::format(
      "tensor '{}' has shape {}: dimension 0 is the batch and must be 1 where an operator works on channels x height x "
      "width; keep the batch in front in Reshape and Transpose",
      tensor.name, graph::to_string(tensor.shape)));
}

}  // namespace

void NetworkBuilder::settle_axes() {
  // A leading dimension other than 1 has room only among the pixels.
  for (std::size_t i = 0; i < network_.tensors.size(); ++i) {
    const graph::Shape& shape = network_.tensors[i].shape;
    if (shape.size() > 2 && shape[0] != 1 && axes_.axis(i) == Axis::undecided) axes_.decide(i, Axis::last);
  }
  for (std::size_t i = 0; i < network_.tensors.size(); ++i) {
    Tensor& tensor = network_.tensors[i];
    const int last = std::max(static_cast<int>(tensor.shape.size()) - 1, 0);
    tensor.channel_axis = tensor.shape.size() <= 2 || axes_.axis(i) == Axis::last ? last : 1;
  }
}

void NetworkBuilder::keep_what_is_read() {
  const std::vector<bool> read = read_tensors(network_);
  std::vector<TensorId> renumbered(network_.tensors.size(), kDropped);
  std::vector<Tensor> tensors;
  for (std::size_t i = 0; i < network_.tensors.size(); ++i) {
    if (!read[i]) continue;
    renumbered[i] = static_cast<TensorId>(tensors.size());
    tensors.push_back(std::move(network_.tensors[i]));
  }
  network_.tensors = std::move(tensors);
  const auto renumber = [&](TensorId& id) { id = renumbered[static_cast<std::size_t>(id)]; };
  std::vector<Layer> layers;
  for (Layer& layer : network_.layers) {
    renumber(layer.output);
    if (layer.output == kDropped) continue;
    for (TensorId& input : layer.inputs) renumber(input);
    layers.push_back(std::move(layer));
  }
  network_.layers = std::move(layers);
  for (Boundary& input : network_.inputs) renumber(input.tensor);
  for (Boundary& output : network_.outputs) renumber(output.tensor);
  const auto dropped = [](const Boundary& boundary) { return boundary.tensor == kDropped; };
  network_.inputs.erase(std::remove_if(network_.inputs.begin(), network_.inputs.end(), dropped), network_.inputs.end());
}

Network NetworkBuilder::finish(const graph::Graph& graph, std::int64_t quantize_nodes, std::int64_t dequantize_nodes) {
  network_.name = graph.name;
  network_.folded_quantize_nodes = quantize_nodes;
  network_.folded_dequantize_nodes = dequantize_nodes;
  settle_axes();
  keep_what_is_read();
  for (const Tensor& tensor : network_.tensors) check_shape(tensor);
  const auto position = [&](const Boundary& boundary) {
    return std::find_if(graph.inputs.begin(), graph.inputs.end(),
                        [&](graph::TensorId id) { return graph.tensor(id).name == boundary.name; });
  };
  std::stable_sort(network_.inputs.begin(), network_.inputs.end(),
                   [&](const Boundary& a, const Boundary& b) { return position(a) < position(b); });
  return std::move(network_);
}

}  // namespace intloom::quant
