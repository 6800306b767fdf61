#include "runtime/quant/whole_map.h"

#include <algorithm>

namespace intloom::quant {
namespace {

constexpr std::int64_t kFewChannels = 8;

// order[i]: where element i of a tensor lies in the input of the relayout layer that makes it, and so on backwards.
void step_back(std::vector<std::int64_t>& order, const graph::Shape& input, const std::vector<int>& perm) {
  if (perm.empty()) return;
  const std::vector<std::int64_t> permuted = permuted_order(input, perm);
  for (std::int64_t& i : order) i = permuted[static_cast<std::size_t>(i)];
}

std::vector<std::int64_t> inverse(const std::vector<std::int64_t>& order) {
  std::vector<std::int64_t> result(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    result[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
  }
  return result;
}

// Row-major indices of a tensor in the order [channels][height][width].
std::vector<std::int64_t> map_order(const MapShape& map, bool channels_last) {
  std::vector<std::int64_t> order;
  order.reserve(static_cast<std::size_t>(map.channels * map.height * map.width));
  const std::int64_t pixels = map.height * map.width;
  for (std::int64_t c = 0; c < map.channels; ++c) {
    for (std::int64_t p = 0; p < pixels; ++p) order.push_back(channels_last ? p * map.channels + c : c * pixels + p);
  }
  return order;
}

}  // namespace

std::optional<FlattenedMap> find_flattened_map(NetworkBuilder& network, TensorId vector) {
  FlattenedMap found;
  std::vector<std::int64_t> order = permuted_order(network.tensor(vector).shape, {});
  TensorId id = vector;
  for (const Layer* layer = network.producer(id); layer != nullptr && layer->op == Op::relayout;
       layer = network.producer(id)) {
    const TensorId input = layer->inputs[0];
    if (!(quantization_of(network.tensor(input)) == quantization_of(network.tensor(vector)))) break;
    step_back(order, network.tensor(input).shape, layer->relayout().perm);
    found.layers.insert(found.layers.begin(), layer->name);
    found.layers.insert(found.layers.begin(), layer->folded.begin(), layer->folded.end());
    id = input;
  }
  if (id == vector) return std::nullopt;
  // A tensor whose channels nobody has placed yet lies as convolutions have it.
  const Axis axis = network.axis(id) == Axis::last ? Axis::last : Axis::first;
  Tensor map = network.tensor(id);
  const int rank = static_cast<int>(map.shape.size());
  map.channel_axis = axis == Axis::last || rank <= 2 ? std::max(rank - 1, 0) : 1;
  const MapShape shape = map_shape(map);
  if (shape.channels < kFewChannels && shape.height * shape.width > 1) return std::nullopt;
  if (map.channel_axis == 1 && rank > 2 && map.shape[0] != 1) return std::nullopt;
  found.map = network.require_axis(id, axis);
  const std::vector<std::int64_t> vector_of = inverse(order);
  for (const std::int64_t i : map_order(shape, rank > 2 && axis == Axis::last)) {
    found.vector_index.push_back(vector_of[static_cast<std::size_t>(i)]);
  }
  return found;
}

}  // namespace intloom::quant
