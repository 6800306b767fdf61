// One axis of a window: which input positions its taps read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace intloom::kernels {

struct AxisGeometry {
  std::int64_t outputs, kernel, stride, dilation, pad, extent;

  // Input position of tap k of output o; outside of [0, extent) it is padding.
  std::int64_t position(std::int64_t o, std::int64_t k) const { return o * stride + k * dilation - pad; }
  bool inside(std::int64_t position_) const { return position_ >= 0 && position_ < extent; }
};

// The distinct ones of `positions`, ascending; each position's index among them is written to `index`.
std::vector<std::int64_t> number_positions(const std::vector<std::int64_t>& positions,
                                           std::vector<std::uint32_t>& index);

struct WindowAxis {
  explicit WindowAxis(const AxisGeometry& geometry);

  std::vector<std::int64_t> used;    // input positions that some tap reads, ascending, padding left out
  std::vector<std::uint32_t> index;  // [kernel][outputs]: which of `used`; used.size() for padding
};

}  // namespace intloom::kernels
