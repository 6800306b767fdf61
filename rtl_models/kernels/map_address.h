// Where the words of a feature map lie.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"

namespace intloom::kernels {

// Of block `block` of pixel (y, x), in the activation scratchpad. Pitches of 0 broadcast.
constexpr std::uint32_t pixel_offset(const isa::MapRegion& map, std::uint32_t block, std::uint32_t y, std::uint32_t x) {
  return map.address + block * map.block_pitch + y * map.row_pitch + x * map.pixel_pitch;
}

}  // namespace intloom::kernels
