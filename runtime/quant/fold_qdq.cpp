// QuantizeLinear and DequantizeLinear: notation that says which integers a value is.
#include <algorithm>
#include <cmath>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/quantization_parameters.h"

namespace intloom::quant {
namespace {

// The axis of a constant's scales, checked against its shape; 0 where there is one scale.
int scale_axis(const graph::Node& node, const graph::Shape& shape, const ScalesAndZeroPoints& read) {
  if (read.scales.size() == 1) return 0;
  const int axis = static_cast<int>(resolve_axis(node, node.int_attribute("axis", 1), shape));
  const std::int64_t extent = shape[static_cast<std::size_t>(axis)];
  if (extent != static_cast<std::int64_t>(read.scales.size())) {
    fail(node, "it has {} scales for axis {} of shape {}", read.scales.size(), axis, graph::to_string(shape));
  }
  return axis;
}

void refuse_blocks(const graph::Node& node) {
  if (node.int_attribute("block_size", 0) == 0) return;
  fail(node, "blocked quantization (block_size {}) is not supported. Remedy: one scale a tensor or a channel",
       node.int_attribute("block_size", 0));
}

ConstantPtr quantize_constant(const graph::Node& node, const graph::TensorData& data, const float* values,
                              const ScalesAndZeroPoints& read) {
  if (read.type != graph::DataType::int8 && read.type != graph::DataType::uint8) {
    fail(node, "a constant is quantized to {}, supported are int8 and uint8", graph::data_type_name(read.type));
  }
  const int axis = scale_axis(node, data.shape, read);
  auto integers = std::make_shared<graph::TensorData>(graph::make_tensor(read.type, data.shape));
  for (std::int64_t i = 0; i < data.size(); ++i) {
    const std::size_t n = read.scales.size() == 1 ? 0 : index_along(data.shape, axis, i);
    const std::int32_t q = quantize_value(values[i], {read.type, read.scales[n], read.zero_points[n]});
    integers->bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(q);
  }
  return integers;
}

}  // namespace

void lower_quantize_linear(Lowering& lowering, const graph::Node& node) {
  ++lowering.quantize_nodes;
  refuse_blocks(node);
  const Value& value = lowering.input(node, 0);
  if (const auto* constant = std::get_if<ConstantPtr>(&value)) {
    const graph::TensorData& data = **constant;
    if (data.type != graph::DataType::float32) {
      fail(node, "its input is {}, expected float32", graph::data_type_name(data.type));
    }
    const ScalesAndZeroPoints read = read_parameters(lowering, node, 1, 2);
    lowering.set_output(node, quantize_constant(node, data, data.as<float>(), read));
  } else if (const auto* quantized = std::get_if<QuantizedConstantPtr>(&value)) {
    const std::vector<float> values = dequantize(**quantized);
    const ScalesAndZeroPoints read = read_parameters(lowering, node, 1, 2);
    lowering.set_output(node, quantize_constant(node, *(*quantized)->data, values.data(), read));
  } else if (const auto* real = std::get_if<FloatPtr>(&value)) {
    const FloatPtr recipe = *real;
    const Quantization quantization = read_activation_parameters(lowering, node, 1, 2);
    const Target target{quantization, {}, lowering.input_tensor(node, 0).name, lowering.output_tensor(node).name,
                        &node,        {}};
    lowering.set_output(node, IntegerTensor{recipe->quantize(lowering, target)});
  } else {
    fail(node, "its input '{}' is already {}", lowering.input_tensor(node, 0).name,
         graph::data_type_name(lowering.input_tensor(node, 0).type));
  }
}

void lower_dequantize_linear(Lowering& lowering, const graph::Node& node) {
  ++lowering.dequantize_nodes;
  refuse_blocks(node);
  const Value& value = lowering.input(node, 0);
  if (const auto* constant = std::get_if<ConstantPtr>(&value)) {
    const graph::TensorData& data = **constant;
    ScalesAndZeroPoints read = read_parameters(lowering, node, 1, 2);
    if (data.type == graph::DataType::float32 || data.type == graph::DataType::boolean) {
      fail(node, "its input '{}' is {}, expected integers", lowering.input_tensor(node, 0).name,
           graph::data_type_name(data.type));
    }
    const int axis = scale_axis(node, data.shape, read);
    lowering.set_output(node, std::make_shared<const QuantizedConstant>(QuantizedConstant{
                                  *constant, std::move(read.scales), std::move(read.zero_points), axis}));
    return;
  }
  Quantization quantization = read_activation_parameters(lowering, node, 1, 2);
  if (!Lowering::has_input(node, 2)) quantization.type = lowering.input_tensor(node, 0).type;
  const TensorId id = lowering.integer_input(node, 0, quantization);
  lowering.set_output(node, std::make_shared<DequantizedTensor>(lowering.output_tensor(node).name, node, id));
}

}  // namespace intloom::quant
