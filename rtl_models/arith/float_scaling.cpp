// Compiled with -ffp-contract=off: a compiler must not fuse a multiplication and an addition that the formulas round
// apart.
#include "rtl_models/arith/float_scaling.h"

#include <cmath>
#include <cstring>

namespace intloom::arith {
namespace {

// Exact for every float: below 2^51 the sum with 1.5 * 2^52 leaves no fraction bits in a double and rounds ties to
// even; from there on a float is an integer. Written so that it vectorizes, unlike std::nearbyint.
std::int64_t round_to_nearest_even(float v) {
  constexpr double kNoFraction = 6755399441055744.0;  // 1.5 * 2^52
  constexpr double kLargest = 4611686018427387904.0;  // 2^62
  const double exact = v;
  double rounded = std::fabs(exact) < 2251799813685248.0 ? (exact + kNoFraction) - kNoFraction : exact;
  rounded = rounded < kLargest ? rounded : kLargest;
  rounded = rounded > -kLargest ? rounded : -kLargest;
  return static_cast<std::int64_t>(rounded);
}

}  // namespace

std::int64_t float32_scale(std::int64_t x, float m) { return round_to_nearest_even(static_cast<float>(x) * m); }

std::int64_t float32_multiply(std::int64_t product, float m, int zy) {
  return round_to_nearest_even(static_cast<float>(product) * m + static_cast<float>(zy));
}

std::int64_t float32_add(int a, int b, float ma, float mb, float constant) {
  return round_to_nearest_even(std::fma(static_cast<float>(a), ma, std::fma(static_cast<float>(b), mb, constant)));
}

float float32_add_constant(float ma, int za, float mb, int zb, int zy) {
  return static_cast<float>(zy) - std::fma(ma, static_cast<float>(za), mb * static_cast<float>(zb));
}

void float32_scale_lanes(const std::int64_t* x, const std::uint32_t* multiplier_bits, int lanes, std::int64_t* y) {
  for (int i = 0; i < lanes; ++i) {
    float m = 0;
    std::memcpy(&m, multiplier_bits + i, sizeof m);
    y[i] = float32_scale(x[i], m);
  }
}

}  // namespace intloom::arith
