#include "tests/unit/compile/random_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace intloom::test {
namespace {

// Every dimension 1 with some probability, or leading ones dropped: a shape that broadcasts to `shape`.
graph::Shape broadcastable(Random& random, graph::Shape shape) {
  for (std::int64_t& extent : shape)
    if (chance(random, 0.4)) extent = 1;
  while (shape.size() > 1 && shape.front() == 1 && chance(random, 0.3)) shape.erase(shape.begin());
  return shape;
}

std::vector<std::int64_t> divisors(std::int64_t a, std::int64_t b) {
  std::vector<std::int64_t> list;
  for (std::int64_t d = 1; d <= std::min(a, b); ++d)
    if (a % d == 0 && b % d == 0) list.push_back(d);
  return list;
}

std::int64_t window_output(std::int64_t input, std::int64_t kernel, std::int64_t stride, std::int64_t dilation,
                           std::int64_t pads) {
  const std::int64_t span = (kernel - 1) * dilation + 1;
  return input + pads < span ? 0 : (input + pads - span) / stride + 1;
}

}  // namespace

std::int64_t between(Random& random, std::int64_t least, std::int64_t most) {
  return least + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
}

bool chance(Random& random, double probability) { return static_cast<double>(random() % 10000) < probability * 10000; }

quant::TensorId NetworkBuilder::add_tensor(const graph::Shape& shape, int channel_axis) {
  quant::Tensor tensor;
  tensor.name = fmt::format("t{}", network_.tensors.size());
  tensor.shape = shape;
  tensor.channel_axis = channel_axis;
  tensor.type = chance(random_, 0.5) ? graph::DataType::int8 : graph::DataType::uint8;
  const bool is_signed = tensor.type == graph::DataType::int8;
  tensor.zero_point = static_cast<std::int32_t>(between(random_, is_signed ? -128 : 0, is_signed ? 127 : 255));
  tensor.scale = multiplier(0.02);
  network_.tensors.push_back(tensor);
  return static_cast<quant::TensorId>(network_.tensors.size() - 1);
}

quant::TensorId NetworkBuilder::add_input(const graph::Shape& shape, int channel_axis) {
  const quant::TensorId id = add_tensor(shape, channel_axis);
  network_.inputs.push_back({tensor(id).name, id, tensor(id).type, shape});
  return id;
}

quant::TensorId NetworkBuilder::add_constant(const graph::Shape& shape, int channel_axis) {
  const quant::TensorId id = add_tensor(shape, channel_axis);
  auto data = std::make_shared<graph::TensorData>();
  data->type = tensor(id).type;
  data->shape = shape;
  data->bytes.resize(static_cast<std::size_t>(graph::element_count(shape)));
  for (std::uint8_t& byte : data->bytes) byte = static_cast<std::uint8_t>(random_());
  network_.tensors[static_cast<std::size_t>(id)].constant = data;
  return id;
}

quant::TensorId NetworkBuilder::add_layer(quant::Op op, std::vector<quant::TensorId> inputs, quant::TensorId output,
                                          quant::LayerParameters parameters) {
  quant::Layer layer;
  layer.name = fmt::format("{}{}", quant::op_name(op), network_.layers.size());
  layer.onnx_op = std::string(quant::op_name(op));
  layer.op = op;
  layer.inputs = std::move(inputs);
  layer.output = output;
  layer.parameters = std::move(parameters);
  const bool is_signed = tensor(output).type == graph::DataType::int8;
  layer.clamp = is_signed ? quant::Clamp{-128, 127} : quant::Clamp{0, 255};
  if (chance(random_, 0.3)) layer.clamp.lo = tensor(output).zero_point;
  network_.layers.push_back(std::move(layer));
  return output;
}

float NetworkBuilder::multiplier(double typical) {
  return static_cast<float>(typical * std::pow(2.0, static_cast<double>(between(random_, -100, 100)) / 100));
}

