// Y[n] = clamp(R((sum (X - Zx)(W[n] - Zw) + bias[n]) * M[n]) + Zy)
//
// Sums are exact; where a sum may leave the accumulator they follow its rule. wrap: the low width_bits of the exact
// sum, whatever the order. saturate: after each addition, in the machine's order. error: exact, the machine stops.
#include <algorithm>

#include "runtime/reference/convolution_operands.h"
#include "runtime/reference/dot_product.h"
#include "runtime/reference/integer_layers.h"
#include "runtime/reference/rescaler.h"

namespace intloom::reference {
namespace {

std::int64_t wrap_to(std::int64_t sum, int bits) {
  const int unused = 64 - bits;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) << unused) >> unused;
}

// sums[ox][n] of one output row.
void sum_dense_row(const ConvolutionOperands& o, std::int64_t oy, std::vector<std::int64_t>& sums) {
  const quant::ConvParameters& p = o.parameters;
  // Taps of one kernel row lie side by side where nothing comes between their channels.
  const bool side_by_side = p.groups == 1 && (p.window.dilation_w == 1 || p.window.kernel_w == 1);
  const std::int64_t runs = side_by_side ? 1 : p.window.kernel_w;
  const std::int64_t length = side_by_side ? p.window.kernel_w * o.group_channels : o.group_channels;
  const std::int64_t weight_stride = p.window.kernel_h * p.window.kernel_w * o.group_channels;
  for (std::int64_t ox = 0; ox < o.out.width; ++ox) {
    for (std::int64_t group = 0; group < p.groups; ++group) {
      const std::int64_t first = group * o.group_outputs;
      for (std::int64_t ky = 0; ky < p.window.kernel_h; ++ky) {
        for (std::int64_t kx = 0; kx < runs; ++kx) {
          add_dot_products(o.tap(oy, ox, ky, kx) + group * o.group_channels, o.weights(first, ky, kx), weight_stride,
                           o.group_outputs, length, sums.data() + ox * p.output_channels + first);
        }
      }
    }
  }
}

void sum_depthwise_row(const ConvolutionOperands& o, std::int64_t oy, std::vector<std::int64_t>& sums) {
  const quant::ConvParameters& p = o.parameters;
  const std::int64_t taps = p.window.kernel_h * p.window.kernel_w;
  std::vector<const std::int16_t*> x(static_cast<std::size_t>(taps));
  std::vector<std::int32_t> scratch(static_cast<std::size_t>(p.output_channels));
  for (std::int64_t ox = 0; ox < o.out.width; ++ox) {
    for (std::int64_t tap = 0; tap < taps; ++tap) {
      x[static_cast<std::size_t>(tap)] = o.tap(oy, ox, tap / p.window.kernel_w, tap % p.window.kernel_w);
    }
    add_depthwise_products(x.data(), o.w.data(), taps, p.output_channels, scratch.data(),
                           sums.data() + ox * p.output_channels);
  }
}

// One output, saturated after each addition: channel blocks of `rows` (counted over all input channels), ky, kx.
std::int64_t saturated_sum(const ConvolutionOperands& o, std::int64_t n, std::int64_t oy, std::int64_t ox, int rows,
                           std::int64_t largest) {
  const quant::WindowParameters& window = o.parameters.window;
  const std::int64_t first = n / o.group_outputs * o.group_channels;
  const std::int64_t last = first + o.group_channels;
  std::int64_t sum = 0;
  for (std::int64_t begin = first; begin < last;) {
    const std::int64_t end = std::min(last, (begin / rows + 1) * rows);
    for (std::int64_t ky = 0; ky < window.kernel_h; ++ky) {
      for (std::int64_t kx = 0; kx < window.kernel_w; ++kx) {
        std::int64_t partial = 0;
        for (std::int64_t c = begin; c < end; ++c) {
          const std::int64_t x = o.tap(oy, ox, ky, kx)[o.depthwise ? n : c];
          partial += x * (o.depthwise ? o.weights(0, ky, kx)[n] : o.weights(n, ky, kx)[c - first]);
        }
        sum = std::clamp(sum + partial, -largest - 1, largest);
      }
    }
    begin = end;
  }
  return sum;
}

void sum_saturated_row(const ConvolutionOperands& o, std::int64_t oy, int rows, std::int64_t largest,
                       std::vector<std::int64_t>& sums) {
  const std::int64_t outputs = o.parameters.output_channels;
  for (std::int64_t i = 0; i < o.out.width * outputs; ++i) {
    sums[static_cast<std::size_t>(i)] = saturated_sum(o, i % outputs, oy, i / outputs, rows, largest);
  }
}

// Whether some input makes a partial sum that leaves an accumulator whose largest value is `largest`.
bool may_overflow(const ConvolutionOperands& o, std::int64_t largest) {
  const std::int64_t magnitude = *std::max_element(o.magnitude_sums.begin(), o.magnitude_sums.end());
  return magnitude * o.largest_x > largest;
}

void sum_row(const ConvolutionOperands& o, const isa::MachineDescription& machine, std::int64_t oy,
             std::vector<std::int64_t>& sums) {
  const int bits = std::min(machine.accumulator.width_bits, 64);
  const std::int64_t largest = static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
  const bool limited = may_overflow(o, largest);
  if (limited && machine.accumulator.overflow == isa::Overflow::saturate) {
    sum_saturated_row(o, oy, machine.array.rows, largest, sums);
    return;
  }
  std::fill(sums.begin(), sums.end(), 0);
  if (o.depthwise) {
    sum_depthwise_row(o, oy, sums);
  } else {
    sum_dense_row(o, oy, sums);
  }
  if (limited && machine.accumulator.overflow == isa::Overflow::wrap) {
    for (std::int64_t& sum : sums) sum = wrap_to(sum, bits);
  }
}

std::vector<Rescaler> make_rescalers(const LayerContext& context) {
  const isa::ScalingDescription& unit = context.machine.requant.scaling;
  const OutputRange range = output_range(context.network, context.layer, unit);
  std::vector<Rescaler> rescalers;
  for (const float multiplier : context.layer.conv().multiplier) rescalers.emplace_back(unit, multiplier, range);
  return rescalers;
}

}  // namespace

IntegerTensor convolve(const LayerContext& context) {
  const ConvolutionOperands operands = make_operands(context);
  const std::vector<Rescaler> rescalers = make_rescalers(context);
  const MapLayout& out = operands.out;
  const std::int64_t outputs = operands.parameters.output_channels;
  IntegerTensor result(static_cast<std::size_t>(graph::element_count(context.output().shape)));
  std::vector<std::int64_t> sums(static_cast<std::size_t>(out.width * outputs));
  for (std::int64_t oy = 0; oy < out.height; ++oy) {
    sum_row(operands, context.machine, oy, sums);
    for (std::int64_t n = 0; n < outputs; ++n) {
      const Rescaler& rescaler = rescalers[rescalers.size() == 1 ? 0 : static_cast<std::size_t>(n)];
      const std::int64_t bias = operands.bias[static_cast<std::size_t>(n)];
      for (std::int64_t ox = 0; ox < out.width; ++ox) {
        result[static_cast<std::size_t>(out.at(n, oy, ox))] =
            rescaler(sums[static_cast<std::size_t>(ox * outputs + n)] + bias);
      }
    }
  }
  return result;
}

}  // namespace intloom::reference
