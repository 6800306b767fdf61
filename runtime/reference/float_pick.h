// Tensors made of elements of another one, chosen on each axis by itself.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {

// For each axis of a tensor the indices that the result has along it; -1: the fill value.
using AxisIndices = std::vector<std::vector<std::int64_t>>;

// 0, 1, ... of every axis: picks the tensor itself.
AxisIndices all_indices(const graph::Shape& shape);

// y[i0, i1, ...] = x[indices[0][i0], indices[1][i1], ...], `fill` where any index is -1. One list of indices an axis.
Value pick(const Value& x, const AxisIndices& indices, float fill = 0);

// x repeated to `shape`, to which it broadcasts.
Value expanded(const Value& x, const graph::Shape& shape);

}  // namespace intloom::reference