quant::TensorId NetworkBuilder::add_conv(quant::TensorId input) {
  const quant::MapShape in = quant::map_shape(tensor(input));
  quant::ConvParameters conv;
  conv.channels = in.channels;
  conv.output_channels = between(random_, 1, 45);
  if (chance(random_, 0.3)) conv.groups = conv.output_channels = conv.channels;
  const std::vector<std::int64_t> choices = divisors(conv.channels, conv.output_channels);
  if (conv.groups == 1 && chance(random_, 0.4))
    conv.groups = choices[static_cast<std::size_t>(between(random_, 0, static_cast<std::int64_t>(choices.size()) - 1))];
  if (tensor(input).channel_axis == 1 && tensor(input).shape.size() == 4) {
    quant::WindowParameters& w = conv.window;
    w.kernel_h = between(random_, 1, std::min<std::int64_t>(in.height + 1, 5));
    w.kernel_w = between(random_, 1, std::min<std::int64_t>(in.width + 1, 5));
    w.stride_h = between(random_, 1, 3);
    w.stride_w = between(random_, 1, 2);
    w.dilation_h = chance(random_, 0.2) ? 2 : 1;
    w.dilation_w = chance(random_, 0.2) ? 2 : 1;
    for (std::int64_t& pad : w.pads) pad = between(random_, 0, 2);
    if (chance(random_, 0.15)) {  // as a Gemm behind a Flatten: the whole map is one window
      w = {};
      w.kernel_h = in.height;
      w.kernel_w = in.width;
    }
  }
  return add_conv(input, std::move(conv));
}

quant::TensorId NetworkBuilder::add_conv(quant::TensorId input, quant::ConvParameters conv) {
  const quant::MapShape in = quant::map_shape(tensor(input));
  const quant::WindowParameters& w = conv.window;
  const std::int64_t height = window_output(in.height, w.kernel_h, w.stride_h, w.dilation_h, w.pads[0] + w.pads[2]);
  const std::int64_t width = window_output(in.width, w.kernel_w, w.stride_w, w.dilation_w, w.pads[1] + w.pads[3]);
  if (height < 1 || width < 1) return -1;
  graph::Shape shape = tensor(input).shape;
  if (shape.size() == 4 && tensor(input).channel_axis == 1) {
    shape = {1, conv.output_channels, height, width};
  } else {
    shape[shape.size() == 1 ? 0 : static_cast<std::size_t>(tensor(input).channel_axis)] = conv.output_channels;
  }
  const std::int64_t taps = conv.channels / conv.groups * w.kernel_h * w.kernel_w;
  conv.weights_signed = chance(random_, 0.7);
  conv.weight_zero_point = chance(random_, 0.7) ? 0 : static_cast<std::int32_t>(between(random_, 0, 100));
  conv.weights.resize(static_cast<std::size_t>(conv.output_channels * taps));
  for (std::int16_t& weight : conv.weights)
    weight = static_cast<std::int16_t>(conv.weights_signed ? between(random_, -128, 127) : between(random_, 0, 255));
  conv.bias.resize(static_cast<std::size_t>(conv.output_channels));
  for (std::int32_t& bias : conv.bias) bias = static_cast<std::int32_t>(between(random_, -5000, 5000));
  conv.multiplier.resize(chance(random_, 0.5) ? 1 : conv.bias.size());
  for (float& m : conv.multiplier) m = multiplier(1.0 / (70 * std::sqrt(static_cast<double>(taps))));
  const quant::TensorId output = add_tensor(shape, tensor(input).channel_axis);
  return add_layer(quant::Op::conv, {input}, output, std::move(conv));
}

