// BatchNormalization (inference) and Softmax.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/reference/float_operators.h"

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

}  // namespace

void add_normalization_operators(OperatorTable& table) {
  table["BatchNormalization"] = batch_normalize;
  table["Softmax"] = softmax;
}

}  // namespace intloom::reference
