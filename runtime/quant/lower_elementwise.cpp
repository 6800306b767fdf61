// Operators of two inputs between DequantizeLinear and QuantizeLinear; an Add of a constant right behind Conv, Gemm or
// MatMul is their bias; what depends on one tensor alone is a table.
#include <algorithm>
#include <cmath>

#include "runtime/quant/elementwise.h"
#include "runtime/quant/float_function.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/weighted_value.h"

namespace intloom::quant {
namespace {

bool is_constant(const Value& value) {
  return std::holds_alternative<ConstantPtr>(value) || std::holds_alternative<QuantizedConstantPtr>(value);
}

const graph::Shape& constant_shape(const Value& value) {
  if (const auto* plain = std::get_if<ConstantPtr>(&value)) return (*plain)->shape;
  return std::get<QuantizedConstantPtr>(value)->data->shape;
}

std::size_t channel_axis(const NetworkBuilder::Output& output) {
  return output.axis == Axis::first ? 1 : output.shape.size() - 1;
}

bool fold_bias(Lowering& lowering, const graph::Node& node, std::size_t activation) {
  const std::size_t constant = 1 - activation;
  const Value& value = lowering.input(node, constant);
  const auto* real = std::get_if<FloatPtr>(&lowering.input(node, activation));
  if (real == nullptr || !is_constant(value)) return false;
  const auto weighted = std::dynamic_pointer_cast<WeightedValue>(*real);
  if (weighted == nullptr) return false;
  const WeightedValue::Recipe& recipe = weighted->recipe();
  if (!is_bias_shape(constant_shape(value), recipe.output.shape, channel_axis(recipe.output))) return false;
  const std::vector<std::int32_t> bias =
      read_bias(node, value, lowering.input_tensor(node, constant).name,
                product_scales(recipe.input_scale, recipe.weights.scales), recipe.weights.output_channels);
  lowering.set_output(node, weighted->plus(lowering.output_tensor(node).name, node, bias));
  return true;
}

Operand read_operand(Lowering& lowering, const graph::Node& node, std::size_t i) {
  const Value& value = lowering.input(node, i);
  if (is_constant(value)) return constant_operand(node, lowering.input_tensor(node, i).name, value);
  return lowering.dequantized_input(node, i);
}

// A plain float, which no quantizer rounded: exact in a table only.
bool is_plain_number(const Lowering& lowering, const graph::Node& node, std::size_t i) {
  return std::holds_alternative<ConstantPtr>(lowering.input(node, i)) && single_number(lowering, node, i).has_value();
}

// True where an input is float for good: the result of a function that nothing quantizes.
bool is_unquantized_function(Lowering& lowering, const graph::Node& node, std::size_t i) {
  const auto* real = std::get_if<FloatPtr>(&lowering.input(node, i));
  return real != nullptr && (*real)->function(lowering) && !(*real)->integers(lowering);
}

void require_two_inputs(const graph::Node& node) {
  if (node.inputs.size() == 2) return;
  fail(node,
       "it has {} inputs, two are supported. Remedy: write it as a chain of operators of two inputs, each quantized",
       node.inputs.size());
}

using FloatOperation = float (*)(float, float);

bool lower_to_table(Lowering& lowering, const graph::Node& node, FloatOperation operation) {
  const bool table = is_plain_number(lowering, node, 0) || is_plain_number(lowering, node, 1) ||
                     is_unquantized_function(lowering, node, 0) || is_unquantized_function(lowering, node, 1);
  return table && set_binary(lowering, node, operation);
}

void lower_binary(Lowering& lowering, const graph::Node& node, Op op) {
  const Operand a = read_operand(lowering, node, 0);
  const Operand b = read_operand(lowering, node, 1);
  lowering.set_output(node, binary_value(lowering, node, op, a, lowering.input_tensor(node, 0).name, b,
                                         lowering.input_tensor(node, 1).name));
}

}  // namespace

void lower_add(Lowering& lowering, const graph::Node& node) {
  require_two_inputs(node);
  if (fold_bias(lowering, node, 0) || fold_bias(lowering, node, 1)) return;
  if (lower_to_table(lowering, node, [](float a, float b) { return a + b; })) return;
  lower_binary(lowering, node, Op::add);
}

void lower_sub(Lowering& lowering, const graph::Node& node) {
  if (lower_to_table(lowering, node, [](float a, float b) { return a - b; })) return;
  lower_binary(lowering, node, Op::subtract);
}

void lower_mul(Lowering& lowering, const graph::Node& node) {
  if (lower_to_table(lowering, node, [](float a, float b) { return a * b; })) return;
  lower_binary(lowering, node, Op::multiply);
}

void lower_max(Lowering& lowering, const graph::Node& node) {
  require_two_inputs(node);
  if (lower_to_table(lowering, node, [](float a, float b) { return std::max(a, b); })) return;
  lower_binary(lowering, node, Op::maximum);
}

void lower_min(Lowering& lowering, const graph::Node& node) {
  require_two_inputs(node);
  if (lower_to_table(lowering, node, [](float a, float b) { return std::min(a, b); })) return;
  lower_binary(lowering, node, Op::minimum);
}

void lower_div(Lowering& lowering, const graph::Node& node) {
  if (set_binary(lowering, node, [](float a, float b) { return a / b; })) return;
  fail(
      node,
      "it divides by '{}' of shape {}: a Div is a table, so one of its inputs must be one number, or both functions of "
      "the same tensor. Remedy: multiply by the reciprocal, as a quantized constant",
      lowering.input_tensor(node, 1).name, graph::to_string(lowering.input_tensor(node, 1).shape));
}

void lower_pow(Lowering& lowering, const graph::Node& node) {
  if (set_binary(lowering, node, [](float a, float b) { return std::pow(a, b); })) return;
  fail(node, "its exponent must be one constant number: a Pow is a table");
}

}  // namespace intloom::quant
