#include "runtime/mapping/tiling.h"

#include <algorithm>

namespace intloom::mapping {

TileClasses tile_classes(const Tiles& tiles) {
  const std::int64_t full = tiles.total / tiles.size, rest = tiles.total % tiles.size;
  TileClasses classes;
  if (full > 0) classes.add({tiles.size, full});
  if (rest > 0) classes.add({rest, 1});
  return classes;
}

std::vector<std::int64_t> balanced_sizes(std::int64_t total) {
  std::vector<std::int64_t> sizes;
  for (std::int64_t parts = 1, step = 1; parts < total; parts += step) {
    if (parts >= 4 * step) step *= 2;
    const std::int64_t size = ceil_div(total, parts);
    if (sizes.empty() || sizes.back() != size) sizes.push_back(size);
  }
  if (sizes.empty() || sizes.back() != 1) sizes.push_back(1);
  return sizes;
}

InputSpan input_span(const WindowAxis& axis, std::int64_t output, std::int64_t outputs, std::int64_t tap,
                     std::int64_t taps) {
  const std::int64_t low = output * axis.stride + tap * axis.dilation - axis.pad;
  const std::int64_t high = low + (outputs - 1) * axis.stride + (taps - 1) * axis.dilation + 1;
  InputSpan span;
  span.begin = std::clamp<std::int64_t>(low, 0, axis.input - 1);
  span.size = std::clamp<std::int64_t>(high, span.begin + 1, std::max(span.begin + 1, axis.input)) - span.begin;
  span.pad = span.begin - low;
  return span;
}

std::int64_t widest_span(const WindowAxis& axis, std::int64_t outputs, std::int64_t taps) {
  return std::clamp<std::int64_t>((outputs - 1) * axis.stride + (taps - 1) * axis.dilation + 1, 1, axis.input);
}

}  // namespace intloom::mapping
