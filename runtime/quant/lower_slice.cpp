// Slice and Split: the same integers, a part of them.
#include <algorithm>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

// Element i of the output along dimension d is element start[d] + i * step[d] of the input.
struct Part {
  std::vector<std::int64_t> start, step;
};

// Inputs since operator set 10, attributes before.
std::vector<std::int64_t> slice_argument(const Lowering& lowering, const graph::Node& node, std::size_t i,
                                         const char* name, const std::vector<std::int64_t>& otherwise) {
  if (Lowering::has_input(node, i)) return lowering.constant_integers(node, i, name);
  return node.ints_attribute(name, otherwise);
}

Part slice_part(const Lowering& lowering, const graph::Node& node, const graph::Shape& from) {
  const std::vector<std::int64_t> starts = slice_argument(lowering, node, 1, "starts", {});
  std::vector<std::int64_t> axes(starts.size());
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = static_cast<std::int64_t>(i);
  axes = slice_argument(lowering, node, 3, "axes", axes);
  const std::vector<std::int64_t> steps =
      slice_argument(lowering, node, 4, "steps", std::vector<std::int64_t>(starts.size(), 1));
  if (axes.size() != starts.size() || steps.size() != starts.size())
    fail(node, "it has {} starts, {} axes and {} steps", starts.size(), axes.size(), steps.size());
  Part part{std::vector<std::int64_t>(from.size(), 0), std::vector<std::int64_t>(from.size(), 1)};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = resolve_axis(node, axes[i], from);
    if (steps[i] < 1) fail(node, "step {} along axis {}: only forward steps are supported", steps[i], axis);
    const std::int64_t start = starts[i] < 0 ? starts[i] + from[axis] : starts[i];
    part.start[axis] = std::clamp<std::int64_t>(start, 0, from[axis]);
    part.step[axis] = std::min(steps[i], std::max<std::int64_t>(from[axis], 1));
  }
  return part;
}

bool steps_over(const Part& part) {
  return std::any_of(part.step.begin(), part.step.end(), [](std::int64_t step) { return step != 1; });
}

// Every so manyth row and column: a pooling of single pixels.
PoolParameters step_parameters(const graph::Node& node, const Part& part, const graph::Shape& from,
                               const graph::Shape& to) {
  if (from.size() != 3 && from.size() != 4)
    fail(node, "steps on a shape of rank {}; they are supported on maps [1, C, (H,) W]", from.size());
  if (part.step[1] != 1)
    fail(node, "step {} along the channels; steps are supported along height and width", part.step[1]);
  PoolParameters pool;
  WindowParameters& window = pool.window;
  const std::size_t x = from.size() - 1;
  window.stride_w = part.step[x];
  window.pads[1] = -part.start[x];
  window.pads[3] = (to[x] - 1) * part.step[x] + 1 + part.start[x] - from[x];
  if (from.size() == 4) {
    window.stride_h = part.step[2];
    window.pads[0] = -part.start[2];
    window.pads[2] = (to[2] - 1) * part.step[2] + 1 + part.start[2] - from[2];
  }
  return pool;
}

std::string part_name(const graph::Node& node, std::size_t i) {
  return i == 0 ? node.name : fmt::format("{}/{}", node.name, i);
}

// A layer that takes the part; `i`: which output of the node it is.
TensorId take(Lowering& lowering, const graph::Node& node, std::size_t i, const Part& part, TensorId input,
              const Target& target) {
  NetworkBuilder& network = lowering.network();
  const graph::Shape& from = network.tensor(input).shape;
  const graph::Shape& to = lowering.output_tensor(node, i).shape;
  if (from == to) return network.absorb_all(input, target.absorbed);
  Layer layer;
  layer.name = part_name(node, i);
  layer.onnx_op = node.op;
  if (!steps_over(part)) {
    layer.op = Op::slice;
    layer.inputs = {input};
    layer.parameters = SliceParameters{part.start};
    return network.add_layer(std::move(layer), {to, Axis::undecided, input}, target);
  }
  PoolParameters pool = step_parameters(node, part, from, to);
  TensorId map = input;
  if (part.start[1] != 0 || to[1] != from[1]) {
    graph::Shape channels = from;
    channels[1] = to[1];
    std::vector<std::int64_t> start(from.size(), 0);
    start[1] = part.start[1];
    Layer first = layer;
    first.name += "/channels";
    first.op = Op::slice;
    first.inputs = {input};
    first.parameters = SliceParameters{start};
    const Target before{target.quantization, {}, target.name + "/channels", "", target.node, {}};
    map = network.add_layer(std::move(first), {channels, Axis::undecided, input}, before);
  }
  layer.op = Op::max_pool;
  layer.inputs = {network.require_axis(map, Axis::first)};
  layer.parameters = pool;
  return network.add_layer(std::move(layer), {to, Axis::first, -1}, target);
}

void set_part(Lowering& lowering, const graph::Node& node, std::size_t i, const Part& part) {
  const auto apply = [&node, part, i](Lowering& state, TensorId input, const Target& target) {
    return take(state, node, i, part, input, target);
  };
  set_moved(lowering, node, false, apply, i);
}

}  // namespace

void lower_slice(Lowering& lowering, const graph::Node& node) {
  set_part(lowering, node, 0, slice_part(lowering, node, lowering.input_tensor(node, 0).shape));
}

void lower_split(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  const std::size_t axis = resolve_axis(node, node.int_attribute("axis", 0), from);
  Part part{std::vector<std::int64_t>(from.size(), 0), std::vector<std::int64_t>(from.size(), 1)};
  for (std::size_t i = 0; i < node.outputs.size(); ++i) {
    if (!Lowering::has_output(node, i)) fail(node, "its output {} has no name", i);
    set_part(lowering, node, i, part);
    part.start[axis] += lowering.output_tensor(node, i).shape[axis];
  }
  if (part.start[axis] != from[axis])
    fail(node, "its outputs have {} elements along axis {}, its input {}", part.start[axis], axis, from[axis]);
}

}  // namespace intloom::quant
