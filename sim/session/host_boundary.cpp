#include "sim/session/host_boundary.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace intloom::sim {

namespace {

std::uint8_t quantize(float value, float scale, std::int32_t zero_point, bool is_signed) {
  const float lo = is_signed ? -128.0F : 0.0F, hi = is_signed ? 127.0F : 255.0F;
  // NaN becomes the zero point's side of the range as ONNX Runtime's clamp leaves it: the lowest value.
  const float rounded = std::nearbyintf(value / scale) + static_cast<float>(zero_point);
  const float clamped = std::isnan(rounded) ? lo : std::clamp(rounded, lo, hi);
  return static_cast<std::uint8_t>(static_cast<int>(clamped));
}

}  // namespace

graph::TensorData slice_inference(const graph::TensorData& data, std::int64_t inference) {
  graph::TensorData slice;
  slice.type = data.type;
  slice.shape = data.shape;
  const std::int64_t batch = data.shape.empty() ? 1 : data.shape[0];
  if (!slice.shape.empty()) slice.shape[0] = 1;
  const std::size_t bytes = data.bytes.size() / static_cast<std::size_t>(std::max<std::int64_t>(batch, 1));
  const auto* first = data.bytes.data() + static_cast<std::size_t>(inference) * bytes;
  slice.bytes.assign(first, first + bytes);
  return slice;
}

reference::IntegerTensor to_integers(const quant::Network& network, const quant::Boundary& boundary,
                                     const graph::TensorData& data, std::int64_t inference) {
  const graph::TensorData slice = slice_inference(data, inference);
  if (slice.type != graph::DataType::float32) return slice.bytes;
  const quant::Tensor& tensor = network.tensor(boundary.tensor);
  reference::IntegerTensor integers(static_cast<std::size_t>(slice.size()));
  const float* values = slice.as<float>();
  const bool is_signed = tensor.type == graph::DataType::int8;
  for (std::size_t i = 0; i < integers.size(); ++i)
    integers[i] = quantize(values[i], tensor.scale, tensor.zero_point, is_signed);
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
