// Whether every sum of a command fits its accumulator, known before any is computed.
#pragma once

#include <vector>

#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// Values of `width_bits` in two's complement.
Range width_range(int width_bits);

// What a sum over any part of a column's products can take: from the operand types alone.
Range widest_sum(const ExecShape& shape);

// Lowest and highest value in the accumulator rows of the command, 0 included; {0, 0} where they are overwritten.
Range present_sums(const ExecShape& shape, const SumsView& sums);

// Whether present + sum stays inside `limits` for each of the sums, and each sum alone is an int32.
bool all_fit(const Range& present, const Range* sums, std::size_t count, const Range& limits);

}  // namespace intloom::kernels
