// The arithmetic of QuantizeLinear at compile time: float32 division, ties to even, saturation, as ONNX Runtime does.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"

namespace intloom::quant {

// real = scale * (integer - zero_point)
struct Quantization {
  graph::DataType type = graph::DataType::int8;  // int8 or uint8
  float scale = 1;
  std::int32_t zero_point = 0;
};
bool operator==(const Quantization& a, const Quantization& b);
Quantization quantization_of(const Tensor& tensor);

// A clip of float values: y = min(max(x, lo), hi), lo <= hi.
struct Bounds {
  float lo = -std::numeric_limits<float>::infinity();
  float hi = std::numeric_limits<float>::infinity();
};
Bounds compose(const Bounds& first, const Bounds& then);
bool is_unbounded(const Bounds& bounds);

Clamp type_range(graph::DataType type);  // -128..127 or 0..255

// saturate(rne(f32(value / scale)) + zero_point)
std::int32_t quantize_value(float value, const Quantization& quantization);

// The integers that a clip of floats allows: quantization is monotonic, so clipping before it and after it are the
// same.
Clamp clamp_of(const Bounds& bounds, const Quantization& quantization);

// True where clipping the integers of a tensor gives integers that stand for the clipped floats without loss.
bool is_exact(const Bounds& bounds, const Quantization& quantization);

// A constant behind a DequantizeLinear: integers with one scale, or one for each index of `axis`.
struct QuantizedConstant {
  std::shared_ptr<const graph::TensorData> data;
  std::vector<float> scales;
  std::vector<std::int32_t> zero_points;  // as many as scales
  int axis = 0;
};
std::vector<float> dequantize(const QuantizedConstant& constant);

// For the element `i` (row major) of `shape`: its index along `axis`.
std::size_t index_along(const graph::Shape& shape, int axis, std::int64_t i);

// int8 with zero point 0, when every value is exactly a multiple of one scale.
std::optional<QuantizedConstant> represent_exactly(const graph::TensorData& data);

// Element order of a constant: permute (identity when empty), then reshape.
graph::TensorData relayout(const graph::TensorData& data, const std::vector<int>& perm, const graph::Shape& shape);

// For each element of the permuted tensor (row major), the row-major index in `shape` that it comes from.
std::vector<std::int64_t> permuted_order(const graph::Shape& shape, const std::vector<int>& perm);

}  // namespace intloom::quant
