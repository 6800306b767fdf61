#include "tests/golden/integer_network.h"

#include <algorithm>
#include <cmath>

namespace intloom::golden {

reference::IntegerTensor boundary_input(const quant::Network& network, const quant::Boundary& boundary,
                                        const graph::TensorData& data, std::int64_t index) {
  const quant::Tensor& tensor = network.tensor(boundary.tensor);
  const std::int64_t elements = graph::element_count(tensor.shape);
  reference::IntegerTensor integers(static_cast<std::size_t>(elements));
  for (std::int64_t i = 0; i < elements; ++i) {
    const std::int64_t at = index * elements + i;
    if (data.type != graph::DataType::float32) {
      integers[static_cast<std::size_t>(i)] = data.bytes[static_cast<std::size_t>(at)];
      continue;
    }
    const float lowest = tensor.type == graph::DataType::int8 ? -128.0F : 0.0F;
    const float quotient = std::nearbyint(data.as<float>()[at] / tensor.scale) + static_cast<float>(tensor.zero_point);
    integers[static_cast<std::size_t>(i)] =
        static_cast<std::uint8_t>(static_cast<int>(std::clamp(quotient, lowest, lowest + 255)));
  }
  return integers;
}

std::vector<float> boundary_output(const quant::Network& network, const quant::Boundary& boundary,
                                   const reference::IntegerTensor& integers) {
  const quant::Tensor& tensor = network.tensor(boundary.tensor);
  std::vector<float> values;
  for (const std::uint8_t byte : integers) {
    const int q = tensor.type == graph::DataType::int8 ? static_cast<std::int8_t>(byte) : byte;
    const bool is_float = boundary.type == graph::DataType::float32;
    values.push_back(is_float ? tensor.scale * static_cast<float>(q - tensor.zero_point) : static_cast<float>(q));
  }
  return values;
}

}  // namespace intloom::golden
