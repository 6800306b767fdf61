// Pad: zeros around a map come from a depthwise convolution of single pixels, whose padding is exactly that; edges from
// a resize that repeats the outermost pixels.
#include <algorithm>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

struct Pads {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

std::vector<std::int64_t> integers_of(const graph::TensorData& data) {
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < data.size(); ++i) values.push_back(graph::element_as_int(data, i));
  return values;
}

// Before and after each dimension; inputs since operator set 11, the attribute before.
std::vector<std::int64_t> every_pad(const Lowering& lowering, const graph::Node& node, std::size_t rank) {
  std::vector<std::int64_t> given = node.ints_attribute("pads", {});
  if (Lowering::has_input(node, 1)) given = integers_of(lowering.constant_input(node, 1, "pads"));
  std::vector<std::int64_t> axes;
  if (Lowering::has_input(node, 3))
    axes = integers_of(lowering.constant_input(node, 3, "axes"));
  else
    for (std::size_t d = 0; d < rank; ++d) axes.push_back(static_cast<std::int64_t>(d));
  if (given.size() != 2 * axes.size()) fail(node, "it has {} pads for {} dimensions", given.size(), axes.size());
  std::vector<std::int64_t> pads(2 * rank, 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const auto limit = static_cast<std::int64_t>(rank);
    const std::int64_t axis = axes[i] < 0 ? axes[i] + limit : axes[i];
    if (axis < 0 || axis >= limit) fail(node, "axis {} is outside rank {}", axes[i], rank);
    pads[static_cast<std::size_t>(axis)] = given[i];
    pads[static_cast<std::size_t>(axis) + rank] = given[i + axes.size()];
  }
  return pads;
}

Pads map_pads(const Lowering& lowering, const graph::Node& node, const graph::Shape& from) {
  const std::size_t rank = from.size();
  const std::vector<std::int64_t> pads = every_pad(lowering, node, rank);
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

TensorId repeat_edges(Lowering& lowering, const graph::Node& node, const Pads& pads, TensorId input,
                      const Target& target) {
  NetworkBuilder& network = lowering.network();
  const graph::Shape& from = network.tensor(input).shape;
  ResizeParameters resize;
  resize.row = from.size() == 4 ? repeated_edges(from[2], pads.top, pads.bottom) : std::vector<std::int64_t>{0};
  resize.column = repeated_edges(from.back(), pads.left, pads.right);
  Layer layer;
  layer.name = node.name;
  layer.onnx_op = node.op;
  layer.op = Op::resize;
  layer.inputs = {network.require_axis(input, Axis::first)};
  layer.parameters = std::move(resize);
  return network.add_layer(std::move(layer), {lowering.output_tensor(node).shape, Axis::first, -1}, target);
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
    return zeros ? pad_with_zeros(state, node, pads, input, target) : repeat_edges(state, node, pads, input, target);
  };
  const std::string& name = lowering.output_tensor(node).name;
  const Value value = lowering.input(node, 0);
  if (const auto* real = std::get_if<FloatPtr>(&value)) {
    lowering.set_output(node, std::make_shared<MovedValue>(name, node, *real, zeros, move));
    return;
  }
  fail(node, "its input '{}' is {}; expected a dequantized value", lowering.input_tensor(node, 0).name,
       graph::data_type_name(lowering.input_tensor(node, 0).type));
}

}  // namespace intloom::quant
