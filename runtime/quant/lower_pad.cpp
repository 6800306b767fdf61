// Pad: zeros around a map come from a depthwise convolution of single pixels, whose padding is exactly that; edges from
// a resize that repeats the outermost pixels.
#include <algorithm>
#include <numeric>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/resize.h"

namespace intloom::quant {
namespace {

struct Pads {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

// Before and after each dimension; inputs since operator set 11, the attribute before.
std::vector<std::int64_t> every_pad(const Lowering& lowering, const graph::Node& node, const graph::Shape& shape) {
  const std::size_t rank = shape.size();
  const std::vector<std::int64_t> given =
      Lowering::has_input(node, 1) ? lowering.constant_integers(node, 1, "pads") : node.ints_attribute("pads", {});
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), std::int64_t{0});
  if (Lowering::has_input(node, 3)) axes = lowering.constant_integers(node, 3, "axes");
  if (given.size() != 2 * axes.size()) fail(node, "it has {} pads for {} dimensions", given.size(), axes.size());
  std::vector<std::int64_t> pads(2 * rank, 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = resolve_axis(node, axes[i], shape);
    pads[axis] = given[i];
    pads[axis + rank] = given[i + axes.size()];
  }
  return pads;
}

Pads map_pads(const Lowering& lowering, const graph::Node& node, const graph::Shape& from) {
  const std::size_t rank = from.size();
  const std::vector<std::int64_t> pads = every_pad(lowering, node, from);
  constexpr std::int64_t kMost = 1 << 20;
  for (std::size_t i = 0; i < pads.size(); ++i) {
    if (pads[i] < 0 || pads[i] > kMost) fail(node, "a pad of {}; supported are 0 to {}", pads[i], kMost);
    if (pads[i] != 0 && (i % rank < 2 || rank > 4))
      fail(node, "it pads dimension {} of shape {}; supported are height and width of [1, C, (H,) W]", i % rank,
           graph::to_string(from));
  }
  if (rank < 3) return {};
  const std::size_t x = rank - 1;
  return {rank == 4 ? pads[2] : 0, pads[x], rank == 4 ? pads[2 + rank] : 0, pads[x + rank]};
}

void check_value(const Lowering& lowering, const graph::Node& node) {
  double value = static_cast<double>(node.float_attribute("value", 0));
  if (Lowering::has_input(node, 2)) {
    const graph::TensorData& data = lowering.constant_input(node, 2, "value");
    if (data.size() > 0) value = graph::element_as_double(data, 0);
  }
  if (value != 0) fail(node, "it pads with {}; supported is 0", value);
}

TensorId pad_with_zeros(Lowering& lowering, const graph::Node& node, const Pads& pads, TensorId input,
                        const Target& target) {
  NetworkBuilder& network = lowering.network();
  ConvParameters conv;
  conv.channels = conv.output_channels = conv.groups = network.tensor(input).shape[1];
  const auto channels = static_cast<std::size_t>(conv.channels);
  conv.weights.assign(channels, 1);
  conv.bias.assign(channels, 0);
  conv.window.pads = {pads.top, pads.left, pads.bottom, pads.right};
  conv.weight_scale = {1};
  conv.multiplier = {network.tensor(input).scale / target.quantization.scale};
  Layer layer;
  layer.name = node.name;
  layer.onnx_op = node.op;
  layer.op = Op::conv;
  layer.inputs = {network.require_axis(input, Axis::first)};
  layer.parameters = std::move(conv);
  return network.add_layer(std::move(layer), {lowering.output_tensor(node).shape, Axis::first, -1}, target);
}

std::vector<std::int64_t> repeated_edges(std::int64_t extent, std::int64_t before, std::int64_t after) {
  std::vector<std::int64_t> index;
  for (std::int64_t i = -before; i < extent + after; ++i) index.push_back(std::clamp<std::int64_t>(i, 0, extent - 1));
  return index;
}

ResizeParameters repeated_edges(const graph::Shape& from, const Pads& pads) {
  return {from.size() == 4 ? repeated_edges(from[2], pads.top, pads.bottom) : std::vector<std::int64_t>{0},
          repeated_edges(from.back(), pads.left, pads.right)};
}

}  // namespace

void lower_pad(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  const std::string mode = node.string_attribute("mode", "constant");
  if (mode != "constant" && mode != "edge") fail(node, "mode '{}' is not supported; constant and edge are", mode);
  const bool zeros = mode == "constant";
  if (zeros) check_value(lowering, node);
  const Pads pads = map_pads(lowering, node, from);
  const auto move = [&node, pads, zeros](Lowering& state, TensorId input, const Target& target) {
    NetworkBuilder& network = state.network();
    if (network.tensor(input).shape == state.output_tensor(node).shape) return network.rescale(input, target);
    if (zeros) return pad_with_zeros(state, node, pads, input, target);
    return resize_layer(state, node, repeated_edges(network.tensor(input).shape, pads), input, target);
  };
  set_moved(lowering, node, zeros, move);
}

}  // namespace intloom::quant
