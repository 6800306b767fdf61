// MaxPool, AveragePool, GlobalAveragePool.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "runtime/reference/float_operators.h"
#include "runtime/reference/float_window.h"

namespace intloom::reference {
namespace {

FloatWindow pool_window(const NodeCall& call) {
  const graph::Shape kernel = call.node.ints_attribute("kernel_shape", {});
  if (kernel.empty()) call.fail("attribute kernel_shape is missing");
  return resolve_window(call, call.input(0), kernel);
}

// reduce(plane of the input, oy, ox) of each output element.
template <class Reduce>
Value pool(const NodeCall& call, const FloatWindow& window, Reduce reduce) {
  const Value& x = call.input(0);
  const std::int64_t planes = x.shape[0] * x.shape[1];
  const std::int64_t in_pixels = window.height.in * window.width.in;
  std::vector<float> y;
  y.reserve(static_cast<std::size_t>(planes * window.height.out * window.width.out));
  for (std::int64_t plane = 0; plane < planes; ++plane) {
    const float* values = x.begin() + plane * in_pixels;
    for (std::int64_t oy = 0; oy < window.height.out; ++oy) {
      for (std::int64_t ox = 0; ox < window.width.out; ++ox) y.push_back(reduce(values, oy, ox));
    }
  }
  return make_value(x.type, window.output_shape(x, x.shape[1]), std::move(y));
}

// visit(value) of each tap of output (oy, ox) that lies on the input.
template <class Visit>
void for_each_tap(const FloatWindow& window, const float* plane, std::int64_t oy, std::int64_t ox, Visit visit) {
  const WindowAxis::Taps rows = window.height.taps(oy);
  const WindowAxis::Taps columns = window.width.taps(ox);
  for (std::int64_t ky = rows.first; ky < rows.last; ++ky) {
    const std::int64_t y = oy * window.height.stride + ky * window.height.dilation - window.height.pad_begin;
    for (std::int64_t kx = columns.first; kx < columns.last; ++kx) {
      const std::int64_t x = ox * window.width.stride + kx * window.width.dilation - window.width.pad_begin;
      visit(plane[y * window.width.in + x]);
    }
  }
}

Value max_pool(const NodeCall& call) {
  const FloatWindow window = pool_window(call);
  if (call.node.int_attribute("storage_order", 0) != 0) call.fail("storage_order must be 0");
  return pool(call, window, [&](const float* plane, std::int64_t oy, std::int64_t ox) {
    float largest = -std::numeric_limits<float>::infinity();
    for_each_tap(window, plane, oy, ox, [&](float value) { largest = std::max(largest, value); });
    return largest;
  });
}

// reduce(plane, pixels) of each channel of the input.
template <class Reduce>
Value pool_planes(const NodeCall& call, Reduce reduce) {
  const Value& x = call.input(0);
  if (x.shape.size() < 2) call.fail(fmt::format("input {} has no spatial axes", graph::to_string(x.shape)));
  const std::int64_t planes = x.shape[0] * x.shape[1];
  const std::int64_t pixels = planes == 0 ? 0 : x.size() / planes;
  std::vector<float> y;
  for (std::int64_t plane = 0; plane < planes; ++plane) y.push_back(reduce(x.begin() + plane * pixels, pixels));
  graph::Shape shape(x.shape.size(), 1);
  shape[0] = x.shape[0];
  shape[1] = x.shape[1];
  return make_value(x.type, std::move(shape), std::move(y));
}

Value global_max_pool(const NodeCall& call) {
  return pool_planes(call, [](const float* plane, std::int64_t pixels) {
    float largest = -std::numeric_limits<float>::infinity();
    for (std::int64_t i = 0; i < pixels; ++i) largest = std::max(largest, plane[i]);
    return largest;
  });
}

}  // namespace

Value average_pool(const NodeCall& call) {
  const FloatWindow window = pool_window(call);
  const bool count_padding = call.node.int_attribute("count_include_pad", 0) != 0;
  const auto counted = [&](const WindowAxis& axis, std::int64_t o) {
    return (count_padding ? axis.taps(o, axis.pad_begin, axis.pad_end) : axis.taps(o)).count();
  };
  return pool(call, window, [&](const float* plane, std::int64_t oy, std::int64_t ox) {
    float sum = 0;
    for_each_tap(window, plane, oy, ox, [&](float value) { sum += value; });
    const std::int64_t count = counted(window.height, oy) * counted(window.width, ox);
    return sum / static_cast<float>(std::max<std::int64_t>(1, count));
  });
}

Value global_average_pool(const NodeCall& call) {
  return pool_planes(call, [](const float* plane, std::int64_t pixels) {
    double sum = 0;
    for (std::int64_t i = 0; i < pixels; ++i) sum += static_cast<double>(plane[i]);
    return static_cast<float>(sum / static_cast<double>(pixels));
  });
}

void add_pooling_operators(OperatorTable& table) {
  table["MaxPool"] = max_pool;
  table["AveragePool"] = average_pool;
  table["GlobalMaxPool"] = global_max_pool;
  table["GlobalAveragePool"] = global_average_pool;
}

}  // namespace intloom::reference
