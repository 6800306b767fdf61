// Add and Mul between DequantizeLinear and QuantizeLinear; an Add of a constant right behind Conv, Gemm or MatMul is
// their bias.
#include "runtime/quant/elementwise.h"
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

void lower_binary(Lowering& lowering, const graph::Node& node, Op op) {
  const Operand a = read_operand(lowering, node, 0);
  const Operand b = read_operand(lowering, node, 1);
  lowering.set_output(node, binary_value(lowering, node, op, a, lowering.input_tensor(node, 0).name, b,
                                         lowering.input_tensor(node, 1).name));
}

}  // namespace

void lower_add(Lowering& lowering, const graph::Node& node) {
  if (fold_bias(lowering, node, 0) || fold_bias(lowering, node, 1)) return;
  lower_binary(lowering, node, Op::add);
}

void lower_mul(Lowering& lowering, const graph::Node& node) { lower_binary(lowering, node, Op::multiply); }

}  // namespace intloom::quant
