// Float arithmetic between one DequantizeLinear and the next QuantizeLinear that depends on one tensor alone: it
// becomes a table, whatever operators it is made of (HardSwish, a Div by a constant, x * Sigmoid(x), a decomposed
// Gelu).
#pragma once

#include <functional>

#include "runtime/quant/lowering.h"

namespace intloom::quant {

// Sets the node's output to function(input 0). The input must be a function of one tensor's bytes, else an error.
void set_unary(Lowering& lowering, const graph::Node& node, const std::function<float(float)>& function);

// Sets the node's output where both inputs are functions of the same tensor, or one is a single number and the other a
// function. False where they are not.
bool set_binary(Lowering& lowering, const graph::Node& node, const std::function<float(float, float)>& function);

// The one number of a constant input, plain or dequantized; none for activations and for constants of more elements.
std::optional<float> single_number(const Lowering& lowering, const graph::Node& node, std::size_t input);

}  // namespace intloom::quant
