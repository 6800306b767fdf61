// Resize and Upsample by the nearest pixel: the same integers, some of them several times.
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <stdexcept>
#include <string_view>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/resize.h"

namespace intloom::quant {
namespace {

// Upsample, and Resize before operator set 11.
bool is_old(const graph::Node& node, std::int64_t opset) { return node.op == "Upsample" || opset < 11; }

std::string coordinate_mode(const graph::Node& node, std::int64_t opset) {
  return is_old(node, opset) ? "asymmetric" : node.string_attribute("coordinate_transformation_mode", "half_pixel");
}

std::string nearest_mode(const graph::Node& node, std::int64_t opset) {
  return is_old(node, opset) ? "simple" : node.string_attribute("nearest_mode", "round_prefer_floor");
}

// How an output coordinate finds its input coordinate (ONNX Resize).
class Coordinates {
 public:
  Coordinates(const graph::Node& node, std::int64_t opset, std::int64_t from, std::int64_t to, float scale)
      : mode_(coordinate_mode(node, opset)), nearest_(nearest_mode(node, opset)), from_(from), to_(to), scale_(scale) {}

  std::vector<std::int64_t> all() const {
    std::vector<std::int64_t> found;
    for (std::int64_t i = 0; i < to_; ++i)
      found.push_back(std::clamp<std::int64_t>(nearest(original(static_cast<float>(i))), 0, from_ - 1));
    return found;
  }

 private:
  float original(float x) const {
    const auto to = static_cast<float>(to_), from = static_cast<float>(from_);
    if (scale_ == 1) return x;
    if (mode_ == "asymmetric") return x / scale_;
    if (mode_ == "half_pixel") return (x + 0.5F) / scale_ - 0.5F;
    if (mode_ == "pytorch_half_pixel") return to_ > 1 ? (x + 0.5F) / scale_ - 0.5F : 0;
    if (mode_ == "align_corners") return to_ == 1 ? 0 : x * (from - 1) / (to - 1);
    if (mode_ == "half_pixel_symmetric") {
      const float adjustment = to / (scale_ * from);
      return from / 2 * (1 - adjustment) + (x + 0.5F) / scale_ - 0.5F;
    }
    throw std::logic_error("coordinate_transformation_mode " + mode_);
  }

  std::int64_t nearest(float x) const {
    float rounded = 0;
    if (nearest_ == "simple")
      rounded = scale_ < 1 ? std::ceil(x) : std::trunc(x);
    else if (nearest_ == "round_prefer_floor")
      rounded = x == std::floor(x) + 0.5F ? std::floor(x) : std::round(x);
    else if (nearest_ == "round_prefer_ceil")
      rounded = x == std::floor(x) + 0.5F ? std::ceil(x) : std::round(x);
    else if (nearest_ == "floor")
      rounded = std::floor(x);
    else
      rounded = std::ceil(x);
    return static_cast<std::int64_t>(rounded);
  }

  std::string mode_, nearest_;
  std::int64_t from_, to_;
  float scale_;
};

// The model's scales where it gives them (they need not be the quotient of the sizes), else the quotient.
float scale_of(const Lowering& lowering, const graph::Node& node, const graph::Shape& from, const graph::Shape& to,
               std::size_t axis) {
  const std::size_t i = is_old(node, lowering.graph().opset) ? 1 : 2;
  if (Lowering::has_input(node, i)) {
    const graph::TensorData& scales = lowering.constant_input(node, i, "scales");
    if (scales.size() == static_cast<std::int64_t>(from.size()))
      return static_cast<float>(graph::element_as_double(scales, static_cast<std::int64_t>(axis)));
    if (scales.size() != 0) fail(node, "it has {} scales for shape {}", scales.size(), graph::to_string(from));
  }
  return static_cast<float>(to[axis]) / static_cast<float>(from[axis]);
}

std::vector<std::int64_t> indices(const Lowering& lowering, const graph::Node& node, const graph::Shape& from,
                                  const graph::Shape& to, std::size_t axis) {
  return Coordinates(node, lowering.graph().opset, from[axis], to[axis], scale_of(lowering, node, from, to, axis))
      .all();
}

void check_word(const graph::Node& node, const char* attribute, const std::string& word,
                std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), word) == known.end())
    fail(node, "{} '{}' is not supported; {} are", attribute, word, fmt::join(known, ", "));
}

void check_resize(const graph::Node& node, std::int64_t opset, const graph::Shape& from, const graph::Shape& to) {
  check_word(node, "coordinate_transformation_mode", coordinate_mode(node, opset),
             {"asymmetric", "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners"});
  check_word(node, "nearest_mode", nearest_mode(node, opset),
             {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil", "simple"});
  check_word(node, "keep_aspect_ratio_policy", node.string_attribute("keep_aspect_ratio_policy", "stretch"),
             {"stretch"});
  if (graph::element_count(from) == 0 || graph::element_count(to) == 0)
    fail(node, "it resizes shape {} to {}", graph::to_string(from), graph::to_string(to));
  const std::string mode = node.string_attribute("mode", "nearest");
  if (mode != "nearest")
    fail(node, "mode '{}' is not supported on integers. Remedy: mode nearest, or a ConvTranspose with fixed weights",
         mode);
  if (!node.ints_attribute("axes", {}).empty()) fail(node, "the attribute axes is not supported");
  if (from.size() != to.size() || from.size() < 3 || from.size() > 4 || from[1] != to[1])
    fail(node, "it resizes shape {} to {}; supported are height and width of [1, C, (H,) W]", graph::to_string(from),
         graph::to_string(to));
}

}  // namespace

TensorId resize_layer(Lowering& lowering, const graph::Node& node, ResizeParameters resize, TensorId input,
                      const Target& target) {
  NetworkBuilder& network = lowering.network();
  Layer layer;
  layer.name = node.name;
  layer.onnx_op = node.op;
  layer.op = Op::resize;
  layer.inputs = {network.require_axis(input, Axis::first)};
  layer.parameters = std::move(resize);
  return network.add_layer(std::move(layer), {lowering.output_tensor(node).shape, Axis::first, -1}, target);
}

void lower_resize(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  const graph::Shape& to = lowering.output_tensor(node).shape;
  check_resize(node, lowering.graph().opset, from, to);
  ResizeParameters resize;
  resize.row = from.size() == 4 ? indices(lowering, node, from, to, 2) : std::vector<std::int64_t>{0};
  resize.column = indices(lowering, node, from, to, from.size() - 1);
  set_moved(lowering, node, false, [&node, resize](Lowering& state, TensorId input, const Target& target) {
    const bool changes = state.network().tensor(input).shape != state.output_tensor(node).shape;
    return changes ? resize_layer(state, node, resize, input, target)
                   : state.network().absorb_all(input, target.absorbed);
  });
}

}  // namespace intloom::quant
