#include "sim/session/host_boundary.h"

#include <algorithm>
#include <cstring>

namespace intloom::sim {

namespace {

// The clamp comes first, without the zero point: rounding changes no integer. Behind 1.5 * 2^23 a float has no fraction
// bits, so that adding it rounds to nearest, ties to even. NaN becomes the lowest value, as ONNX Runtime's clamp leaves
// it.
struct Quantizer {
  float scale, lo, hi;  // lo and hi without the zero point
  int zero_point;

  std::uint8_t operator()(float value) const {
    constexpr float kNoFraction = 12582912.0F;
    const float quotient = value / scale;
    const float above = quotient > lo ? quotient : lo, clamped = above < hi ? above : hi;
    const float rounded = (clamped + kNoFraction) - kNoFraction;
    return static_cast<std::uint8_t>(static_cast<int>(rounded) + zero_point);
  }
};

void quantize(const float* values, std::size_t count, const quant::Tensor& tensor, std::uint8_t* integers) {
  const int bottom = tensor.type == graph::DataType::int8 ? -128 : 0, zero_point = tensor.zero_point;
  const auto lo = static_cast<float>(bottom - zero_point), hi = static_cast<float>(bottom + 255 - zero_point);
  const Quantizer quantizer{tensor.scale, lo, hi, zero_point};
  constexpr std::size_t kBlock = 64;  // a number of values that is known is what compilers vectorize
  std::size_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    std::uint8_t block[kBlock];
    for (std::size_t j = 0; j < kBlock; ++j) block[j] = quantizer(values[i + j]);
    std::memcpy(integers + i, block, kBlock);
  }
  for (; i < count; ++i) integers[i] = quantizer(values[i]);
}

struct Bytes {
  const std::uint8_t* begin;
  std::size_t count;
};

Bytes bytes_of(const graph::TensorData& data, std::int64_t inference) {
  const std::int64_t batch = data.shape.empty() ? 1 : data.shape[0];
  const std::size_t count = data.bytes.size() / static_cast<std::size_t>(std::max<std::int64_t>(batch, 1));
  return {data.bytes.data() + static_cast<std::size_t>(inference) * count, count};
}

}  // namespace

graph::TensorData slice_inference(const graph::TensorData& data, std::int64_t inference) {
  graph::TensorData slice;
  slice.type = data.type;
  slice.shape = data.shape;
  if (!slice.shape.empty()) slice.shape[0] = 1;
  const Bytes bytes = bytes_of(data, inference);
  slice.bytes.assign(bytes.begin, bytes.begin + bytes.count);
  return slice;
}

reference::IntegerTensor to_integers(const quant::Network& network, const quant::Boundary& boundary,
                                     const graph::TensorData& data, std::int64_t inference) {
  const Bytes bytes = bytes_of(data, inference);
  if (data.type != graph::DataType::float32) return reference::IntegerTensor(bytes.begin, bytes.begin + bytes.count);
  reference::IntegerTensor integers(bytes.count / sizeof(float));
  quantize(data.as<float>() + static_cast<std::size_t>(inference) * integers.size(), integers.size(),
           network.tensor(boundary.tensor), integers.data());
  return integers;
}

void append_output(const quant::Network& network, const quant::Boundary& boundary,
                   const reference::IntegerTensor& integers, graph::TensorData& data) {
  if (boundary.type != graph::DataType::float32) {
    data.bytes.insert(data.bytes.end(), integers.begin(), integers.end());
    return;
  }
  const quant::Tensor& tensor = network.tensor(boundary.tensor);
  const std::size_t old_size = data.bytes.size();
  data.bytes.resize(old_size + integers.size() * sizeof(float));
  std::vector<float> values(integers.size());
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const int q = tensor.type == graph::DataType::int8 ? static_cast<std::int8_t>(integers[i]) : integers[i];
    values[i] = tensor.scale * static_cast<float>(q - tensor.zero_point);
  }
  std::memcpy(data.bytes.data() + old_size, values.data(), values.size() * sizeof(float));
}

}  // namespace intloom::sim
