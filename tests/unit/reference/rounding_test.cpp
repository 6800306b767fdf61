// Expected values by hand; tflite_double against gemmlowp's published formulas; the others against their definition:
// the nearest integer and the side a tie goes to.
#include "runtime/reference/rounding.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace intloom::reference {
namespace {

using isa::Rounding;

TEST(Rounding, TiesGoWhereTheModeSays) {
  struct Case {
    std::int64_t x;  // halves
    std::int64_t floor, half_up, half_even, half_away;
  };
  for (const Case& c : {Case{5, 2, 3, 2, 3}, Case{7, 3, 4, 4, 4}, Case{-5, -3, -2, -2, -3}, Case{-7, -4, -3, -4, -4},
                        Case{1, 0, 1, 0, 1}, Case{-1, -1, 0, 0, -1}, Case{4, 2, 2, 2, 2}}) {
    EXPECT_EQ(scale_and_round(c.x, 1, 1, Rounding::floor, 31), c.floor) << c.x;
    EXPECT_EQ(scale_and_round(c.x, 1, 1, Rounding::half_up, 31), c.half_up) << c.x;
    EXPECT_EQ(scale_and_round(c.x, 1, 1, Rounding::half_even, 31), c.half_even) << c.x;
    EXPECT_EQ(scale_and_round(c.x, 1, 1, Rounding::half_away, 31), c.half_away) << c.x;
  }
}

TEST(Rounding, NoShiftIsAPlainProduct) {
  EXPECT_EQ(scale_and_round(-3, 7, 0, Rounding::half_even, 31), -21);
  EXPECT_EQ(scale_and_round(-3, 7, 0, Rounding::half_away, 31), -21);
}

TEST(Rounding, WideProductsAndLongShifts) {
  // 2^40 * 2^31 * 2^-62 = 2^9, and one more half.
  EXPECT_EQ(scale_and_round(std::int64_t{1} << 40, 0x80000000U, 62, Rounding::half_even, 32), 512);
  EXPECT_EQ(
      scale_and_round((std::int64_t{1} << 40) + (std::int64_t{1} << 30), 0x80000000U, 62, Rounding::half_even, 32),
      512);
  EXPECT_EQ(scale_and_round((std::int64_t{1} << 40) + (std::int64_t{1} << 30), 0x80000000U, 62, Rounding::half_up, 32),
            513);
  EXPECT_EQ(scale_and_round(-1, 1, 200, Rounding::floor, 31), -1);
  EXPECT_EQ(scale_and_round(-1, 1, 200, Rounding::half_away, 31), 0);
  EXPECT_EQ(scale_and_round(std::numeric_limits<std::int64_t>::max(), 0xFFFFFFFFU, 0, Rounding::floor, 32),
            std::numeric_limits<std::int64_t>::max());
}

TEST(Rounding, ModelIsNoRounding) {
  EXPECT_THROW(scale_and_round(1, 1, 1, Rounding::model, 31), std::invalid_argument);
}

TEST(Rounding, DoubleRoundingRoundsTwice) {
  // 3 * 2^-33 of 2^31 is 0.75: once 1; first to 2^-31 (3 -> 3), then 3/4 -> 1. 5 * 2^-34 * 2^31 = 0.625 -> 1.
  EXPECT_EQ(scale_and_round(3, 1U << 30, 32, Rounding::tflite_double, 31), 1);
  // 2^30 * 1 * 2^-33 = 0.125: the first step rounds 0.5 up to 1, the second 1/4 to 0; 3 * 2^30: 1.5 -> 2, 2/4 -> 1.
  EXPECT_EQ(scale_and_round(1, 1U << 30, 33, Rounding::tflite_double, 31), 0);
  EXPECT_EQ(scale_and_round(3, 1U << 30, 33, Rounding::tflite_double, 31), 1);  // 0.375: one rounding gives 0
  EXPECT_EQ(scale_and_round(3, 1U << 30, 33, Rounding::half_even, 31), 0);
  // Without a multiplier it is a shift that rounds ties away.
  EXPECT_EQ(round_shifted(-5, 1, Rounding::tflite_double, 0), -3);
  EXPECT_EQ(round_shifted(-5, 1, Rounding::tflite_double, 31), -2);
}

// gemmlowp fixedpoint.h: SaturatingRoundingDoublingHighMul and RoundingDivideByPOT.
std::int32_t high_multiply(std::int32_t a, std::int32_t b) {
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? (std::int64_t{1} << 30) : (1 - (std::int64_t{1} << 30));
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

std::int32_t divide_by_power(std::int32_t x, int exponent) {
  const std::int32_t mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + ((x & mask) > threshold ? 1 : 0);
}

RC_GTEST_PROP(RoundingProperty, DoubleRoundingIsThatOfGemmlowp, ()) {
  const auto x = *rc::gen::arbitrary<std::int32_t>();
  const auto m0 = *rc::gen::inRange<std::int64_t>(std::int64_t{1} << 30, std::int64_t{1} << 31);
  const int shift = *rc::gen::inRange(-31, 31);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << std::max(shift, 0));
  const std::int32_t expected =
      divide_by_power(high_multiply(shifted, static_cast<std::int32_t>(m0)), std::max(-shift, 0));
  RC_ASSERT(scale_and_round(x, static_cast<std::uint32_t>(m0), 31 - shift, Rounding::tflite_double, 31) == expected);
}

// The result r of p / 2^n: |r * 2^n - p| is at most half of 2^n; where it is half the mode picks the side.
RC_GTEST_PROP(RoundingProperty, NearestIntegerAndItsTies, ()) {
  const auto x = std::int64_t{*rc::gen::arbitrary<std::int32_t>()};
  const auto m0 = std::uint32_t{*rc::gen::inRange(1U, 1U << 12)};
  const int n = *rc::gen::inRange(1, 24);
  const std::int64_t p = x * m0;
  const std::int64_t whole = std::int64_t{1} << n;
  const std::int64_t floor = scale_and_round(x, m0, n, Rounding::floor, 12);
  RC_ASSERT(floor * whole <= p);
  RC_ASSERT(p < (floor + 1) * whole);
  for (const Rounding mode : {Rounding::half_up, Rounding::half_even, Rounding::half_away}) {
    const std::int64_t r = scale_and_round(x, m0, n, mode, 12);
    const std::int64_t error = 2 * (r * whole - p);
    RC_ASSERT(std::abs(error) <= whole);
    if (std::abs(error) != whole) continue;
    if (mode == Rounding::half_up) RC_ASSERT(error > 0);
    if (mode == Rounding::half_even) RC_ASSERT(r % 2 == 0);
    if (mode == Rounding::half_away) RC_ASSERT((error > 0) == (p > 0));
  }
}

}  // namespace
}  // namespace intloom::reference
