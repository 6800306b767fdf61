// ConvTranspose: a Conv that makes, for every pixel of its input, the stride x stride pixels of the output that lie
// there, each in channels of its own (phases); then the phases move to their places.
//
// Output pixel o (counted with the pads) has phase o mod stride and takes taps phase, phase + stride, ... of the
// kernel: y[q*stride + phase] = sum over j of x[q - j] * w[phase + j*stride]. Taps beyond the kernel are 0.
#include <algorithm>
#include <numeric>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/weighted_operators.h"
#include "runtime/quant/window.h"

namespace intloom::quant {
namespace {

struct PhaseAxis {
  std::int64_t kernel = 1, stride = 1, pad = 0;  // of the transposed convolution
  std::int64_t input = 1, output = 1;
  std::int64_t taps() const { return (kernel + stride - 1) / stride; }
  std::int64_t positions() const { return (pad + output + stride - 1) / stride; }
};

std::int64_t attribute(const graph::Node& node, const char* name, const std::vector<std::int64_t>& otherwise,
                       std::size_t i) {
  const std::vector<std::int64_t> values = node.ints_attribute(name, otherwise);
  if (values.size() != otherwise.size())
    fail(node, "{} has {} numbers, expected {}", name, values.size(), otherwise.size());
  return values[i];
}

// Weights and results of the phases are made: a size that no machine holds is refused first.
void check_phases(const graph::Node& node, std::int64_t groups, std::int64_t channels, std::int64_t outputs,
                  const PhaseAxis& y, const PhaseAxis& x) {
  constexpr std::int64_t kMost = std::int64_t{1} << 31;
  const std::int64_t weights =
      graph::element_count({groups, y.stride, x.stride, outputs, channels, y.taps(), x.taps()});
  const std::int64_t results =
      graph::element_count({groups, y.stride, x.stride, outputs, y.positions(), x.positions()});
  if (weights >= kMost || results >= kMost)
    fail(node, "its strides {}x{} make {} weights and {} results", y.stride, x.stride, weights, results);
}

PhaseAxis phase_axis(const graph::Node& node, const graph::Shape& x, const graph::Shape& w, const graph::Shape& y,
                     std::size_t d) {
  const std::size_t spatial = x.size() - 2, i = d - 2;
  const std::vector<std::int64_t> ones(spatial, 1), zeros(2 * spatial, 0);
  PhaseAxis axis;
  axis.kernel = w[d];
  axis.stride = attribute(node, "strides", ones, i);
  axis.input = x[d];
  axis.output = y[d];
  if (attribute(node, "dilations", ones, i) != 1) fail(node, "dilations are supported with value 1 only");
  const std::int64_t extra = attribute(node, "output_padding", std::vector<std::int64_t>(spatial, 0), i);
  const std::int64_t total = (axis.input - 1) * axis.stride + extra + axis.kernel - axis.output;
  const std::string auto_pad = node.string_attribute("auto_pad", "NOTSET");
  const bool is_none = auto_pad == "NOTSET" || auto_pad.empty(), is_shaped = node.attributes.count("output_shape") != 0;
  if (!is_none && auto_pad != "VALID" && auto_pad != "SAME_UPPER" && auto_pad != "SAME_LOWER")
    fail(node, "auto_pad '{}' is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER", auto_pad);
  if (is_none && !is_shaped)
    axis.pad = attribute(node, "pads", zeros, i);
  else if (auto_pad != "VALID" || is_shaped)
    axis.pad = auto_pad == "SAME_UPPER" ? std::max<std::int64_t>(total, 0) / 2
                                        : std::max<std::int64_t>(total, 0) - std::max<std::int64_t>(total, 0) / 2;
  if (axis.pad < 0 || axis.stride < 1) fail(node, "its pads and strides do not make its output");
  // From one pixel nothing comes of a stride beyond the kernel.
  if (axis.input == 1) axis.stride = std::min(axis.stride, std::max(axis.kernel, axis.pad + axis.output));
  return axis;
}

// [C, N/groups, kh, kw] as [groups][phase y][phase x][N/groups][C/groups][tap y][tap x], taps from the last on.
std::vector<std::int16_t> phase_weights(const graph::TensorData& data, std::int16_t zero, std::int64_t groups,
                                        const PhaseAxis& y, const PhaseAxis& x) {
  const std::int64_t channels = data.shape[0] / groups, outputs = data.shape[1];
  std::vector<std::int16_t> ordered;
  for (std::int64_t at = 0; at < groups * y.stride * x.stride * outputs * channels; ++at) {
    const std::int64_t c = at % channels, n = at / channels % outputs, px = at / channels / outputs % x.stride;
    const std::int64_t py = at / channels / outputs / x.stride % y.stride;
    const std::int64_t g = at / channels / outputs / x.stride / y.stride;
    for (std::int64_t ty = y.taps(); ty-- > 0;) {
      for (std::int64_t tx = x.taps(); tx-- > 0;) {
        const std::int64_t ky = py + ty * y.stride, kx = px + tx * x.stride;
        const bool inside = ky < y.kernel && kx < x.kernel;
        const std::int64_t from = (((g * channels + c) * outputs + n) * y.kernel + ky) * x.kernel + kx;
        ordered.push_back(inside ? static_cast<std::int16_t>(graph::element_as_int(data, from)) : zero);
      }
    }
  }
  return ordered;
}

// One value an output channel of the model: one a channel of a phase.
template <class T>
std::vector<T> repeat(const std::vector<T>& values, std::int64_t groups, std::int64_t phases) {
  if (values.size() <= 1) return values;
  const auto outputs = static_cast<std::ptrdiff_t>(values.size()) / groups;
  std::vector<T> repeated;
  for (std::int64_t g = 0; g < groups; ++g)
    for (std::int64_t p = 0; p < phases; ++p)
      repeated.insert(repeated.end(), values.begin() + g * outputs, values.begin() + (g + 1) * outputs);
  return repeated;
}

// Phases to pixels: reshape, permute, reshape, and the part without the pads.
TensorId place_phases(Lowering& lowering, const graph::Node& node, TensorId id, std::int64_t groups,
                      std::int64_t outputs, const PhaseAxis& y, const PhaseAxis& x, const Target& target) {
  NetworkBuilder& network = lowering.network();
  const graph::Shape& out = lowering.output_tensor(node).shape;
  const graph::Shape apart{1, groups, y.stride, x.stride, outputs, y.positions(), x.positions()};
  graph::Shape whole{1, groups * outputs, y.positions() * y.stride, x.positions() * x.stride};
  if (out.size() == 3) whole.erase(whole.begin() + 2);
  const bool cut = whole != out;
  if (y.stride * x.stride > 1) {
    id = network.relayout(id, node, {}, apart, target.name + "/phases", "");
    id = network.relayout(id, node, {0, 1, 4, 5, 2, 6, 3}, whole, cut ? target.name + "/whole" : target.name,
                          cut ? "" : target.quantized_name);
  }
  if (!cut) return network.absorb_all(id, target.absorbed);
  Layer layer;
  layer.name = node.name + "/pads";
  layer.onnx_op = node.op;
  layer.op = Op::slice;
  layer.inputs = {id};
  SliceParameters slice{{0, 0, y.pad, x.pad}};
  if (out.size() == 3) slice.start.erase(slice.start.begin() + 2);
  layer.parameters = slice;
  return network.add_layer(std::move(layer), {out, Axis::undecided, id}, target);
}

}  // namespace

void lower_conv_transpose(Lowering& lowering, const graph::Node& node) {
  const TensorId input = lowering.dequantized_input(node, 0);
  const graph::Shape shape = lowering.network().tensor(input).shape;
  check_map_rank(node, shape);
  Weights weights = read_weights(lowering, node, 1, 1);
  const graph::Shape w = weights.constant->data->shape;
  const std::int64_t groups = node.int_attribute("group", 1);
  if (w.size() != shape.size() || groups < 1 || w[0] != shape[1] || w[0] % groups != 0)
    fail(node, "weights {} and group {} do not fit input {}", graph::to_string(w), groups, graph::to_string(shape));
  const graph::Shape& out = lowering.output_tensor(node).shape;
  const PhaseAxis x = phase_axis(node, shape, w, out, shape.size() - 1);
  const PhaseAxis y = shape.size() == 4 ? phase_axis(node, shape, w, out, 2) : PhaseAxis{};
  if (weights.scales.size() > 1 && groups > 1)
    fail(node, "weights with one scale a channel and group {}: supported with group 1, or one scale", groups);
  check_phases(node, groups, w[0] / groups, w[1], y, x);
  const std::int64_t phases = y.stride * x.stride, model_channels = w[1] * groups;
  weights.output_channels = model_channels * phases;
  WeightedValue::Recipe recipe;
  recipe.input = lowering.network().require_axis(input, Axis::first);
  recipe.input_scale = lowering.network().tensor(input).scale;
  const std::vector<float> scales = product_scales(recipe.input_scale, weights.scales);
  std::vector<std::int32_t> bias(static_cast<std::size_t>(model_channels), 0);
  if (Lowering::has_input(node, 2))
    bias = read_bias(node, lowering.input(node, 2), lowering.input_tensor(node, 2).name, scales, model_channels);
  recipe.bias = repeat(bias, groups, phases);
  if (bias.size() == 1) recipe.bias.assign(static_cast<std::size_t>(weights.output_channels), bias[0]);
  weights.scales = repeat(weights.scales, groups, phases);
  recipe.ordered_weights = [data = weights.constant->data, zero = static_cast<std::int16_t>(weights.zero_point), groups,
                            y, x] { return phase_weights(*data, zero, groups, y, x); };
  recipe.weights = std::move(weights);
  recipe.shape.channels = shape[1];
  recipe.shape.groups = groups;
  WindowParameters& window = recipe.shape.window;
  window.kernel_h = y.taps();
  window.kernel_w = x.taps();
  window.pads = {y.taps() - 1, x.taps() - 1, y.positions() - y.input, x.positions() - x.input};
  graph::Shape phase_shape{1, model_channels * phases, y.positions(), x.positions()};
  if (out.size() == 3) phase_shape.erase(phase_shape.begin() + 2);
  recipe.output = {phase_shape, Axis::first, -1};
  const std::string& name = lowering.output_tensor(node).name;
  const auto move = [&node, groups, outputs = w[1], y, x](Lowering& state, TensorId id, const Target& target) {
    return place_phases(state, node, id, groups, outputs, y, x, target);
  };
  // Bounds and quantization are the Conv's: what moves is integers.
  const auto inner = std::make_shared<WeightedValue>(name + "/phases", node, std::move(recipe));
  lowering.set_output(node, std::make_shared<MovedValue>(name, node, inner, false, move));
}

}  // namespace intloom::quant