quant::TensorId NetworkBuilder::add_binary(quant::TensorId a, quant::TensorId b, quant::Op op) {
  graph::Shape shape = tensor(a).shape;
  const graph::Shape& other = tensor(b).shape;
  for (std::size_t d = 0; d < other.size(); ++d) {
    std::int64_t& extent = shape[d + shape.size() - other.size()];
    extent = std::max(extent, other[d]);
  }
  const quant::TensorId output = add_tensor(shape, tensor(a).channel_axis);
  quant::BinaryParameters parameters;
  parameters.multiplier = op != quant::Op::multiply ? std::array<float, 2>{multiplier(0.7), multiplier(0.7)}
                                                    : std::array<float, 2>{multiplier(0.01), 1};
  const bool swap = graph::element_count(tensor(b).shape) == graph::element_count(shape) && chance(random_, 0.5);
  return add_layer(op, swap ? std::vector<quant::TensorId>{b, a} : std::vector<quant::TensorId>{a, b}, output,
                   parameters);
}

quant::TensorId NetworkBuilder::add_random_binary(quant::TensorId a) {
  constexpr quant::Op kOps[] = {quant::Op::add,      quant::Op::add,     quant::Op::multiply,
                                quant::Op::subtract, quant::Op::maximum, quant::Op::minimum};
  const quant::Op op = kOps[between(random_, 0, 5)];
  if (chance(random_, 0.3)) {
    const graph::Shape shape = broadcastable(random_, tensor(a).shape);
    const int axis = shape.size() > 2 ? std::min<int>(tensor(a).channel_axis, static_cast<int>(shape.size()) - 1) : 1;
    return add_binary(a, add_constant(shape, axis), op);
  }
  std::vector<quant::TensorId> fitting;
  for (quant::TensorId b = 0; b < static_cast<quant::TensorId>(network_.tensors.size()); ++b) {
    const graph::Shape& shape = tensor(b).shape;
    if (shape.size() != tensor(a).shape.size()) continue;
    bool fits = true;
    for (std::size_t d = 0; d < shape.size(); ++d) fits = fits && (shape[d] == tensor(a).shape[d] || shape[d] == 1);
    if (fits) fitting.push_back(b);
  }
  return add_binary(
      a, fitting[static_cast<std::size_t>(between(random_, 0, static_cast<std::int64_t>(fitting.size()) - 1))], op);
}

quant::TensorId NetworkBuilder::add_pool(quant::TensorId input) {
  if (tensor(input).shape.size() != 4 || tensor(input).channel_axis != 1) return -1;
  const quant::MapShape in = quant::map_shape(tensor(input));
  quant::PoolParameters pool;
  quant::WindowParameters& w = pool.window;
  w.kernel_h = between(random_, 1, std::min<std::int64_t>(in.height, 4));
  w.kernel_w = between(random_, 1, std::min<std::int64_t>(in.width, 4));
  w.stride_h = between(random_, 1, 3);
  w.stride_w = between(random_, 1, 3);
  for (std::size_t i = 0; i < 4; ++i) w.pads[i] = between(random_, 0, (i % 2 == 0 ? w.kernel_h : w.kernel_w) - 1);
  pool.count_padding = chance(random_, 0.3);
  const std::int64_t height = window_output(in.height, w.kernel_h, w.stride_h, 1, w.pads[0] + w.pads[2]);
  const std::int64_t width = window_output(in.width, w.kernel_w, w.stride_w, 1, w.pads[1] + w.pads[3]);
  const quant::TensorId output = add_tensor({1, in.channels, height, width}, 1);
  const bool is_max = chance(random_, 0.5);
  pool.multiplier = is_max && chance(random_, 0.5) ? 1.0F : tensor(input).scale / tensor(output).scale;
  return add_layer(is_max ? quant::Op::max_pool : quant::Op::average_pool, {input}, output, pool);
}

quant::TensorId NetworkBuilder::add_global_pool(quant::TensorId input) {
  if (tensor(input).shape.size() != 4 || tensor(input).channel_axis != 1) return -1;
  quant::PoolParameters pool;
  const quant::MapShape in = quant::map_shape(tensor(input));
  pool.window.kernel_h = in.height;
  pool.window.kernel_w = in.width;
  pool.global = true;
  const quant::TensorId output = add_tensor({1, in.channels, 1, 1}, 1);
  pool.multiplier = tensor(input).scale / tensor(output).scale;
  return add_layer(quant::Op::average_pool, {input}, output, pool);
}

