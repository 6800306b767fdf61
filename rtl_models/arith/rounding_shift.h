// p * 2^-n rounded to an integer, in the rounding modes of isa::Rounding. Exact: no intermediate overflows.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::arith {

__extension__ using Int128 = __int128;

// Nearest integer to p * 2^-n; ties: half_even to the even one, half_up to the larger one, half_away to the one
// farther from zero. floor: the largest integer not above. Of two's complement p, with q = floor(p * 2^-n) and the
// remainder r = p mod 2^n, each is q + (r > limit):
//   half_up    r > 2^(n-1) - 1           half_away  r > 2^(n-1) - 1 + (p < 0)   (gemmlowp's RDBPOT)
//   half_even  r + (q odd) > 2^(n-1)     floor      never
// No branch depends on data. Integer: std::int64_t (0 <= n <= 62) or Int128 (0 <= n <= 126).
template <isa::Rounding kRounding, class Integer>
constexpr Integer rounding_shift(Integer p, int n) {
  const Integer mask = (Integer{1} << n) - 1;
  const Integer below_half = mask >> 1;
  const Integer quotient = p >> n;
  const Integer remainder = p & mask;
  if constexpr (kRounding == isa::Rounding::half_even) {
    return quotient + static_cast<Integer>(remainder + (quotient & 1) > below_half + 1);
  } else if constexpr (kRounding == isa::Rounding::half_up) {
    return quotient + static_cast<Integer>(remainder > below_half);
  } else if constexpr (kRounding == isa::Rounding::half_away) {
    return quotient + static_cast<Integer>(remainder > below_half + static_cast<Integer>(p < 0));
  } else {
    static_assert(kRounding == isa::Rounding::floor, "tflite_double rounds twice: shift_right, requantize");
    return quotient;
  }
}

// R(p * 2^-n) for any n >= 0: the scaling of a sum whose terms are multiplied already (Add).
// tflite_double, for a multiplier of B = `multiplier_bits` bits, with k = min(n, B):
//   half_away(half_up(p * 2^-k) * 2^-(n - k))
// which for p = x * M0 and B = 31 is RDBPOT(SRDHM(x, M0), n - 31) of TFLite. Throws std::invalid_argument for
// Rounding::model, which is no rounding.
std::int64_t shift_right(std::int64_t p, int n, isa::Rounding rounding, int multiplier_bits = 31);

}  // namespace intloom::arith
