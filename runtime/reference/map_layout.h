// Where channel c of pixel (y, x) of a tensor lies in its row-major integers.
#pragma once

#include <cstdint>

#include "runtime/quant/network.h"

namespace intloom::reference {

struct MapLayout {
  std::int64_t channels = 1, height = 1, width = 1;
  std::int64_t channel_stride = 1, row_stride = 1, pixel_stride = 1;  // in elements

  std::int64_t at(std::int64_t c, std::int64_t y, std::int64_t x) const {
    return c * channel_stride + y * row_stride + x * pixel_stride;
  }
};
MapLayout map_layout(const quant::Tensor& tensor);

// An element as the integer it stands for.
inline std::int32_t integer_value(std::uint8_t byte, bool is_signed) {
  return is_signed ? static_cast<std::int32_t>(static_cast<std::int8_t>(byte)) : static_cast<std::int32_t>(byte);
}
inline bool is_signed(const quant::Tensor& tensor) { return tensor.type == graph::DataType::int8; }

}  // namespace intloom::reference
