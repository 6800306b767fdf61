// Rounding of x * m0 * 2^-n, the integer oracle's own: exact product, then the mode's rule on the bits shifted out.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::reference {

// R(sum * 2^-n), n >= 0, for a sum whose terms are multiplied already.
//   floor          towards minus infinity
//   half_up        nearest, ties towards plus infinity
//   half_even      nearest, ties to even
//   half_away      nearest, ties away from zero
//   tflite_double  half_up by min(n, bits), then half_away by what is left of n; `bits` are the multiplier's
// `model` has no rule of its own: std::invalid_argument.
std::int64_t round_shifted(std::int64_t sum, int n, isa::Rounding rounding, int bits);

// R(x * m0 * 2^-n), m0 of `bits` bits. tflite_double multiplies 32 bits by `bits` bits and keeps the high part:
//   half_away(half_up(wrap32(x << max(bits - n, 0)) * m0 * 2^-bits) * 2^-max(n - bits, 0))
// which for bits = 31 is TFLite's MultiplyByQuantizedMultiplier with shift 31 - n. Results beyond 64 bits saturate.
std::int64_t scale_and_round(std::int64_t x, std::uint32_t m0, int n, isa::Rounding rounding, int bits);

}  // namespace intloom::reference
