// Add and Mul, shared by the QDQ and the QOperator forms.
#pragma once

#include <memory>
#include <variant>

#include "runtime/quant/float_values.h"

namespace intloom::quant {

// An activation, or a constant of int8 or uint8 with one scale.
using Operand = std::variant<TensorId, QuantizedConstantPtr>;

// A constant as an operand: as the model quantized it, or exactly as int8 where its values allow that; else an error.
Operand constant_operand(const graph::Node& node, const std::string& name, const Value& value);

// Names of the operands serve for constants.
std::shared_ptr<LayerValue> binary_value(Lowering& lowering, const graph::Node& node, Op op, const Operand& a,
                                         const std::string& a_name, const Operand& b, const std::string& b_name);

}  // namespace intloom::quant
