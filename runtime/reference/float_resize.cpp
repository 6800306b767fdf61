// Resize and Upsample: nearest element, or linear between two on each axis.
#include <algorithm>
#include <cmath>

#include "runtime/reference/float_pick.h"
#include "runtime/reference/resize_axis.h"

namespace intloom::reference {
namespace {

std::int64_t nearest_index(const ResizeModes& modes, const ResizeAxis& axis, float at) {
  const std::string& mode = modes.nearest;
  float chosen = std::floor(at);
  if (mode == "simple") chosen = axis.scale < 1 ? std::ceil(at) : std::trunc(at);
  if (mode == "ceil") chosen = std::ceil(at);
  if (mode == "round_prefer_floor") chosen = std::ceil(at - 0.5F);
  if (mode == "round_prefer_ceil") chosen = std::floor(at + 0.5F);
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(chosen), 0, axis.in - 1);
}

bool is_outside(const ResizeModes& modes, const ResizeAxis& axis, float at) {
  return modes.extrapolates() && (at < 0 || at > static_cast<float>(axis.in - 1));
}

Value resize_nearest(const ResizeModes& modes, const std::vector<ResizeAxis>& axes, const Value& x) {
  AxisIndices indices(axes.size());
  for (std::size_t d = 0; d < axes.size(); ++d) {
    for (std::int64_t o = 0; o < axes[d].out; ++o) {
      const float at = resize_coordinate(modes, axes[d], o);
      indices[d].push_back(is_outside(modes, axes[d], at) ? -1 : nearest_index(modes, axes[d], at));
    }
  }
  return pick(x, indices, modes.extrapolation);
}

// Output o of dimension d: a weighted mean of two neighbours in it, or the extrapolation value.
Value interpolate_axis(const ResizeModes& modes, const ResizeAxis& axis, const Value& x, std::size_t d) {
  const std::int64_t inner = extent_product(x.shape, d + 1, x.shape.size());
  const std::int64_t outer = extent_product(x.shape, 0, d);
  graph::Shape shape = x.shape;
  shape[d] = axis.out;
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape)));
  for (std::int64_t o = 0; o < axis.out; ++o) {
    const float at = std::clamp(resize_coordinate(modes, axis, o), 0.0F, static_cast<float>(axis.in - 1));
    const auto low = static_cast<std::int64_t>(at);
    const std::int64_t high = std::min(low + 1, axis.in - 1);
    const float part = at - static_cast<float>(low);
    for (std::int64_t block = 0; block < outer; ++block) {
      const float* below = x.begin() + (block * axis.in + low) * inner;
      const float* above = x.begin() + (block * axis.in + high) * inner;
      float* to = y.data() + (block * axis.out + o) * inner;
      for (std::int64_t i = 0; i < inner; ++i) to[i] = (1 - part) * below[i] + part * above[i];
    }
  }
  return make_value(x.type, std::move(shape), std::move(y));
}

// The elements of a resized tensor that lie outside of the input become the extrapolation value.
Value extrapolated(const ResizeModes& modes, const std::vector<ResizeAxis>& axes, const Value& y) {
  AxisIndices indices = all_indices(y.shape);
  for (std::size_t d = 0; d < axes.size(); ++d) {
    for (std::int64_t o = 0; o < axes[d].out; ++o) {
      if (is_outside(modes, axes[d], resize_coordinate(modes, axes[d], o)))
        indices[d][static_cast<std::size_t>(o)] = -1;
    }
  }
  return pick(y, indices, modes.extrapolation);
}

Value resize(const NodeCall& call) {
  const ResizeModes modes = resize_modes(call);
  const std::vector<ResizeAxis> axes = resize_axes(call);
  if (modes.interpolation == "nearest") return resize_nearest(modes, axes, call.input(0));
  Value y = call.input(0);
  for (std::size_t d = 0; d < axes.size(); ++d) {
    const bool stays = axes[d].in == axes[d].out && axes[d].scale == 1 && !modes.extrapolates();
    if (!stays) y = interpolate_axis(modes, axes[d], y, d);
  }
  return modes.extrapolates() ? extrapolated(modes, axes, y) : y;
}

}  // namespace

void add_resize_operators(OperatorTable& table) {
  table["Resize"] = resize;
  table["Upsample"] = resize;
}

}  // namespace intloom::reference
