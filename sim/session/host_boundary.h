// The model's boundary, on the host: float inputs are quantized by the model's own first QuantizeLinear, integer
// outputs dequantized by its last DequantizeLinear.
//
//   q = clamp(rne(x / scale) + zero_point)   (float32 division, ties to even)      x = scale * (q - zero_point)
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::sim {

// One inference of a boundary's data (row major, `graph` type of the boundary) as the integers of its tensor.
reference::IntegerTensor to_integers(const quant::Network& network, const quant::Boundary& boundary,
                                     const graph::TensorData& data, std::int64_t inference);

// Appends one inference of integers to `data` in the boundary's own type.
void append_output(const quant::Network& network, const quant::Boundary& boundary,
                   const reference::IntegerTensor& integers, graph::TensorData& data);

// One inference of the input as float values: what the float reference takes.
graph::TensorData slice_inference(const graph::TensorData& data, std::int64_t inference);

}  // namespace intloom::sim