quant::TensorId NetworkBuilder::add_concat(const std::vector<quant::TensorId>& inputs, int axis) {
  graph::Shape shape = tensor(inputs[0]).shape;
  for (std::size_t i = 1; i < inputs.size(); ++i)
    shape[static_cast<std::size_t>(axis)] += tensor(inputs[i]).shape[static_cast<std::size_t>(axis)];
  quant::ConcatParameters concat;
  concat.axis = axis;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    concat.multiplier.push_back(chance(random_, 0.5) ? 1.0F : multiplier(1));
  return add_layer(quant::Op::concat, inputs, add_tensor(shape, tensor(inputs[0]).channel_axis), concat);
}

quant::TensorId NetworkBuilder::add_random_concat(quant::TensorId first) {
  const graph::Shape shape = tensor(first).shape;
  if (shape.size() < 2) return -1;
  const auto axis = static_cast<std::size_t>(between(random_, 1, static_cast<std::int64_t>(shape.size()) - 1));
  std::vector<quant::TensorId> fitting;
  for (quant::TensorId b = 0; b < static_cast<quant::TensorId>(network_.tensors.size()); ++b) {
    graph::Shape other = tensor(b).shape;
    if (other.size() != shape.size()) continue;
    other[axis] = shape[axis];
    if (other == shape) fitting.push_back(b);
  }
  std::vector<quant::TensorId> inputs{first};
  for (std::int64_t i = between(random_, 0, 2); i >= 0; --i)
    inputs.push_back(
        fitting[static_cast<std::size_t>(between(random_, 0, static_cast<std::int64_t>(fitting.size()) - 1))]);
  return add_concat(inputs, static_cast<int>(axis));
}

quant::TensorId NetworkBuilder::add_rescale(quant::TensorId input) {
  const quant::TensorId output = add_tensor(tensor(input).shape, tensor(input).channel_axis);
  return add_layer(quant::Op::rescale, {input}, output, quant::RescaleParameters{multiplier(1)});
}

quant::TensorId NetworkBuilder::add_lookup(quant::TensorId input) {
  const quant::TensorId output = add_tensor(tensor(input).shape, tensor(input).channel_axis);
  quant::TableParameters parameters;
  for (std::uint8_t& entry : parameters.table) entry = static_cast<std::uint8_t>(random_());
  const quant::TensorId made = add_layer(quant::Op::lookup, {input}, output, parameters);
  const bool is_signed = tensor(output).type == graph::DataType::int8;
  network_.layers.back().clamp = is_signed ? quant::Clamp{-128, 127} : quant::Clamp{0, 255};
  return made;
}

// The same integers in another shape.
quant::TensorId NetworkBuilder::add_like(quant::TensorId input, const graph::Shape& shape) {
  const quant::TensorId output = add_tensor(shape, tensor(input).channel_axis);
  quant::Tensor& out = network_.tensors[static_cast<std::size_t>(output)];
  out.type = tensor(input).type;
  out.scale = tensor(input).scale;
  out.zero_point = tensor(input).zero_point;
  return output;
}

quant::TensorId NetworkBuilder::add_slice(quant::TensorId input) {
  graph::Shape shape = tensor(input).shape;
  if (shape.size() > 4) return -1;
  quant::SliceParameters parameters{std::vector<std::int64_t>(shape.size(), 0)};
  for (std::size_t d = 1; d < shape.size(); ++d) {
    if (chance(random_, 0.5)) continue;
    parameters.start[d] = between(random_, 0, shape[d] - 1);
    shape[d] = between(random_, 1, shape[d] - parameters.start[d]);
  }
  const quant::TensorId made = add_layer(quant::Op::slice, {input}, add_like(input, shape), parameters);
  network_.layers.back().clamp =
      tensor(made).type == graph::DataType::int8 ? quant::Clamp{-128, 127} : quant::Clamp{0, 255};
  return made;
}

