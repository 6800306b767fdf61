// Operands of one convolution as the integer oracle sums them: zero points subtracted, padding filled in, channels
// innermost.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/reference/integer_layers.h"
#include "runtime/reference/map_layout.h"

namespace intloom::reference {

// x [row][pixel][channel] with its padding, as many rows and pixels as the windows of the output reach.
// w [N][kernel_h][kernel_w][channels/groups]; depthwise (one input channel a group) [kernel_h][kernel_w][N], and x then
// has N channels.
//
// Zero point `operand`: x - zx and padding 0. `folded`: x and padding zx, with -zx*sum(w) in the bias.
struct ConvolutionOperands {
  const quant::ConvParameters& parameters;
  MapLayout out;
  bool depthwise = false;
  std::int64_t x_channels = 1, x_width = 1;
  std::int64_t group_channels = 1, group_outputs = 1;
  std::vector<std::int16_t> x{};
  std::vector<std::int16_t> w{};
  std::vector<std::int64_t> bias{};            // N
  std::vector<std::int64_t> magnitude_sums{};  // N: sum of |w|
  std::int64_t largest_x = 0;                  // |x| of any input whatever

  // Input of tap (ky, kx) of output (oy, ox), its first channel.
  const std::int16_t* tap(std::int64_t oy, std::int64_t ox, std::int64_t ky, std::int64_t kx) const {
    const quant::WindowParameters& window = parameters.window;
    const std::int64_t row = oy * window.stride_h + ky * window.dilation_h;
    const std::int64_t pixel = ox * window.stride_w + kx * window.dilation_w;
    return x.data() + (row * x_width + pixel) * x_channels;
  }
  // Weights of output n at tap (ky, kx): group_channels of them, or the N of all outputs where depthwise (n = 0).
  const std::int16_t* weights(std::int64_t n, std::int64_t ky, std::int64_t kx) const {
    const quant::WindowParameters& window = parameters.window;
    return w.data() + ((n * window.kernel_h + ky) * window.kernel_w + kx) *
                          (depthwise ? parameters.output_channels : group_channels);
  }
};

ConvolutionOperands make_operands(const LayerContext& context);

}  // namespace intloom::reference
