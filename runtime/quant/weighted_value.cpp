#include "runtime/quant/weighted_value.h"

#include <algorithm>
#include <cmath>

#include "runtime/quant/quantization_parameters.h"

namespace intloom::quant {
namespace {

LayerParameters conv_parameters(const WeightedValue::Recipe& recipe, const graph::Node& node,
                                const Quantization& output) {
  ConvParameters conv = recipe.shape;
  if (recipe.weights.constant->data->has_values()) conv.weights = recipe.ordered_weights();
  conv.weights_signed = recipe.weights.constant->data->type == graph::DataType::int8;
  conv.weight_zero_point = recipe.weights.zero_point;
  conv.bias = recipe.bias;
  conv.output_channels = recipe.weights.output_channels;
  conv.weight_scale = recipe.weights.scales;
  for (const float scale : product_scales(recipe.input_scale, recipe.weights.scales)) {
    conv.multiplier.push_back(scale / output.scale);
    if (!std::isfinite(conv.multiplier.back())) {
      fail(node, "the multiplier Sx*Sw/Sy = {} / {} is not finite", scale, output.scale);
    }
  }
  return conv;
}

void check_rank(const graph::Node& node, const std::string& name, const graph::Shape& shape, int output_axis) {
  if (static_cast<int>(shape.size()) > output_axis) return;
  fail(node, "its weights '{}' have shape {}, expected at least {} dimensions", name, graph::to_string(shape),
       output_axis + 1);
}

Weights check_weights(const graph::Node& node, const std::string& name, const QuantizedConstantPtr& constant,
                      int output_axis) {
  const graph::TensorData& data = *constant->data;
  if (data.type != graph::DataType::int8 && data.type != graph::DataType::uint8) {
    fail(node, "its weights '{}' are {}, supported are int8 and uint8", name, graph::data_type_name(data.type));
  }
  check_rank(node, name, data.shape, output_axis);
  Weights weights{constant, constant->scales, constant->zero_points[0], 1, output_axis};
  weights.output_channels = data.shape[static_cast<std::size_t>(output_axis)];
  if (weights.scales.size() > 1 && constant->axis != output_axis) {
    fail(
        node,
        "its weights '{}' have one scale an index of axis {}; only per tensor, or along the output channels (axis {}), "
        "can be rescaled behind the sum. Remedy: per_channel along that axis, or per tensor",
        name, constant->axis, output_axis);
  }
  const auto& zero_points = constant->zero_points;
  if (std::any_of(zero_points.begin(), zero_points.end(), [&](std::int32_t z) { return z != zero_points[0]; })) {
    fail(node,
         "its weights '{}' have different zero points in different channels. Remedy: symmetric weights "
         "(quantize_static: extra_options WeightSymmetric True)",
         name);
  }
  return weights;
}

}  // namespace

Weights read_weights(const Lowering& lowering, const graph::Node& node, std::size_t input, int output_axis) {
  const Value& value = lowering.input(node, input);
  const std::string& name = lowering.input_tensor(node, input).name;
  if (const auto* constant = std::get_if<QuantizedConstantPtr>(&value)) {
    return check_weights(node, name, *constant, output_axis);
  }
  if (std::holds_alternative<ConstantPtr>(value)) {
    fail(node,
         "its weights '{}' are float, without QuantizeLinear and DequantizeLinear. Remedy: quantize the node "
         "(quantize_static: '{}' in op_types_to_quantize, the node not in nodes_to_exclude)",
         name, node.op);
  }
  fail(node, "its weights '{}' are computed at run time; only constant weights are supported", name);
}

Weights read_weights(const Lowering& lowering, const graph::Node& node, std::size_t input, std::size_t scale_input,
                     std::size_t zero_point_input, int output_axis) {
  const std::string& name = lowering.input_tensor(node, input).name;
  const auto* data = std::get_if<ConstantPtr>(&lowering.input(node, input));
  if (data == nullptr)
    fail(node, "its weights '{}' are computed at run time; only constant weights are supported", name);
  check_rank(node, name, (*data)->shape, output_axis);
  const ScalesAndZeroPoints read = read_parameters(lowering, node, scale_input, zero_point_input);
  const std::int64_t channels = (*data)->shape[static_cast<std::size_t>(output_axis)];
  if (read.scales.size() != 1 && static_cast<std::int64_t>(read.scales.size()) != channels) {
    fail(node, "its weights '{}' have {} output channels and {} scales", name, channels, read.scales.size());
  }
  return check_weights(
      node, name,
      std::make_shared<const QuantizedConstant>(QuantizedConstant{*data, read.scales, read.zero_points, output_axis}),
      output_axis);
}

WeightedValue::WeightedValue(std::string tensor_name, const graph::Node& node, Recipe recipe)
    : LayerValue(std::move(tensor_name), node, Op::conv, {recipe.input}, recipe.output,
                 [this](const Quantization& output) { return conv_parameters(recipe_, *source, output); }),
      recipe_(std::move(recipe)) {
  folded = recipe_.folded;
  if (recipe_.bias.empty()) recipe_.bias.assign(static_cast<std::size_t>(recipe_.weights.output_channels), 0);
}

std::shared_ptr<WeightedValue> WeightedValue::plus(std::string tensor_name, const graph::Node& add,
                                                   const std::vector<std::int32_t>& bias) const {
  Recipe sum = recipe_;
  for (std::size_t i = 0; i < sum.bias.size(); ++i) {
    const std::int64_t total = std::int64_t{sum.bias[i]} + bias[i];
    if (total != static_cast<std::int32_t>(total))
      fail(add, "its sum with the bias of '{}' exceeds int32", source->name);
    sum.bias[i] = static_cast<std::int32_t>(total);
  }
  sum.folded.insert(sum.folded.end(), absorbed.begin(), absorbed.end());
  sum.folded.push_back(add.name);
  return std::make_shared<WeightedValue>(std::move(tensor_name), *source, std::move(sum));
}

bool is_bias_shape(const graph::Shape& shape, const graph::Shape& output, std::size_t channel_axis) {
  if (graph::element_count(shape) == 1) return true;
  const std::size_t behind = output.size() - channel_axis;  // dimensions from the channels on
  return shape.size() >= behind && shape.size() <= output.size() &&
         shape[shape.size() - behind] == output[channel_axis] && graph::element_count(shape) == output[channel_axis];
}

std::vector<float> product_scales(float input_scale, const std::vector<float>& weight_scales) {
  std::vector<float> scales;
  scales.reserve(weight_scales.size());
  for (const float scale : weight_scales) scales.push_back(input_scale * scale);
  return scales;
}

}  // namespace intloom::quant