// Ascending: every source up to three times, or some left out.
std::vector<std::int64_t> NetworkBuilder::any_index(std::int64_t from) {
  std::vector<std::int64_t> index;
  const std::int64_t style = between(random_, 0, 3);
  for (std::int64_t source = 0; source < from; ++source) {
    const std::int64_t times = style < 3 ? style : between(random_, 0, 3);
    if (style == 0 && source % 2 == 0) index.push_back(source);
    for (std::int64_t i = 0; i < times; ++i) index.push_back(source);
  }
  if (index.empty()) index.push_back(from - 1);
  return index;
}

quant::TensorId NetworkBuilder::add_resize(quant::TensorId input) {
  if (tensor(input).shape.size() != 4 || tensor(input).channel_axis != 1) return -1;
  const quant::MapShape in = quant::map_shape(tensor(input));
  quant::ResizeParameters resize{any_index(in.height), any_index(in.width)};
  const graph::Shape shape{1, in.channels, static_cast<std::int64_t>(resize.row.size()),
                           static_cast<std::int64_t>(resize.column.size())};
  const quant::TensorId made = add_layer(quant::Op::resize, {input}, add_like(input, shape), std::move(resize));
  network_.layers.back().clamp =
      tensor(made).type == graph::DataType::int8 ? quant::Clamp{-128, 127} : quant::Clamp{0, 255};
  return made;
}

quant::TensorId NetworkBuilder::add_relayout(quant::TensorId input, std::vector<int> perm, const graph::Shape& shape,
                                             int channel_axis) {
  const quant::TensorId output = add_tensor(shape, channel_axis);
  quant::Tensor& out = network_.tensors[static_cast<std::size_t>(output)];
  out.type = tensor(input).type;
  out.zero_point = tensor(input).zero_point;
  return add_layer(quant::Op::relayout, {input}, output, quant::RelayoutParameters{std::move(perm)});
}

quant::TensorId NetworkBuilder::add_random_relayout(quant::TensorId input) {
  const graph::Shape s = tensor(input).shape;
  const int axis = tensor(input).channel_axis;
  if (s.size() == 4) {
    switch (between(random_, 0, 4)) {
      case 0:
        return add_relayout(input, {}, {1, s[1] * s[2] * s[3]}, 1);
      case 1:
        return add_relayout(input, {0, 2, 3, 1}, {1, s[2], s[3], s[1]}, chance(random_, 0.5) ? 3 : 1);
      case 2:
        return add_relayout(input, {0, 3, 1, 2}, {1, s[3], s[1] * s[2]}, chance(random_, 0.5) ? 2 : 1);
      case 3:
        return add_relayout(input, {}, {1, s[1], 1, s[2] * s[3]}, axis == 1 ? 1 : 3);
      default:
        return add_relayout(input, {}, {1, s[3], s[1], 1, s[2]}, chance(random_, 0.5) ? 4 : 1);
    }
  }
  if (s.size() == 5)
    return add_relayout(input, {0, 2, 3, 4, 1}, {1, s[2] * s[3], s[4], s[1]}, chance(random_, 0.5) ? 3 : 1);
  if (s.size() == 3) return add_relayout(input, {0, 2, 1}, {1, s[2], 1, s[1]}, chance(random_, 0.5) ? 3 : 1);
  return add_relayout(input, {}, {1, s.back(), 1, 1}, 1);
}

quant::TensorId NetworkBuilder::random_tensor() {
  // Mostly the newest ones, so that networks are deep.
  const auto last = static_cast<std::int64_t>(network_.tensors.size()) - 1;
  for (;;) {
    const std::int64_t id =
        chance(random_, 0.6) ? last - between(random_, 0, std::min<std::int64_t>(last, 2)) : between(random_, 0, last);
    if (!network_.tensors[static_cast<std::size_t>(id)].constant) return static_cast<quant::TensorId>(id);
  }
}

