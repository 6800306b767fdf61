#include "runtime/quant/quantization.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

namespace intloom::quant {

bool operator==(const Quantization& a, const Quantization& b) {
  return a.type == b.type && a.scale == b.scale && a.zero_point == b.zero_point;
}

Quantization quantization_of(const Tensor& tensor) { return {tensor.type, tensor.scale, tensor.zero_point}; }

Bounds compose(const Bounds& first, const Bounds& then) {
  const auto clip = [&](float x) { return std::min(std::max(x, then.lo), then.hi); };
  return {clip(first.lo), clip(first.hi)};
}

bool is_unbounded(const Bounds& bounds) {
  return std::isinf(bounds.lo) && bounds.lo < 0 && std::isinf(bounds.hi) && bounds.hi > 0;
}

Clamp type_range(graph::DataType type) { return type == graph::DataType::uint8 ? Clamp{0, 255} : Clamp{-128, 127}; }

std::int32_t quantize_value(float value, const Quantization& quantization) {
  const Clamp range = type_range(quantization.type);
  const float steps = std::nearbyint(value / quantization.scale);
  // Clamped as floats first: the quotient may be beyond any integer.
  const auto lo = static_cast<float>(range.lo - quantization.zero_point);
  const auto hi = static_cast<float>(range.hi - quantization.zero_point);
  return static_cast<std::int32_t>(std::min(std::max(steps, lo), hi)) + quantization.zero_point;
}

Clamp clamp_of(const Bounds& bounds, const Quantization& quantization) {
  return {quantize_value(bounds.lo, quantization), quantize_value(bounds.hi, quantization)};
}

bool is_exact(const Bounds& bounds, const Quantization& quantization) {
  const Clamp range = type_range(quantization.type);
  const auto real = [&](std::int32_t q) {
    return quantization.scale * static_cast<float>(q - quantization.zero_point);
  };
  const Clamp clamp = clamp_of(bounds, quantization);
  const bool lo_exact = bounds.lo <= real(range.lo) || real(clamp.lo) == bounds.lo;
  const bool hi_exact = bounds.hi >= real(range.hi) || real(clamp.hi) == bounds.hi;
  return lo_exact && hi_exact;
}

std::size_t index_along(const graph::Shape& shape, int axis, std::int64_t i) {
  std::int64_t inner = 1;
  for (std::size_t d = static_cast<std::size_t>(axis) + 1; d < shape.size(); ++d) inner *= shape[d];
  return static_cast<std::size_t>((i / inner) % shape[static_cast<std::size_t>(axis)]);
}

std::vector<float> dequantize(const QuantizedConstant& constant) {
  const graph::TensorData& data = *constant.data;
  std::vector<float> values(static_cast<std::size_t>(data.size()));
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const std::size_t n = constant.scales.size() == 1 ? 0 : index_along(data.shape, constant.axis, i);
    const std::int64_t steps = graph::element_as_int(data, i) - constant.zero_points[n];
    values[static_cast<std::size_t>(i)] = constant.scales[n] * static_cast<float>(steps);
  }
  return values;
}

namespace {

bool all_multiples(const float* values, std::int64_t count, float scale) {
  return std::all_of(values, values + count, [&](float value) {
    const float steps = std::nearbyint(value / scale);
    return std::abs(steps) <= 127 && steps * scale == value;
  });
}

}  // namespace

std::optional<QuantizedConstant> represent_exactly(const graph::TensorData& data) {
  if (data.type != graph::DataType::float32 || data.size() == 0) return std::nullopt;
  const float* values = data.as<float>();
  float largest = 0;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    if (!std::isfinite(values[i])) return std::nullopt;
    largest = std::max(largest, std::abs(values[i]));
  }
  for (int steps = 1; steps <= 127; ++steps) {
    const float scale = largest == 0 ? 1.0F : largest / static_cast<float>(steps);
    if (scale < std::numeric_limits<float>::min() || !all_multiples(values, data.size(), scale)) continue;
    auto integers = std::make_shared<graph::TensorData>(graph::make_tensor(graph::DataType::int8, data.shape));
    for (std::int64_t i = 0; i < data.size(); ++i) {
      integers->as<std::int8_t>()[i] = static_cast<std::int8_t>(std::nearbyint(values[i] / scale));
    }
    return QuantizedConstant{std::move(integers), {scale}, {0}, 0};
  }
  return std::nullopt;
}

std::vector<std::int64_t> permuted_order(const graph::Shape& shape, const std::vector<int>& perm) {
  const std::size_t rank = shape.size();
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * shape[d];
  std::vector<std::int64_t> order(static_cast<std::size_t>(graph::element_count(shape)));
  if (perm.empty()) {
    std::iota(order.begin(), order.end(), std::int64_t{0});
    return order;
  }
  std::vector<std::int64_t> index(rank, 0);
  std::int64_t from = 0;
  for (std::int64_t& entry : order) {
    entry = from;
    for (std::size_t d = rank; d-- > 0;) {
      const auto source = static_cast<std::size_t>(perm[d]);
      from += stride[source];
      if (++index[d] < shape[source]) break;
      from -= stride[source] * shape[source];
      index[d] = 0;
    }
  }
  return order;
}

graph::TensorData relayout(const graph::TensorData& data, const std::vector<int>& perm, const graph::Shape& shape) {
  graph::TensorData result{data.type, shape, data.bytes};
  if (perm.empty()) return result;
  const std::size_t bytes = graph::data_type_bytes(data.type);
  std::size_t to = 0;
  for (const std::int64_t from : permuted_order(data.shape, perm)) {
    std::memcpy(&result.bytes[to], &data.bytes[static_cast<std::size_t>(from) * bytes], bytes);
    to += bytes;
  }
  return result;
}

}  // namespace intloom::quant
