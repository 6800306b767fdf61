// A network's inputs and outputs in its model's own type, for the integer oracle.
#pragma once

#include <vector>

#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::golden {

// Inference `index` of `data`, whose first dimension is the batch, as the integers behind the boundary: float32 is
// quantized as QuantizeLinear does it, integers are taken as they are.
reference::IntegerTensor boundary_input(const quant::Network& network, const quant::Boundary& boundary,
                                        const graph::TensorData& data, std::int64_t index);

// The integers of a model output as the floats (or integers) that the model gives.
std::vector<float> boundary_output(const quant::Network& network, const quant::Boundary& boundary,
                                   const reference::IntegerTensor& integers);

}  // namespace intloom::golden
