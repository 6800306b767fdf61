// Rounding in float32 with proof: what a scaling unit computes exactly, in eight bits of result and a few of float.
//
// A result is R(w) + zy, clamped, of a real number w (a sum times M0 * 2^-n). R changes its value only at the decision
// points: w = integer + 1/2 for the modes that round to nearest, w = integer for floor. So where a float u is known to
// lie within `error` of w (floor: of w - 1/2) and farther than `error` from every integer + 1/2, the integer nearest to
// u is R(w); where it is not, the lane is computed again by rtl_models/arith. Beyond the clamp, only on which side of
// lo - 1/2 and hi + 1/2 w lies has to be proven. (There the error grows with |u|, relative, more slowly than the
// distance.)
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::kernels {

// Relative error of a chain of up to four float32 operations, (1 + 2^-24)^4 - 1 < 2^-21.9, with margin.
inline constexpr double kChainError = 0x1p-21;
// Of up to three such operations whose last result is subtracted from the integer next to it: 2^-22.4, and 2^-25 of the
// difference, with margin.
inline constexpr double kFusedError = 0x1p-22;
// `tie` of lanes that must always be computed exactly: no distance is below it, none above 1 - tie.
inline constexpr float kNeverProven = -std::numeric_limits<float>::infinity();

struct ProvenRange {
  float half = 0;              // subtracted before the rounding: 1/2 for floor, else 0
  int lo = 0, hi = 0, zy = 0;  // the result is clamp(nearest(u), lo, hi) + zy: bounds without the zero point
  bool wrap = false;           // results outside of [lo, hi], then the type's, are computed exactly
  double largest = 0;          // bound of |u| where the result is not clamped, and a little beyond
};

// Of the output (zy = 0 where w already includes it). `rounding` of a float32 multiplier is half_even.
ProvenRange proven_range(const arith::OutputRange& range, isa::Rounding rounding);

// Largest |u - nearest(u)| at which nearest(u) is proven, for |u - w| <= error. Below 1/2 in any case: exact ties are
// never proven.
float proven_tie(double error);

// m0 * 2^-n to float32, relative error 2^-24.
inline float float_multiplier(std::uint32_t m0, int n) {
  constexpr int kSmallestExponent = 126;
  if (n > kSmallestExponent) return static_cast<float>(std::ldexp(static_cast<double>(m0), -n));
  const std::uint32_t bits = static_cast<std::uint32_t>(127 - n) << 23;  // of 2^-n
  float power = 0;
  std::memcpy(&power, &bits, sizeof power);
  return static_cast<float>(m0) * power;
}

// Whether R(x * M0 * 2^-n) of an x of 32 bits is a rounding of x * M at all. tflite_double wraps x << (bits - n) to 32
// bits and looks at 62 bits of the second shift at most.
inline bool approximable(isa::Rounding rounding, int n, int multiplier_bits) {
  return rounding != isa::Rounding::tflite_double || (n >= multiplier_bits && n <= multiplier_bits + 62);
}

// tflite_double rounds twice, half up at 2^-bits and then at 2^-n: it is a rounding to nearest of a number that lies at
// most this far from w. 0 for the other modes.
double first_rounding_error(isa::Rounding rounding, int n, int multiplier_bits);

}  // namespace intloom::kernels
