// Functions of one input: Sigmoid, Tanh, HardSwish, ...; and their QOperator forms.
#include "runtime/quant/float_function.h"
#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"
#include "runtime/quant/quantization_parameters.h"
#include "runtime/quant/unary_functions.h"

namespace intloom::quant {
namespace {

// Inputs X, X scale, X zero point, Y scale, Y zero point.
void lower_qlinear_unary(Lowering& lowering, const graph::Node& node, const char* op) {
  graph::Node plain = node;
  plain.op = op;
  const UnaryFunction function = unary_function(plain);
  const TensorId input = lowering.integer_input(node, 0, read_activation_parameters(lowering, node, 1, 2));
  DequantizedTensor dequantized(lowering.input_tensor(node, 0).name, node, input);
  ByteFunction bytes = *dequantized.function(lowering);
  for (float& value : bytes.values) value = function(value);
  const std::string& name = lowering.output_tensor(node).name;
  TableValue value(name, node, std::move(bytes));
  const Quantization output = read_activation_parameters(lowering, node, 3, 4);
  lowering.set_output(node, IntegerTensor{value.quantize(lowering, {output, {}, name, name, &node, {}})});
}

}  // namespace

void lower_unary(Lowering& lowering, const graph::Node& node) {
  for (std::size_t i = 1; i < node.inputs.size(); ++i)
    if (Lowering::has_input(node, i)) fail(node, "its input {} is not supported", i);
  set_unary(lowering, node, unary_function(node));
}

void lower_qlinear_sigmoid(Lowering& lowering, const graph::Node& node) {
  lower_qlinear_unary(lowering, node, "Sigmoid");
}

void lower_qlinear_leaky_relu(Lowering& lowering, const graph::Node& node) {
  lower_qlinear_unary(lowering, node, "LeakyRelu");
}

}  // namespace intloom::quant
