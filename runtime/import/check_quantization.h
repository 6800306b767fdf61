// Scales and zero points of a graph's quantized operators.
#pragma once

#include "runtime/graph/graph.h"

namespace intloom::graph {

// QuantizeLinear, DequantizeLinear, QLinearConv, QLinearMatMul and com.microsoft's QLinear*: a scale is a scalar, one
// element, or (Quantize, Dequantize, weights) one element for each index of its axis, finite and positive where it is
// constant; a zero point has the scale's shape and the type of the quantized tensor. ModelError naming the node.
void check_quantization(const Graph& graph);

}  // namespace intloom::graph
