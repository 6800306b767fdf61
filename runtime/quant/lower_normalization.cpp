// BatchNormalization with constants: y = a*x + b for each channel, a depthwise convolution of one pixel.
#include <algorithm>
#include <cmath>

#include "runtime/quant/operators.h"
#include "runtime/quant/weighted_value.h"
#include "runtime/quant/window.h"

namespace intloom::quant {
namespace {

std::vector<float> constant_floats(const Lowering& lowering, const graph::Node& node, std::size_t i, const char* what,
                                   std::size_t count) {
  std::vector<float> values;
  if (const auto* quantized = std::get_if<QuantizedConstantPtr>(&lowering.input(node, i))) {
    values = dequantize(**quantized);
  } else {
    const graph::TensorData& data = lowering.constant_input(node, i, what);
    for (std::int64_t n = 0; n < data.size(); ++n)
      values.push_back(static_cast<float>(graph::element_as_double(data, n)));
  }
  if (values.size() != count) fail(node, "its {} has {} elements, its input {} channels", what, values.size(), count);
  return values;
}

constexpr int kWeight = 127;  // of a channel: a fine scale, so that the bias is rounded finely
constexpr double kMostBias = 1 << 30;

}  // namespace

void lower_batch_normalization(Lowering& lowering, const graph::Node& node) {
  if (node.int_attribute("training_mode", 0) != 0)
    fail(node, "it is in training mode. Remedy: export in evaluation mode");
  for (std::size_t i = 1; i < node.outputs.size(); ++i)
    if (Lowering::has_output(node, i))
      fail(node, "it has further outputs, as in training. Remedy: export in evaluation mode");
  const TensorId input = lowering.dequantized_input(node, 0);
  const graph::Shape shape = lowering.network().tensor(input).shape;
  check_map_rank(node, shape);
  const auto channels = static_cast<std::size_t>(shape[1]);
  const std::vector<float> gamma = constant_floats(lowering, node, 1, "scale", channels);
  const std::vector<float> beta = constant_floats(lowering, node, 2, "bias", channels);
  const std::vector<float> mean = constant_floats(lowering, node, 3, "mean", channels);
  const std::vector<float> variance = constant_floats(lowering, node, 4, "variance", channels);
  const float epsilon = node.float_attribute("epsilon", 1e-5F), scale = lowering.network().tensor(input).scale;
  graph::Shape kernel(shape.size(), 1);
  kernel[0] = shape[1];
  graph::TensorData data = graph::make_tensor(graph::DataType::int8, kernel);
  QuantizedConstant weights;
  WeightedValue::Recipe recipe;
  for (std::size_t c = 0; c < channels; ++c) {
    const double a = static_cast<double>(gamma[c]) / std::sqrt(static_cast<double>(variance[c] + epsilon));
    const double b = static_cast<double>(beta[c]) - static_cast<double>(mean[c]) * a;
    if (!std::isfinite(a) || !std::isfinite(b)) fail(node, "channel {} is scaled by {} and shifted by {}", c, a, b);
    const double least = std::max(std::abs(b) / kMostBias, 1e-30) / static_cast<double>(scale);
    const double step = std::max(std::abs(a) / kWeight, least);
    data.as<std::int8_t>()[c] = static_cast<std::int8_t>(std::lrint(a / step));
    weights.scales.push_back(static_cast<float>(step));
    weights.zero_points.push_back(0);
    const double product = static_cast<double>(scale * weights.scales[c]);
    if (!(product > 0) || !std::isfinite(product)) fail(node, "channel {} is scaled by {}", c, product);
    recipe.bias.push_back(
        static_cast<std::int32_t>(std::clamp(std::nearbyint(b / product), -2 * kMostBias, 2 * kMostBias - 1)));
  }
  weights.data = std::make_shared<const graph::TensorData>(std::move(data));
  const auto constant = std::make_shared<const QuantizedConstant>(std::move(weights));
  recipe.input = lowering.network().require_axis(input, Axis::first);
  recipe.input_scale = scale;
  recipe.weights = {constant, constant->scales, 0, shape[1], 0};
  recipe.ordered_weights = [constant] {
    const auto* values = constant->data->as<std::int8_t>();
    return std::vector<std::int16_t>(values, values + constant->data->size());
  };
  recipe.shape.channels = recipe.shape.groups = shape[1];
  recipe.output = {shape, Axis::first, -1};
  lowering.set_output(node,
                      std::make_shared<WeightedValue>(lowering.output_tensor(node).name, node, std::move(recipe)));
}

}  // namespace intloom::quant
