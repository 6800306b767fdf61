// Gemm and MatMul with constant weights: 1x1 convolutions, or one whose kernel is the whole map.
#include <algorithm>

#include "runtime/quant/operators.h"
#include "runtime/quant/weighted_operators.h"
#include "runtime/quant/whole_map.h"

namespace intloom::quant {
namespace {

// ordered[n][i] = weights[k(i)][n]; k(i) = i where `order` is empty.
template <class Byte>
std::vector<std::int16_t> order_weights(const Byte* weights, bool transposed, std::int64_t channels,
                                        std::int64_t outputs, const std::vector<std::int64_t>& order) {
  if (transposed && order.empty()) return {weights, weights + channels * outputs};
  std::vector<std::int16_t> ordered;
  ordered.reserve(static_cast<std::size_t>(channels * outputs));
  const std::int64_t n_stride = transposed ? channels : 1;
  const std::int64_t k_stride = transposed ? 1 : outputs;
  for (std::int64_t n = 0; n < outputs; ++n) {
    for (std::int64_t i = 0; i < channels; ++i) {
      const std::int64_t k = order.empty() ? i : order[static_cast<std::size_t>(i)];
      ordered.push_back(weights[n * n_stride + k * k_stride]);
    }
  }
  return ordered;
}

std::vector<std::int16_t> order_weights(const graph::TensorData& data, bool transposed, std::int64_t channels,
                                        std::int64_t outputs, const std::vector<std::int64_t>& order) {
  if (data.type == graph::DataType::int8) {
    return order_weights(data.as<std::int8_t>(), transposed, channels, outputs, order);
  }
  return order_weights(data.as<std::uint8_t>(), transposed, channels, outputs, order);
}

// Leading dimensions of 1 mean nothing for a matrix.
void check_matrix(const graph::Node& node, const graph::Tensor& weights) {
  if (weights.shape.size() == 2) return;
  fail(node, "its weights '{}' have shape {}; supported is a constant matrix of rank 2", weights.name,
       graph::to_string(weights.shape));
}

}  // namespace

WeightedValue::Recipe matrix_recipe(Lowering& lowering, const graph::Node& node, TensorId x, Weights weights,
                                    bool transposed) {
  NetworkBuilder& network = lowering.network();
  const graph::Shape shape = network.tensor(x).shape;
  const graph::Shape& w = weights.constant->data->shape;
  const std::int64_t channels = w[transposed ? 1 : 0];
  if (shape.empty() || shape.back() != channels) {
    fail(node, "input of shape {} does not fit weights of shape {}", graph::to_string(shape), graph::to_string(w));
  }
  WeightedValue::Recipe recipe;
  recipe.input_scale = network.tensor(x).scale;
  recipe.output = {lowering.output_tensor(node).shape, Axis::last, -1};
  recipe.shape.channels = channels;
  std::vector<std::int64_t> order;
  const bool is_vector = graph::element_count(shape) == channels;
  std::optional<FlattenedMap> flattened = is_vector ? find_flattened_map(network, x) : std::nullopt;
  if (flattened) {
    const Tensor& tensor = network.tensor(flattened->map);
    const bool last = network.axis(flattened->map) == Axis::last;
    Tensor placed = tensor;
    placed.channel_axis = last ? std::max(static_cast<int>(tensor.shape.size()) - 1, 0) : 1;
    const MapShape map = map_shape(placed);
    recipe.input = flattened->map;
    recipe.shape.channels = map.channels;
    recipe.shape.window.kernel_h = map.height;
    recipe.shape.window.kernel_w = map.width;
    recipe.folded = std::move(flattened->layers);
    const auto& index = flattened->vector_index;
    if (!std::is_sorted(index.begin(), index.end())) order = index;
  } else {
    recipe.input = network.require_axis(x, Axis::last);
  }
  recipe.weights = std::move(weights);
  recipe.ordered_weights = [data = recipe.weights.constant->data, transposed, channels,
                            outputs = recipe.weights.output_channels, order = std::move(order)] {
    return order_weights(*data, transposed, channels, outputs, order);
  };
  return recipe;
}

void lower_gemm(Lowering& lowering, const graph::Node& node) {
  if (node.int_attribute("transA", 0) != 0) {
    fail(node, "transA = 1 is not supported. Remedy: a Transpose in front of it");
  }
  check_matrix(node, lowering.input_tensor(node, 1));
  const TensorId x = lowering.dequantized_input(node, 0);
  const bool transposed = node.int_attribute("transB", 0) != 0;
  WeightedValue::Recipe recipe =
      matrix_recipe(lowering, node, x, read_weights(lowering, node, 1, transposed ? 0 : 1), transposed);
  recipe.input_scale = node.float_attribute("alpha", 1) * recipe.input_scale;
  if (!(recipe.input_scale > 0)) fail(node, "alpha is {}; it must be greater than 0", node.float_attribute("alpha", 1));
  const float beta = node.float_attribute("beta", 1);
  if (Lowering::has_input(node, 2) && beta != 0) {
    recipe.bias =
        read_bias(node, lowering.input(node, 2), lowering.input_tensor(node, 2).name,
                  product_scales(recipe.input_scale, recipe.weights.scales), recipe.weights.output_channels, beta);
  }
  lowering.set_output(node,
                      std::make_shared<WeightedValue>(lowering.output_tensor(node).name, node, std::move(recipe)));
}

void lower_matmul(Lowering& lowering, const graph::Node& node) {
  const auto is_activation = [&](std::size_t i) {
    const Value& value = lowering.input(node, i);
    return !std::holds_alternative<ConstantPtr>(value) && !std::holds_alternative<QuantizedConstantPtr>(value);
  };
  if (!is_activation(0)) fail(node, "its first operand is constant; only constant weights on the right are supported");
  if (is_activation(1)) {
    fail(node, "it multiplies two activations ('{}' and '{}'); only constant weights on the right are supported",
         lowering.input_tensor(node, 0).name, lowering.input_tensor(node, 1).name);
  }
  check_matrix(node, lowering.input_tensor(node, 1));
  const TensorId x = lowering.dequantized_input(node, 0);
  WeightedValue::Recipe recipe = matrix_recipe(lowering, node, x, read_weights(lowering, node, 1, 1), false);
  lowering.set_output(node,
                      std::make_shared<WeightedValue>(lowering.output_tensor(node).name, node, std::move(recipe)));
}

}  // namespace intloom::quant