quant::TensorId NetworkBuilder::add_random_layer() {
  for (;;) {
    const quant::TensorId input = random_tensor();
    quant::TensorId output = -1;
    switch (between(random_, 0, 12)) {
      case 0:
      case 1:
      case 2:
      case 3:
        output = add_conv(input);
        break;
      case 4:
        output = add_random_binary(input);
        break;
      case 5:
        output = add_pool(input);
        break;
      case 6:
        output = add_random_concat(input);
        break;
      case 7:
        output = add_rescale(input);
        break;
      case 8:
        output = add_random_relayout(input);
        break;
      case 9:
        output = add_lookup(input);
        break;
      case 10:
        output = add_slice(input);
        break;
      case 11:
        output = add_resize(input);
        break;
      default:
        output = chance(random_, 0.3) ? add_global_pool(input) : add_random_binary(input);
        break;
    }
    if (output < 0) continue;
    if (graph::element_count(tensor(output).shape) <= 6000) return output;
    network_.layers.pop_back();  // too large to compute; its tensor stays unused
    network_.tensors.resize(static_cast<std::size_t>(output));
  }
}

void NetworkBuilder::add_output(quant::TensorId id) {
  network_.outputs.push_back({tensor(id).name, id, tensor(id).type, tensor(id).shape});
}

quant::Network random_network(Random& random, int layers) {
  NetworkBuilder builder(random);
  builder.add_input({1, between(random, 1, 40), between(random, 1, 14), between(random, 1, 14)});
  if (chance(random, 0.3))
    builder.add_input({1, between(random, 1, 9), between(random, 1, 30)}, chance(random, 0.5) ? 1 : 2);
  quant::TensorId last = -1;
  for (int i = 0; i < layers; ++i) {
    last = builder.add_random_layer();
    if (chance(random, 0.1)) builder.add_output(last);
  }
  if (chance(random, 0.05)) builder.add_output(0);
  builder.add_output(last);
  return std::move(builder.network());
}

std::vector<std::vector<std::uint8_t>> random_inputs(Random& random, const quant::Network& network) {
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const quant::Boundary& input : network.inputs) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(graph::element_count(input.shape)));
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(random());
    inputs.push_back(std::move(bytes));
  }
  return inputs;
}

isa::MachineDescription random_machine(Random& random) {
  const auto pick = [&](std::initializer_list<int> values) {
    return *(values.begin() + between(random, 0, static_cast<std::int64_t>(values.size()) - 1));
  };
  isa::MachineDescription machine;
  machine.name = "random";
  machine.array.rows = pick({4, 8, 12, 16, 20});
  machine.array.cols = pick({4, 8, 12, 16, 20});
  machine.accumulator.banks = pick({1, 2, 3});
  machine.accumulator.rows_per_bank = pick({8, 16, 40, 100, 512});
  machine.scratchpad = {pick({1, 2, 3, 4, 8, 16}), pick({64, 200, 512, 1024, 4096}), 1};
  machine.weight_buffer = {pick({1, 2, 4}), pick({256, 600, 2048, 8192}), 1};
  machine.parameter_buffer = {pick({1, 2, 4}), pick({264, 300, 1024}), 1};
  machine.requant.lanes = pick({4, 16});
  machine.vector.lanes = pick({4, 16});
  machine.requant.scaling.rounding = machine.vector.scaling.rounding = isa::Rounding::half_even;
  if (chance(random, 0.3))
    machine.requant.scaling.multiplier = machine.vector.scaling.multiplier = isa::Multiplier::float32;
  if (chance(random, 0.15)) machine.array.zero_point = isa::ZeroPoint::folded;
  machine.requant.scaling.per_channel = chance(random, 0.9);
  machine.dma.bytes_per_cycle = pick({4, 16});
  machine.memory.burst_bytes = pick({16, 64});
  return machine;
}

}  // namespace intloom::test
