// Functions of one input, elementwise: what a 256-entry table can hold.
#pragma once

#include <functional>

#include "runtime/graph/graph.h"

namespace intloom::quant {

// float32 to float32; computed in double and rounded once, which is within 1 ulp of what a runtime computes.
using UnaryFunction = std::function<float(float)>;

// The function of a node by its operator and attributes (ONNX's definitions and defaults); empty for other operators.
UnaryFunction unary_function(const graph::Node& node);

}  // namespace intloom::quant
