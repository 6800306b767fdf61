// BatchNormalization (inference), LayerNormalization and Softmax.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "runtime/reference/float_operators.h"
#include "runtime/reference/float_pick.h"

namespace intloom::reference {
namespace {

// y = (x - mean) / sqrt(variance + epsilon) * scale + bias, a channel each.
Value batch_normalize(const NodeCall& call) {
  const Value& x = call.input(0);
  if (call.node.int_attribute("training_mode", 0) != 0) call.fail("training_mode must be 0");
  if (x.shape.size() < 2) call.fail(fmt::format("input {} has no channels", graph::to_string(x.shape)));
  const std::int64_t channels = x.shape[1];
  for (std::size_t i = 1; i <= 4; ++i) {
    if (call.input(i).size() != channels) {
      call.fail(fmt::format("input {} has {} elements for {} channels", i, call.input(i).size(), channels));
    }
  }
  const float epsilon = call.node.float_attribute("epsilon", 1e-5F);
  const std::int64_t pixels = extent_product(x.shape, 2, x.shape.size());
  std::vector<float> y(x.data->size());
  for (std::int64_t plane = 0; plane < x.shape[0] * channels; ++plane) {
    const std::int64_t c = plane % channels;
    const float scale = call.input(1).begin()[c] / std::sqrt(call.input(4).begin()[c] + epsilon);
    const float bias = call.input(2).begin()[c] - call.input(3).begin()[c] * scale;
    const float* from = x.begin() + plane * pixels;
    float* to = y.data() + plane * pixels;
    for (std::int64_t i = 0; i < pixels; ++i) to[i] = from[i] * scale + bias;
  }
  return make_value(x.type, x.shape, std::move(y));
}

// Over `count` elements `stride` apart.
void softmax_line(const float* x, float* y, std::int64_t count, std::int64_t stride) {
  float largest = x[0];
  for (std::int64_t i = 1; i < count; ++i) largest = std::max(largest, x[i * stride]);
  float sum = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    y[i * stride] = std::exp(x[i * stride] - largest);
    sum += y[i * stride];
  }
  for (std::int64_t i = 0; i < count; ++i) y[i * stride] /= sum;
}

// Scale or bias of LayerNormalization for each element of a line.
Value expanded_line(const NodeCall& call, std::size_t input, const graph::Shape& line) {
  const Value& given = call.input(input);
  if (broadcast_shape(call, given.shape, line) != line) {
    call.fail(fmt::format("input {} ({}) does not broadcast to the normalized dimensions {}", input,
                          graph::to_string(given.shape), graph::to_string(line)));
  }
  return expanded(given, line);
}

// Outputs: the normalized tensor, and of each line its mean and 1 / standard deviation, of extent 1 in its dimensions.
std::vector<Value> layer_normalize(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::size_t axis = resolve_axis(call, call.node.int_attribute("axis", -1), x.shape.size());
  const float epsilon = call.node.float_attribute("epsilon", 1e-5F);
  const std::int64_t lines = extent_product(x.shape, 0, axis);
  const std::int64_t length = extent_product(x.shape, axis, x.shape.size());
  const graph::Shape line_shape(x.shape.begin() + static_cast<std::ptrdiff_t>(axis), x.shape.end());
  const Value scale = expanded_line(call, 1, line_shape);
  const Value bias = call.has(2) ? expanded_line(call, 2, line_shape)
                                 : make_value(x.type, line_shape, std::vector<float>(scale.data->size(), 0.0F));
  std::vector<float> y(x.data->size());
  std::vector<float> means, inverses;
  for (std::int64_t line = 0; line < lines; ++line) {
    const Eigen::Map<const Eigen::ArrayXf> from(x.begin() + line * length, length);
    const float mean = from.mean();
    const float inverse = 1.0F / std::sqrt((from - mean).square().mean() + epsilon);
    Eigen::Map<Eigen::ArrayXf>(y.data() + line * length, length) =
        (from - mean) * inverse * Eigen::Map<const Eigen::ArrayXf>(scale.begin(), length) +
        Eigen::Map<const Eigen::ArrayXf>(bias.begin(), length);
    means.push_back(mean);
    inverses.push_back(inverse);
  }
  graph::Shape reduced = x.shape;
  std::fill(reduced.begin() + static_cast<std::ptrdiff_t>(axis), reduced.end(), 1);
  return {make_value(x.type, x.shape, std::move(y)), make_value(x.type, reduced, std::move(means)),
          make_value(x.type, reduced, std::move(inverses))};
}

}  // namespace

// Before opset 13 over all dimensions from `axis` on, since then over that one.
Value softmax(const NodeCall& call) {
  const Value& x = call.input(0);
  const bool flattens = call.opset < 13;
  const std::size_t axis = resolve_axis(call, call.node.int_attribute("axis", flattens ? 1 : -1), x.shape.size());
  const std::int64_t count = flattens ? extent_product(x.shape, axis, x.shape.size()) : x.shape[axis];
  const std::int64_t stride = flattens ? 1 : extent_product(x.shape, axis + 1, x.shape.size());
  std::vector<float> y(x.data->size());
  for (std::int64_t outer = 0; outer < extent_product(x.shape, 0, axis) && count > 0; ++outer) {
    for (std::int64_t inner = 0; inner < stride; ++inner) {
      const std::int64_t offset = outer * count * stride + inner;
      softmax_line(x.begin() + offset, y.data() + offset, count, stride);
    }
  }
  return make_value(x.type, x.shape, std::move(y));
}

void add_normalization_operators(OperatorTable& table) {
  table["BatchNormalization"] = batch_normalize;
  table["LayerNormalization"] = layer_normalize;
  table["Softmax"] = softmax;
}

}  // namespace intloom::reference
