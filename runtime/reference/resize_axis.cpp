#include "runtime/reference/resize_axis.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace intloom::reference {
namespace {

void require_known(const NodeCall& call, const std::string& attribute, const std::string& mode,
                   const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), mode) != known.end()) return;
  call.fail(fmt::format("{} is '{}'; it must be one of {}", attribute, mode, fmt::join(known, ", ")));
}

// Scales are input 1 of Upsample and of Resize before opset 11, input 2 since; Upsample before opset 9: an attribute.
std::vector<float> given_scales(const NodeCall& call) {
  const std::size_t input = call.node.op == "Upsample" || call.opset < 11 ? 1 : 2;
  if (call.has(input)) return *call.input(input).data;
  const auto found = call.node.attributes.find("scales");
  if (found == call.node.attributes.end()) return {};
  const auto* scales = std::get_if<std::vector<float>>(&found->second);
  if (scales == nullptr) call.fail("attribute 'scales' is not a list of floats");
  return *scales;
}

// One scale for all axes: the smallest that any size asks for, or the largest; sizes follow it.
void keep_aspect_ratio(const NodeCall& call, const std::vector<ResizeAxis*>& axes) {
  const std::string policy = call.node.string_attribute("keep_aspect_ratio_policy", "stretch");
  require_known(call, "keep_aspect_ratio_policy", policy, {"stretch", "not_larger", "not_smaller"});
  if (policy == "stretch" || axes.empty()) return;
  float scale = axes.front()->scale;
  for (const ResizeAxis* axis : axes) {
    scale = policy == "not_larger" ? std::min(scale, axis->scale) : std::max(scale, axis->scale);
  }
  for (ResizeAxis* axis : axes) {
    axis->scale = scale;
    axis->out = static_cast<std::int64_t>(std::round(scale * static_cast<float>(axis->in)));
  }
}

void set_extents(const NodeCall& call, const std::vector<ResizeAxis*>& axes) {
  const std::vector<float> scales = given_scales(call);
  const graph::Shape sizes = call.node.op == "Resize" && call.has(3) ? integers(call, 3, "") : graph::Shape{};
  const std::size_t given = scales.empty() ? sizes.size() : scales.size();
  if (given != axes.size()) call.fail(fmt::format("{} scales or sizes for {} axes", given, axes.size()));
  for (std::size_t a = 0; a < axes.size(); ++a) {
    ResizeAxis& axis = *axes[a];
    const auto in = static_cast<float>(axis.in);
    axis.scale = scales.empty() ? static_cast<float>(sizes[a]) / in : scales[a];
    axis.out = scales.empty() ? sizes[a] : static_cast<std::int64_t>(axis.scale * in);
    if (!(axis.scale > 0)) call.fail(fmt::format("scale {} is not positive", axis.scale));
  }
  if (scales.empty()) keep_aspect_ratio(call, axes);
}

// Starts of all axes, then their ends, as fractions of the input.
void set_region(const NodeCall& call, const std::vector<ResizeAxis*>& axes) {
  if (call.node.string_attribute("coordinate_transformation_mode", "") != "tf_crop_and_resize") return;
  const std::vector<float>& roi = *call.input(1).data;
  if (roi.size() != 2 * axes.size()) call.fail(fmt::format("roi has {} values for {} axes", roi.size(), axes.size()));
  for (std::size_t a = 0; a < axes.size(); ++a) {
    axes[a]->roi_begin = roi[a];
    axes[a]->roi_end = roi[axes.size() + a];
  }
}

}  // namespace

ResizeModes resize_modes(const NodeCall& call) {
  const graph::Node& node = call.node;
  ResizeModes modes;
  modes.interpolation = node.string_attribute("mode", "nearest");
  require_known(call, "mode", modes.interpolation, {"nearest", "linear", "bilinear"});
  if (node.int_attribute("antialias", 0) != 0) call.fail("antialias must be 0");
  if (node.op == "Upsample" || call.opset < 11) return modes;
  modes.coordinates = node.string_attribute("coordinate_transformation_mode", "half_pixel");
  require_known(call, "coordinate_transformation_mode", modes.coordinates,
                {"half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
                 "tf_half_pixel_for_nn", "tf_crop_and_resize"});
  modes.nearest = node.string_attribute("nearest_mode", "round_prefer_floor");
  require_known(call, "nearest_mode", modes.nearest, {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"});
  modes.extrapolation = node.float_attribute("extrapolation_value", 0.0F);
  return modes;
}

std::vector<ResizeAxis> resize_axes(const NodeCall& call) {
  const graph::Shape& shape = call.input(0).shape;
  std::vector<ResizeAxis> axes;
  for (const std::int64_t extent : shape) axes.push_back({extent, extent, 1, 0, 1});
  graph::Shape every(shape.size());
  std::iota(every.begin(), every.end(), 0);
  std::vector<ResizeAxis*> given;
  for (const std::int64_t axis : call.node.ints_attribute("axes", every)) {
    given.push_back(&axes[resolve_axis(call, axis, shape.size())]);
  }
  set_extents(call, given);
  set_region(call, given);
  return axes;
}

float resize_coordinate(const ResizeModes& modes, const ResizeAxis& axis, std::int64_t o) {
  const std::string& mode = modes.coordinates;
  const auto at = static_cast<float>(o);
  const auto in = static_cast<float>(axis.in);
  const auto out = static_cast<float>(axis.out);
  const float half_pixel = (at + 0.5F) / axis.scale - 0.5F;
  if (mode == "asymmetric") return at / axis.scale;
  if (mode == "tf_half_pixel_for_nn") return (at + 0.5F) / axis.scale;
  if (mode == "pytorch_half_pixel") return axis.out > 1 ? half_pixel : 0.0F;
  if (mode == "align_corners") return axis.out == 1 ? 0.0F : at * (in - 1) / (out - 1);
  if (mode == "half_pixel_symmetric") return in / 2 * (1 - out / (axis.scale * in)) + half_pixel;
  if (mode == "tf_crop_and_resize") {
    if (axis.out == 1) return 0.5F * (axis.roi_begin + axis.roi_end) * (in - 1);
    return axis.roi_begin * (in - 1) + at * (axis.roi_end - axis.roi_begin) * (in - 1) / (out - 1);
  }
  return half_pixel;
}

}  // namespace intloom::reference
