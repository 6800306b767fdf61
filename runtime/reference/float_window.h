// The sliding window of Conv and of the pools on one or two spatial axes; one axis counts as the width, height is 1.
#pragma once

#include <cstdint>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {

// One axis: output o and tap k read input o*stride + k*dilation - pad_begin.
struct WindowAxis {
  std::int64_t in = 1, out = 1, kernel = 1, stride = 1, dilation = 1, pad_begin = 0, pad_end = 0;

  // Taps [first, last) of output o that lie in [-below, in + above) of the input.
  struct Taps {
    std::int64_t first = 0, last = 0;
    std::int64_t count() const { return last > first ? last - first : 0; }
  };
  Taps taps(std::int64_t o, std::int64_t below = 0, std::int64_t above = 0) const;
  // Outputs [first, last) whose tap k lies inside the input.
  Taps outputs(std::int64_t k) const;
};

struct FloatWindow {
  WindowAxis height, width;
  graph::Shape output_shape(const Value& x, std::int64_t channels) const;  // of x's rank
};

// From kernel_shape (or `kernel` where the attribute is absent), strides, dilations, pads, auto_pad and ceil_mode for
// an input [N, C, width] or [N, C, height, width]; ModelError otherwise.
FloatWindow resolve_window(const NodeCall& call, const Value& x, const graph::Shape& kernel);

}  // namespace intloom::reference
