// Integer lowering: a quantized graph becomes integer layers.
//
// QuantizeLinear and DequantizeLinear are notation and vanish; what stands between them becomes layers whose
// multipliers are the scales' quotients, in float32 as ONNX Runtime computes them. QOperator nodes (QLinearConv, ...)
// become the same layers. The result is integer from the first layer to the last, or there is no result.
#pragma once

#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"

namespace intloom::quant {

// Nodes that no output of the graph depends on are ignored. Throws graph::ModelError, which names the node and its
// operator, where a value would have to stay float, an operator is not supported, or parameters are not constant.
Network lower(const graph::Graph& graph);

}  // namespace intloom::quant
