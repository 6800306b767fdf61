// Rounding of p * 2^-n written apart from rtl_models/arith: by sign and magnitude, with division.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"

namespace intloom::test {

__extension__ using Wide = __int128;

// |p| < 2^100. The four modes with one rounding.
inline Wide exact_round(Wide p, int n, isa::Rounding rounding) {
  if (n > 110) n = 110;  // nothing changes any more
  const bool negative = p < 0;
  const Wide divisor = Wide{1} << n, magnitude = negative ? -p : p;
  const Wide below = magnitude / divisor, rest = magnitude % divisor;
  const bool more = 2 * rest > divisor, tie = 2 * rest == divisor;
  bool away = false;  // to the next magnitude
  switch (rounding) {
    case isa::Rounding::half_even:
      away = more || (tie && below % 2 == 1);
      break;
    case isa::Rounding::half_up:
      away = more || (tie && !negative);
      break;
    case isa::Rounding::half_away:
      away = more || tie;
      break;
    case isa::Rounding::floor:
      away = negative && rest != 0;
      break;
    default:
      break;
  }
  const Wide result = below + (away ? 1 : 0);
  return negative ? -result : result;
}

// Two roundings: half up at `bits`, then half away for the rest of n.
inline Wide exact_double_round(Wide p, int n, int bits) {
  const int first = n < bits ? n : bits;
  return exact_round(exact_round(p, first, isa::Rounding::half_up), n - first, isa::Rounding::half_away);
}

inline std::int32_t wrap_to_int32(Wide value) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(static_cast<std::uint64_t>(value)));
}

// R(x * m0 * 2^-n) as rtl_models/arith/requantize.h defines it.
inline Wide exact_requantize(std::int64_t x, std::uint32_t m0, int n, isa::Rounding rounding, int bits) {
  if (rounding != isa::Rounding::tflite_double) return exact_round(static_cast<Wide>(x) * m0, n, rounding);
  const Wide shifted = n < bits ? static_cast<Wide>(x) * (Wide{1} << (bits - n)) : static_cast<Wide>(x);
  return exact_double_round(static_cast<Wide>(wrap_to_int32(shifted)) * m0, n < bits ? bits : n, bits);
}

// R(p * 2^-n) of a sum.
inline Wide exact_shift(std::int64_t p, int n, isa::Rounding rounding, int bits) {
  return rounding == isa::Rounding::tflite_double ? exact_double_round(p, n, bits) : exact_round(p, n, rounding);
}

}  // namespace intloom::test
