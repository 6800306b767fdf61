// MaxPool and AveragePool (windows, or global: the whole map).
#include <algorithm>
#include <map>

#include "runtime/reference/integer_layers.h"
#include "runtime/reference/map_layout.h"
#include "runtime/reference/rescaler.h"

namespace intloom::reference {
namespace {

quant::WindowParameters pool_window(const quant::PoolParameters& parameters, const MapLayout& in) {
  if (!parameters.global) return parameters.window;
  quant::WindowParameters window;
  window.kernel_h = in.height;
  window.kernel_w = in.width;
  return window;
}

// Taps k of 0..kernel with 0 <= start + k*dilation < extent: [first, last).
struct TapRange {
  std::int64_t first = 0, last = 0;
  std::int64_t count() const { return std::max<std::int64_t>(0, last - first); }
};

TapRange taps_inside(std::int64_t start, std::int64_t kernel, std::int64_t dilation, std::int64_t extent) {
  TapRange range;
  range.first = start < 0 ? std::min(kernel, (-start + dilation - 1) / dilation) : 0;
  range.last = start >= extent ? 0 : std::min(kernel, (extent - start - 1) / dilation + 1);
  return range;
}

// One window: where it starts on the input and which of its taps lie inside.
struct WindowPosition {
  std::int64_t y0 = 0, x0 = 0;
  TapRange rows, columns;
  std::int64_t taps() const { return rows.count() * columns.count(); }
};

WindowPosition place_window(const quant::WindowParameters& window, const MapLayout& in, std::int64_t oy,
                            std::int64_t ox) {
  WindowPosition position;
  position.y0 = oy * window.stride_h - window.pads[0];
  position.x0 = ox * window.stride_w - window.pads[1];
  position.rows = taps_inside(position.y0, window.kernel_h, window.dilation_h, in.height);
  position.columns = taps_inside(position.x0, window.kernel_w, window.dilation_w, in.width);
  return position;
}

// visit(value) of every tap inside.
template <class Visit>
void for_each_tap(const quant::WindowParameters& window, const WindowPosition& position, const MapLayout& in,
                  const std::uint8_t* channel, bool in_signed, Visit visit) {
  for (std::int64_t ky = position.rows.first; ky < position.rows.last; ++ky) {
    for (std::int64_t kx = position.columns.first; kx < position.columns.last; ++kx) {
      const std::int64_t y = position.y0 + ky * window.dilation_h;
      const std::int64_t x = position.x0 + kx * window.dilation_w;
      visit(integer_value(channel[in.at(0, y, x)], in_signed));
    }
  }
}

// Rescalers by number of counted taps: M / count; in float32 as ONNX Runtime computes it, Sx / f32(Sy * count).
class AverageRescalers {
 public:
  explicit AverageRescalers(const LayerContext& context) : context_(context) {}

  const Rescaler& of(std::int64_t count) {
    auto found = by_count_.find(count);
    if (found == by_count_.end()) found = by_count_.emplace(count, make(count)).first;
    return found->second;
  }

 private:
  Rescaler make(std::int64_t taps) const {
    const std::int64_t count = context_.layer.pool().is_sum ? 1 : taps;
    const isa::ScalingDescription& unit = context_.machine.vector.scaling;
    const double real = static_cast<double>(context_.layer.pool().multiplier) / static_cast<double>(count);
    const float scaled_count = context_.output().scale * static_cast<float>(count);
    return {unit, real, context_.input(0).scale / scaled_count, output_range(context_.network, context_.layer, unit)};
  }

  const LayerContext& context_;
  std::map<std::int64_t, Rescaler> by_count_;
};

// pool(position, channel's integers) of every output element.
template <class Pool>
IntegerTensor for_each_window(const LayerContext& context, const quant::WindowParameters& window, Pool pool) {
  const MapLayout in = map_layout(context.input(0));
  const MapLayout out = map_layout(context.output());
  const std::uint8_t* values = context.input_values(0).data();
  IntegerTensor result(static_cast<std::size_t>(graph::element_count(context.output().shape)));
  for (std::int64_t oy = 0; oy < out.height; ++oy) {
    for (std::int64_t ox = 0; ox < out.width; ++ox) {
      const WindowPosition position = place_window(window, in, oy, ox);
      for (std::int64_t c = 0; c < out.channels; ++c) {
        result[static_cast<std::size_t>(out.at(c, oy, ox))] = pool(position, values + c * in.channel_stride);
      }
    }
  }
  return result;
}

}  // namespace

IntegerTensor max_pool(const LayerContext& context) {
  const MapLayout in = map_layout(context.input(0));
  const quant::WindowParameters window = pool_window(context.layer.pool(), in);
  const bool in_signed = is_signed(context.input(0));
  const std::int32_t lowest = in_signed ? -128 : 0;
  const std::int32_t zx = context.input(0).zero_point;
  const isa::ScalingDescription& unit = context.machine.vector.scaling;
  const Rescaler rescaler(unit, context.layer.pool().multiplier, output_range(context.network, context.layer, unit));
  return for_each_window(context, window, [&](const WindowPosition& position, const std::uint8_t* channel) {
    std::int32_t largest = lowest;
    for_each_tap(window, position, in, channel, in_signed,
                 [&](std::int32_t value) { largest = std::max(largest, value); });
    return rescaler(largest - zx);
  });
}

IntegerTensor average_pool(const LayerContext& context) {
  const quant::PoolParameters& parameters = context.layer.pool();
  const MapLayout in = map_layout(context.input(0));
  const quant::WindowParameters window = pool_window(parameters, in);
  const bool in_signed = is_signed(context.input(0));
  const std::int64_t zx = context.input(0).zero_point;
  AverageRescalers rescalers(context);
  return for_each_window(context, window, [&](const WindowPosition& position, const std::uint8_t* channel) {
    std::int64_t sum = 0;
    for_each_tap(window, position, in, channel, in_signed, [&](std::int32_t value) { sum += value - zx; });
    const std::int64_t count = parameters.count_padding ? window.kernel_h * window.kernel_w : position.taps();
    return rescalers.of(std::max<std::int64_t>(1, count))(sum);
  });
}

}  // namespace intloom::reference
