// Fixed-point multipliers: properties for any width and shift range, and values from published definitions.
#include "runtime/quant/multiplier.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

namespace intloom::quant {
namespace {

constexpr int kNoLimit = 1000;

// Positive reals over 40 binades.
rc::Gen<double> any_real() {
  return rc::gen::map(rc::gen::pair(rc::gen::inRange(1, 1 << 30), rc::gen::inRange(-60, -20)),
                      [](const std::pair<int, int>& v) { return std::ldexp(static_cast<double>(v.first), v.second); });
}

// TFLite's QuantizeMultiplier: q in [0.5, 1) as round(q * 2^31), exponent s; M = m0 * 2^(s - 31).
TEST(Multiplier, MatchesQuantizeMultiplierOfTflite) {
  for (const double real : {0.0035898504, 0.75, 1.0, 1.0975226, 0.999999999999, 3.1e-7}) {
    int exponent = 0;
    auto m0 = static_cast<std::int64_t>(std::round(std::frexp(real, &exponent) * (std::int64_t{1} << 31)));
    if (m0 == (std::int64_t{1} << 31)) {
      m0 /= 2;
      ++exponent;
    }
    const FixedMultiplier fixed = quantize_multiplier(real, 31, -kNoLimit, kNoLimit);
    EXPECT_EQ(fixed.m0, m0) << real;
    EXPECT_EQ(fixed.n, 31 - exponent) << real;
  }
}

TEST(Multiplier, HandValues) {
  // 0.75 = 3 * 2^-2 = 192 * 2^-8
  const FixedMultiplier eight = quantize_multiplier(0.75, 8, 0, 62);
  EXPECT_EQ(eight.m0, 192U);
  EXPECT_EQ(eight.n, 8);
  EXPECT_EQ(eight.value(), 0.75);
  // 32 bits: 2^31 <= m0 < 2^32
  EXPECT_EQ(quantize_multiplier(1.0, 32, 0, 62).m0, 2147483648U);
  EXPECT_EQ(quantize_multiplier(1.0, 32, 0, 62).n, 31);
  // 255.6 of 8 bits carries to 256 = 128 * 2
  EXPECT_EQ(quantize_multiplier(255.6, 8, -4, 62).m0, 128U);
  EXPECT_EQ(quantize_multiplier(255.6, 8, -4, 62).n, -1);
  // Ties go away from zero: 4.5 of 3 bits is 5, of 2^2 * 1.125
  EXPECT_EQ(quantize_multiplier(4.5, 3, -4, 62).m0, 5U);
}

TEST(Multiplier, ShiftOnlyTakesTheNearestPowerOfTwo) {
  // log2(0.7) = -0.51, log2(0.71) = -0.494: the border is sqrt(1/2) = 0.7071
  EXPECT_EQ(quantize_multiplier(0.70, 0, 0, 62).n, 1);
  EXPECT_EQ(quantize_multiplier(0.71, 0, 0, 62).n, 0);
  EXPECT_EQ(quantize_multiplier(0.25, 0, 0, 62).n, 2);
  EXPECT_EQ(quantize_multiplier(0.25, 0, 0, 62).m0, 1U);
}

TEST(Multiplier, TooLargeAShiftDropsLowBits) {
  // 192 * 2^-20 with shifts up to 16: 192 / 16 = 12
  EXPECT_EQ(quantize_multiplier(std::ldexp(192.0, -20), 8, 0, 16).m0, 12U);
  EXPECT_EQ(quantize_multiplier(std::ldexp(192.0, -20), 8, 0, 16).n, 16);
  EXPECT_EQ(quantize_multiplier(std::ldexp(192.0, -30), 8, 0, 16).m0, 0U);
}

TEST(Multiplier, Zero) {
  const FixedMultiplier zero = quantize_multiplier(0, 31, 3, 62);
  EXPECT_EQ(zero.m0, 0U);
  EXPECT_EQ(zero.n, 3);
  EXPECT_EQ(zero.relative_error(0), 0);
}

TEST(Multiplier, ArgumentsThatNoMachineHolds) {
  EXPECT_THROW(quantize_multiplier(4.0, 8, 6, 62), std::domain_error);  // needs n = 5
  EXPECT_NO_THROW(quantize_multiplier(4.0, 8, 5, 62));
  EXPECT_THROW(quantize_multiplier(-1.0, 8, 0, 62), std::domain_error);
  EXPECT_THROW(quantize_multiplier(HUGE_VAL, 8, 0, 62), std::domain_error);
  EXPECT_THROW(quantize_multiplier(std::nan(""), 8, 0, 62), std::domain_error);
  EXPECT_THROW(quantize_multiplier(1.0, 33, 0, 62), std::domain_error);
  EXPECT_THROW(quantize_multiplier(1.0, -1, 0, 62), std::domain_error);
  EXPECT_THROW(quantize_multiplier(1.0, 8, 5, 4), std::domain_error);
}

RC_GTEST_PROP(Multiplier, HasItsBitsAndTheErrorOfHalfAStep, ()) {
  const double real = *any_real();
  const int bits = *rc::gen::inRange(1, 33);
  const FixedMultiplier fixed = quantize_multiplier(real, bits, -kNoLimit, kNoLimit);
  RC_ASSERT(std::uint64_t{fixed.m0} >= std::uint64_t{1} << (bits - 1));
  RC_ASSERT(std::uint64_t{fixed.m0} < std::uint64_t{1} << bits);
  RC_ASSERT(std::abs(fixed.relative_error(real)) <= std::ldexp(1.0, -bits));
}

RC_GTEST_PROP(Multiplier, ShiftOnlyIsWithinASquareRootOfTwo, ()) {
  const double real = *any_real();
  const FixedMultiplier fixed = quantize_multiplier(real, 0, -kNoLimit, kNoLimit);
  RC_ASSERT(fixed.m0 == 1U);
  RC_ASSERT(fixed.value() / real <= std::sqrt(2.0) * (1 + 1e-12));
  RC_ASSERT(real / fixed.value() <= std::sqrt(2.0) * (1 + 1e-12));
}

RC_GTEST_PROP(Multiplier, StaysInTheShiftRange, ()) {
  const double real = *any_real();
  const int bits = *rc::gen::inRange(0, 33);
  const int shift_min = *rc::gen::inRange(-10, 20);
  const int shift_max = shift_min + *rc::gen::inRange(0, 50);
  const FixedMultiplier wide = quantize_multiplier(real, bits, -kNoLimit, kNoLimit);
  if (wide.n < shift_min) {
    RC_ASSERT_THROWS_AS(quantize_multiplier(real, bits, shift_min, shift_max), std::domain_error);
    return;
  }
  const FixedMultiplier fixed = quantize_multiplier(real, bits, shift_min, shift_max);
  RC_ASSERT(fixed.n >= shift_min && fixed.n <= shift_max);
  if (wide.n <= shift_max) {
    RC_ASSERT(fixed.m0 == wide.m0 && fixed.n == wide.n);
  } else {
    RC_ASSERT(std::abs(fixed.value() - real) <= std::ldexp(0.5, -shift_max));
  }
}

RC_GTEST_PROP(MultiplierPair, SharesTheShiftOfTheLarger, ()) {
  const double a = *any_real();
  const double b = *any_real();
  const int bits = *rc::gen::inRange(0, 33);
  const FixedMultiplierPair pair = quantize_multiplier_pair(a, b, bits, -kNoLimit, kNoLimit);
  const FixedMultiplier larger = quantize_multiplier(std::max(a, b), bits, -kNoLimit, kNoLimit);
  RC_ASSERT(pair.n == larger.n);
  RC_ASSERT((a >= b ? pair.m0_a : pair.m0_b) == larger.m0);
  const double smaller_error = std::ldexp(a >= b ? pair.m0_b : pair.m0_a, -pair.n) - std::min(a, b);
  RC_ASSERT(std::abs(smaller_error) <= std::ldexp(0.5, -pair.n));
}

TEST(MultiplierPair, HandValues) {
  // 0.75 = 192 * 2^-8, 0.1 = 25.6 * 2^-8
  const FixedMultiplierPair pair = quantize_multiplier_pair(0.1, 0.75, 8, 0, 62);
  EXPECT_EQ(pair.n, 8);
  EXPECT_EQ(pair.m0_a, 26U);
  EXPECT_EQ(pair.m0_b, 192U);
  const FixedMultiplierPair shifts = quantize_multiplier_pair(0.5, 0.2, 0, 0, 62);
  EXPECT_EQ(shifts.n, 1);
  EXPECT_EQ(shifts.m0_a, 1U);
  EXPECT_EQ(shifts.m0_b, 0U);  // 0.2 is nearer to 0 than to 0.5
}

}  // namespace
}  // namespace intloom::quant
