// The QOperator format: integers in, integers out, scales among the inputs. The same recipes, quantized at once.
#include "runtime/quant/concat.h"
#include "runtime/quant/elementwise.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/pool.h"
#include "runtime/quant/quantization_parameters.h"
#include "runtime/quant/weighted_operators.h"

namespace intloom::quant {
namespace {

void finish(Lowering& lowering, const graph::Node& node, FloatValue& value, std::size_t scale_input,
            std::size_t zero_point_input) {
  if (!Lowering::has_input(node, scale_input)) {
    fail(node, "its output scale is missing, so its output is float. Remedy: quantize its output");
  }
  Quantization quantization = read_activation_parameters(lowering, node, scale_input, zero_point_input);
  const graph::Tensor& output = lowering.output_tensor(node);
  if (!Lowering::has_input(node, zero_point_input)) quantization.type = output.type;
  const Target target{quantization, {}, output.name, output.name, &node, {}};
  lowering.set_output(node, IntegerTensor{value.quantize(lowering, target)});
}

Quantization read_input_parameters(const Lowering& lowering, const graph::Node& node, std::size_t input,
                                   std::size_t scale_input, std::size_t zero_point_input) {
  Quantization quantization = read_activation_parameters(lowering, node, scale_input, zero_point_input);
  if (!Lowering::has_input(node, zero_point_input)) quantization.type = lowering.input_tensor(node, input).type;
  return quantization;
}

// Inputs `first`, first + 1 (scale), first + 2 (zero point).
TensorId read_activation(Lowering& lowering, const graph::Node& node, std::size_t first) {
  return lowering.integer_input(node, first, read_input_parameters(lowering, node, first, first + 1, first + 2));
}

Operand read_operand(Lowering& lowering, const graph::Node& node, std::size_t first) {
  const auto* constant = std::get_if<ConstantPtr>(&lowering.input(node, first));
  if (constant == nullptr) return read_activation(lowering, node, first);
  const Quantization quantization = read_input_parameters(lowering, node, first, first + 1, first + 2);
  return std::make_shared<const QuantizedConstant>(
      QuantizedConstant{*constant, {quantization.scale}, {quantization.zero_point}, 0});
}

// Biases of QOperator nodes are int32 at the product scales by definition.
void take_bias(Lowering& lowering, const graph::Node& node, std::size_t input, WeightedValue::Recipe& recipe) {
  if (!Lowering::has_input(node, input)) return;
  const std::string& name = lowering.input_tensor(node, input).name;
  const graph::TensorData& data = lowering.constant_input(node, input, "bias");
  if (data.type != graph::DataType::int32) {
    fail(node, "its bias '{}' is {}, expected int32", name, graph::data_type_name(data.type));
  }
  const Value plain = std::make_shared<const graph::TensorData>(data);
  recipe.bias = read_bias(node, plain, name, {1.0F}, recipe.weights.output_channels);
}

void refuse_channels_last(const graph::Node& node) {
  if (node.int_attribute("channels_last", 0) == 0) return;
  fail(node, "channels_last = 1 is not supported. Remedy: quantize the model before layout optimizations");
}

void check_matrix(const Lowering& lowering, const graph::Node& node, std::size_t input) {
  const graph::Tensor& tensor = lowering.input_tensor(node, input);
  if (tensor.shape.size() == 2) return;
  fail(node, "its weights '{}' have shape {}; supported is a constant matrix of rank 2", tensor.name,
       graph::to_string(tensor.shape));
}

void lower_binary(Lowering& lowering, const graph::Node& node, Op op) {
  const Operand a = read_operand(lowering, node, 0);
  const Operand b = read_operand(lowering, node, 3);
  const auto value =
      binary_value(lowering, node, op, a, lowering.input_tensor(node, 0).name, b, lowering.input_tensor(node, 3).name);
  finish(lowering, node, *value, 6, 7);
}

}  // namespace

// x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B
void lower_qlinear_conv(Lowering& lowering, const graph::Node& node) {
  const TensorId x = read_activation(lowering, node, 0);
  WeightedValue::Recipe recipe = conv_recipe(lowering, node, x, read_weights(lowering, node, 3, 4, 5, 0));
  take_bias(lowering, node, 8, recipe);
  WeightedValue value(lowering.output_tensor(node).name, node, std::move(recipe));
  finish(lowering, node, value, 6, 7);
}

// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point
void lower_qlinear_matmul(Lowering& lowering, const graph::Node& node) {
  check_matrix(lowering, node, 3);
  const TensorId x = read_activation(lowering, node, 0);
  WeightedValue::Recipe recipe = matrix_recipe(lowering, node, x, read_weights(lowering, node, 3, 4, 5, 1), false);
  WeightedValue value(lowering.output_tensor(node).name, node, std::move(recipe));
  finish(lowering, node, value, 6, 7);
}

// A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point
void lower_qgemm(Lowering& lowering, const graph::Node& node) {
  if (node.int_attribute("transA", 0) != 0) fail(node, "transA = 1 is not supported");
  check_matrix(lowering, node, 3);
  const TensorId x = read_activation(lowering, node, 0);
  const bool transposed = node.int_attribute("transB", 0) != 0;
  WeightedValue::Recipe recipe =
      matrix_recipe(lowering, node, x, read_weights(lowering, node, 3, 4, 5, transposed ? 0 : 1), transposed);
  recipe.input_scale = node.float_attribute("alpha", 1) * recipe.input_scale;
  if (!(recipe.input_scale > 0)) fail(node, "alpha is {}; it must be greater than 0", node.float_attribute("alpha", 1));
  take_bias(lowering, node, 6, recipe);
  WeightedValue value(lowering.output_tensor(node).name, node, std::move(recipe));
  finish(lowering, node, value, 7, 8);
}

// A, A_scale, A_zero_point, B, B_scale, B_zero_point, C_scale, C_zero_point
void lower_qlinear_add(Lowering& lowering, const graph::Node& node) { lower_binary(lowering, node, Op::add); }
void lower_qlinear_mul(Lowering& lowering, const graph::Node& node) { lower_binary(lowering, node, Op::multiply); }

// Y_scale, Y_zero_point, then tensor, scale, zero point of each part
void lower_qlinear_concat(Lowering& lowering, const graph::Node& node) {
  if (node.inputs.size() < 5 || (node.inputs.size() - 2) % 3 != 0) {
    fail(node, "it has {} inputs, expected 2 and three for each part", node.inputs.size());
  }
  std::vector<ConcatValue::Part> parts;
  std::vector<std::string> names;
  for (std::size_t i = 2; i < node.inputs.size(); i += 3) {
    parts.emplace_back(read_operand(lowering, node, i));
    names.push_back(lowering.input_tensor(node, i).name);
  }
  ConcatValue value(lowering.output_tensor(node), node, std::move(parts), std::move(names));
  finish(lowering, node, value, 0, 1);
}

// X, x_scale, x_zero_point, y_scale, y_zero_point
void lower_qlinear_average_pool(Lowering& lowering, const graph::Node& node) {
  refuse_channels_last(node);
  const auto value = average_pool_value(lowering, node, read_activation(lowering, node, 0));
  finish(lowering, node, *value, 3, 4);
}

void lower_qlinear_global_average_pool(Lowering& lowering, const graph::Node& node) {
  refuse_channels_last(node);
  const auto value = global_average_pool_value(lowering, node, read_activation(lowering, node, 0));
  finish(lowering, node, *value, 3, 4);
}

}  // namespace intloom::quant
