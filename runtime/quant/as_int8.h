// Float networks taken as if they were int8: shapes only, for cycles before a network is quantized.
//
// Every tensor becomes int8 with scale 1 and zero point 0, weights with one scale, as quantize_static would place
// QuantizeLinear and DequantizeLinear: behind each operator but where the next one folds. What folds:
// - Relu and Clip into the layer in front of them, or a layer of their own where that is read twice;
//
// - BatchNormalization into the Conv, or the matrix product of rank 2, in front of it, else it is a Mul and an Add;
//
// - Add of a constant into the bias of the Conv, Gemm or MatMul in front of it;
//
// - Identity, Dropout and Cast to its own type have no effect.
//
// Everything else is lowered as lower() does. Weights have no elements; biases and constants are 0.
//
// approximation: a real quantization may place scales that change the layers: one weight scale a channel (more bytes of
// parameters), inputs of a Concat or MaxPool with another scale than its output, a Relu that its scale implies.
#pragma once

#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"

namespace intloom::quant {

// Throws graph::ModelError as lower() does, and where the graph is quantized already, or a BatchNormalization or
// Dropout is in training mode. The result has Network::has_values false: compile it with values off.
Network lower_as_int8(const graph::Graph& graph);

// The graph that lower_as_int8 lowers: with QuantizeLinear and DequantizeLinear. Tensors of `graph` keep their ids; an
// output keeps its name, the value in front of its QuantizeLinear is NAME_QuantizeLinear_Input.
graph::Graph quantize_as_int8(const graph::Graph& graph);

}  // namespace intloom::quant
