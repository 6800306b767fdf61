// QuantizeLinear and DequantizeLinear as ONNX Runtime computes them.
#pragma once

#include "runtime/reference/float_operators.h"

namespace intloom::reference {

// scale * (x - zero_point). `scale` and `zero_point` (nullptr: 0) hold one element, or one for each index of `axis`.
Value dequantize(const NodeCall& call, const Value& x, const Value& scale, const Value* zero_point, std::size_t axis);

// clamp(rne(x / scale) + zero_point) in the type of zero_point (nullptr: 0 of uint8); ties to even.
Value quantize(const NodeCall& call, const Value& x, const Value& scale, const Value* zero_point, std::size_t axis);

}  // namespace intloom::reference
