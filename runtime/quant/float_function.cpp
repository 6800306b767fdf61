#include "runtime/quant/float_function.h"

#include <algorithm>

#include "runtime/quant/float_values.h"

namespace intloom::quant {
namespace {

FloatPtr float_input(const Lowering& lowering, const graph::Node& node, std::size_t i) {
  const auto* real = std::get_if<FloatPtr>(&lowering.input(node, i));
  return real != nullptr ? *real : nullptr;
}

void set_table(Lowering& lowering, const graph::Node& node, ByteFunction function) {
  lowering.set_output(node, std::make_shared<TableValue>(lowering.output_tensor(node).name, node, std::move(function)));
}

}  // namespace

void set_unary(Lowering& lowering, const graph::Node& node, const std::function<float(float)>& function) {
  const FloatPtr input = float_input(lowering, node, 0);
  std::optional<ByteFunction> bytes = input ? input->function(lowering) : std::nullopt;
  if (!bytes) {
    lowering.dequantized_input(node, 0);  // says what is wrong with it
    fail(node, "its input '{}' is not a function of one quantized tensor", lowering.input_tensor(node, 0).name);
  }
  for (float& value : bytes->values) value = function(value);
  set_table(lowering, node, *std::move(bytes));
}

bool set_binary(Lowering& lowering, const graph::Node& node, const std::function<float(float, float)>& function) {
  const FloatPtr a = float_input(lowering, node, 0), b = float_input(lowering, node, 1);
  std::optional<ByteFunction> left = a ? a->function(lowering) : std::nullopt;
  std::optional<ByteFunction> right = b ? b->function(lowering) : std::nullopt;
  if (left && right) {
    if (left->input != right->input) return false;
    for (std::size_t i = 0; i < left->values.size(); ++i) left->values[i] = function(left->values[i], right->values[i]);
    for (const std::string& name : right->nodes)
      if (std::find(left->nodes.begin(), left->nodes.end(), name) == left->nodes.end()) left->nodes.push_back(name);
    set_table(lowering, node, *std::move(left));
    return true;
  }
  const std::optional<float> number = single_number(lowering, node, left ? 1 : 0);
  if (!number || (!left && !right)) return false;
  // A constant of higher rank would change the shape.
  if (lowering.output_tensor(node).shape != lowering.network().tensor((left ? left : right)->input).shape) return false;
  const bool number_second = left.has_value();
  ByteFunction result = number_second ? *std::move(left) : *std::move(right);
  for (float& value : result.values) value = number_second ? function(value, *number) : function(*number, value);
  set_table(lowering, node, std::move(result));
  return true;
}

std::optional<float> single_number(const Lowering& lowering, const graph::Node& node, std::size_t input) {
  const Value& value = lowering.input(node, input);
  if (const auto* quantized = std::get_if<QuantizedConstantPtr>(&value)) {
    if ((*quantized)->data->size() == 1 && (*quantized)->data->has_values()) return dequantize(**quantized)[0];
  } else if (const auto* constant = std::get_if<ConstantPtr>(&value)) {
    if ((*constant)->size() == 1 && (*constant)->has_values())
      return static_cast<float>(graph::element_as_double(**constant, 0));
  }
  return std::nullopt;
}

}  // namespace intloom::quant
