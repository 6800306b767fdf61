#include "runtime/reference/convolution_operands.h"

#include <algorithm>
#include <cstdlib>

namespace intloom::reference {
namespace {

void fill_weights(ConvolutionOperands& operands) {
  const quant::ConvParameters& p = operands.parameters;
  const std::int64_t taps = p.window.kernel_h * p.window.kernel_w;
  operands.w.resize(static_cast<std::size_t>(p.output_channels * taps * operands.group_channels));
  operands.magnitude_sums.assign(static_cast<std::size_t>(p.output_channels), 0);
  std::size_t from = 0;
  for (std::int64_t n = 0; n < p.output_channels; ++n) {
    for (std::int64_t c = 0; c < operands.group_channels; ++c) {
      for (std::int64_t tap = 0; tap < taps; ++tap, ++from) {
        const std::int64_t to =
            operands.depthwise ? tap * p.output_channels + n : (n * taps + tap) * operands.group_channels + c;
        const int weight = p.weights[from] - p.weight_zero_point;
        operands.w[static_cast<std::size_t>(to)] = static_cast<std::int16_t>(weight);
        operands.magnitude_sums[static_cast<std::size_t>(n)] += std::abs(weight);
      }
    }
  }
}

void fill_bias(ConvolutionOperands& operands, bool folded, std::int64_t zx) {
  const quant::ConvParameters& p = operands.parameters;
  operands.bias.assign(p.bias.begin(), p.bias.end());
  operands.bias.resize(static_cast<std::size_t>(p.output_channels), 0);
  if (!folded) return;
  const std::size_t weights = p.weights.size() / operands.bias.size();
  for (std::size_t n = 0; n < operands.bias.size(); ++n) {
    for (std::size_t i = 0; i < weights; ++i) {
      operands.bias[n] -= zx * (p.weights[n * weights + i] - p.weight_zero_point);
    }
  }
}

// Channel c of x is channel c / copies of the input: a depthwise convolution may make several outputs of one channel.
void fill_input(ConvolutionOperands& operands, const LayerContext& context, std::int64_t subtract, std::int64_t pad) {
  const quant::WindowParameters& window = operands.parameters.window;
  const MapLayout in = map_layout(context.input(0));
  const bool in_signed = is_signed(context.input(0));
  const std::uint8_t* values = context.input_values(0).data();
  const std::int64_t copies = operands.x_channels / operands.parameters.channels;
  const std::int64_t rows = (operands.out.height - 1) * window.stride_h + (window.kernel_h - 1) * window.dilation_h + 1;
  operands.x_width = (operands.out.width - 1) * window.stride_w + (window.kernel_w - 1) * window.dilation_w + 1;
  operands.x.assign(static_cast<std::size_t>(rows * operands.x_width * operands.x_channels),
                    static_cast<std::int16_t>(pad));
  const std::int64_t first_x = std::max<std::int64_t>(0, window.pads[1]);
  const std::int64_t last_x = std::min(operands.x_width, in.width + window.pads[1]);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::int64_t y = row - window.pads[0];
    if (y < 0 || y >= in.height) continue;
    for (std::int64_t c = 0; c < operands.x_channels; ++c) {
      const std::uint8_t* from = values + in.at(c / copies, y, -window.pads[1]);
      std::int16_t* to = operands.x.data() + row * operands.x_width * operands.x_channels + c;
      for (std::int64_t x = first_x; x < last_x; ++x) {
        to[x * operands.x_channels] =
            static_cast<std::int16_t>(integer_value(from[x * in.pixel_stride], in_signed) - subtract);
      }
    }
  }
}

}  // namespace

ConvolutionOperands make_operands(const LayerContext& context) {
  const quant::ConvParameters& p = context.layer.conv();
  ConvolutionOperands operands{p, map_layout(context.output())};
  operands.group_channels = p.channels / p.groups;
  operands.group_outputs = p.output_channels / p.groups;
  operands.depthwise = operands.group_channels == 1 && p.groups > 1;
  operands.x_channels = operands.depthwise ? p.output_channels : p.channels;
  const bool folded = context.machine.array.zero_point == isa::ZeroPoint::folded;
  const std::int64_t zx = context.input(0).zero_point;
  fill_weights(operands);
  fill_bias(operands, folded, zx);
  const std::int64_t subtract = folded ? 0 : zx;
  fill_input(operands, context, subtract, folded ? zx : 0);
  const std::int64_t lowest = is_signed(context.input(0)) ? -128 : 0;
  operands.largest_x = std::max(std::abs(lowest - subtract), std::abs(lowest + 255 - subtract));
  return operands;
}

}  // namespace intloom::reference
