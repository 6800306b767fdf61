// The last step of a scaling unit: add the output's zero point and bring the result into its type.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::arith {

struct OutputRange {
  int zy = 0;               // added to y
  int lo = -128, hi = 127;  // the clamp, inside the output type
  bool is_signed = true;    // type of the output: int8, else uint8
  isa::OutOfRange out_of_range = isa::OutOfRange::saturate;
};

// saturate:  out[i] = clamp(y[i] + zy, lo, hi)
// wrap:      out[i] = low 8 bits of y[i] + zy; lo and hi are not looked at
// Returns how many results were changed by it: outside of [lo, hi], with `wrap` outside of the type. No overflow in
// y + zy for any y.
int to_output(const OutputRange& range, const std::int64_t* y, int lanes, std::uint8_t* out);

}  // namespace intloom::arith
