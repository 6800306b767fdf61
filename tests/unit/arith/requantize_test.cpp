#include "rtl_models/arith/requantize.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <stdexcept>

#include "tests/unit/arith/exact_rounding.h"

namespace intloom::arith {
namespace {

using isa::Rounding;
constexpr std::int64_t kInt64Min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kInt64Max = std::numeric_limits<std::int64_t>::max();

rc::Gen<Rounding> any_rounding() {
  return rc::gen::element(Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::floor,
                          Rounding::tflite_double);
}

// Every width up to 48 bits equally often, the extremes included.
std::int64_t pick_sum() {
  const int bits = *rc::gen::inRange(1, 49);
  const std::int64_t limit = std::int64_t{1} << (bits - 1);
  return *rc::gen::element(*rc::gen::inRange<std::int64_t>(-limit, limit), -limit, limit - 1);
}

std::uint32_t pick_multiplier(int bits) {
  if (bits == 0) return 1;
  const std::uint64_t top = std::uint64_t{1} << bits;
  return static_cast<std::uint32_t>(*rc::gen::inRange<std::uint64_t>(top / 2, top));
}

std::int64_t saturated(test::Wide value) {
  return value > kInt64Max ? kInt64Max : value < kInt64Min ? kInt64Min : static_cast<std::int64_t>(value);
}

RC_GTEST_PROP(Requantize, EqualsRationalArithmetic, ()) {
  const Rounding rounding = *any_rounding();
  const int bits = *rc::gen::inRange(0, 33);
  const std::uint32_t m0 = pick_multiplier(bits);
  const int n = *rc::gen::inRange(0, 256);
  const std::int64_t x = pick_sum();
  RC_ASSERT(requantize(x, m0, n, rounding, bits) == saturated(test::exact_requantize(x, m0, n, rounding, bits)));
}

// The same, many times over, without what a generator costs.
TEST(Requantize, EqualsRationalArithmeticOftenEnough) {
  std::mt19937_64 random(1);
  const Rounding modes[] = {Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::floor,
                            Rounding::tflite_double};
  for (int i = 0; i < 300000; ++i) {
    const Rounding rounding = modes[random() % 5];
    const int bits = static_cast<int>(random() % 33), x_bits = static_cast<int>(random() % 48) + 1;
    const auto m0 =
        static_cast<std::uint32_t>((std::uint64_t{1} << bits >> 1) | (random() >> 33 >> (31 - std::min(bits, 31))));
    const std::int64_t x = static_cast<std::int64_t>(random()) >> (64 - x_bits);
    const int n = std::max(0, bits + x_bits - static_cast<int>(random() % 16));
    ASSERT_EQ(requantize(x, m0, n, rounding, bits), saturated(test::exact_requantize(x, m0, n, rounding, bits)))
        << x << " * " << m0 << " >> " << n << " mode " << static_cast<int>(rounding) << " bits " << bits;
  }
}

// Shifts of the size of the product: results of a few bits, where rounding decides.
RC_GTEST_PROP(Requantize, EqualsRationalArithmeticNearTheRounding, ()) {
  const Rounding rounding = *any_rounding();
  const int bits = *rc::gen::inRange(0, 33);
  const int x_bits = *rc::gen::inRange(1, 49);
  const std::uint32_t m0 = pick_multiplier(bits);
  const auto x = *rc::gen::inRange<std::int64_t>(-(std::int64_t{1} << x_bits), std::int64_t{1} << x_bits);
  const int n = std::max(0, bits + x_bits - *rc::gen::inRange(0, 10));
  RC_ASSERT(requantize(x, m0, n, rounding, bits) == saturated(test::exact_requantize(x, m0, n, rounding, bits)));
}

// reference/numerics: the primitives of TFLite and gemmlowp, written as published.
std::int32_t saturating_rounding_doubling_high_multiply(std::int32_t a, std::int32_t b) {
  if (a == b && a == std::numeric_limits<std::int32_t>::min()) return std::numeric_limits<std::int32_t>::max();
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int32_t nudge = product >= 0 ? (1 << 30) : (1 - (1 << 30));
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

std::int32_t rounding_divide_by_power_of_two(std::int32_t x, int exponent) {
  const auto mask = static_cast<std::int32_t>((std::int64_t{1} << exponent) - 1);
  const std::int32_t remainder = x & mask;
  const std::int32_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

RC_GTEST_PROP(Requantize, TfliteDoubleIsTheRuntimesOwnFormula, ()) {
  const auto x = *rc::gen::arbitrary<std::int32_t>();
  const auto m0 = *rc::gen::inRange<std::uint32_t>(1U << 30, 1U << 31);
  const int s = *rc::gen::inRange(-31, 31);
  const std::int32_t shifted = test::wrap_to_int32(static_cast<test::Wide>(x) * (s > 0 ? std::int64_t{1} << s : 1));
  const std::int32_t high = saturating_rounding_doubling_high_multiply(shifted, static_cast<std::int32_t>(m0));
  RC_ASSERT(requantize(x, m0, 31 - s, Rounding::tflite_double) ==
            rounding_divide_by_power_of_two(high, s < 0 ? -s : 0));
}

// SINGLE of TFLite's single-rounding builds is half_up.
RC_GTEST_PROP(Requantize, HalfUpIsTheSingleRoundingOfTflite, ()) {
  const auto x = *rc::gen::arbitrary<std::int32_t>();
  const auto m0 = *rc::gen::inRange<std::uint32_t>(1U << 30, 1U << 31);
  const int s = *rc::gen::inRange(-30, 30);
  const std::int64_t single = (x * static_cast<std::int64_t>(m0) + (std::int64_t{1} << (30 - s))) >> (31 - s);
  RC_ASSERT(requantize(x, m0, 31 - s, Rounding::half_up) == single);
}

TEST(Requantize, ValuesByHand) {
  const std::uint32_t three_quarters = 3U << 29;  // 0.75 * 2^31
  EXPECT_EQ(requantize(100, three_quarters, 31, Rounding::half_even), 75);
  EXPECT_EQ(requantize(2, three_quarters, 31, Rounding::half_even), 2);  // 1.5
  EXPECT_EQ(requantize(6, three_quarters, 31, Rounding::half_even), 4);  // 4.5
  EXPECT_EQ(requantize(6, three_quarters, 31, Rounding::half_up), 5);
  EXPECT_EQ(requantize(-6, three_quarters, 31, Rounding::half_up), -4);
  EXPECT_EQ(requantize(-6, three_quarters, 31, Rounding::half_away), -5);
  EXPECT_EQ(requantize(-1, three_quarters, 31, Rounding::floor), -1);
  EXPECT_EQ(requantize(-3, 1, 1, Rounding::floor), -2);  // shift only: an arithmetic shift
  EXPECT_EQ(requantize(-3, 1, 1, Rounding::tflite_double, 0), -2);
}

TEST(Requantize, ExtremesAreExact) {
  const std::int64_t sum = -(std::int64_t{1} << 47);
  EXPECT_EQ(requantize(sum, 0xFFFFFFFF, 72, Rounding::half_even), -128);  // -127.99999997
  EXPECT_EQ(requantize(sum, 0xFFFFFFFF, 72, Rounding::floor), -128);
  EXPECT_EQ(requantize(sum, 0x80000000, 79, Rounding::half_even), 0);  // -0.5
  EXPECT_EQ(requantize(sum, 0x80000000, 79, Rounding::half_away), -1);
  EXPECT_EQ(requantize(sum, 0x80000000, 255, Rounding::half_away), 0);
  EXPECT_EQ(requantize(-1, 1, 255, Rounding::floor), -1);
  EXPECT_EQ(requantize(std::numeric_limits<std::int32_t>::min(), 0xFFFFFFFF, 62, Rounding::half_up), -2);
  EXPECT_EQ(requantize(std::int64_t{1} << 47, 0xFFFFFFFF, 0, Rounding::half_up), kInt64Max);  // saturates
  EXPECT_EQ(requantize(-(std::int64_t{1} << 47), 0xFFFFFFFF, 0, Rounding::half_up), kInt64Min);
}

TEST(Requantize, ModelIsNoRounding) { EXPECT_THROW(requantize(1, 1, 1, Rounding::model), std::invalid_argument); }

RC_GTEST_PROP(ScaleLanes, EachLaneByItself, ()) {
  isa::ScalingDescription scaling;
  scaling.rounding = *any_rounding();
  scaling.multiplier_bits = *rc::gen::inRange(0, 33);
  const int lanes = *rc::gen::inRange(1, 20);
  const bool small = *rc::gen::arbitrary<bool>();  // all lanes in 32 bits: the other path
  std::int64_t x[20], y[20];
  std::uint32_t m0[20];
  std::uint8_t n[20];
  for (int i = 0; i < lanes; ++i) {
    x[i] = small ? *rc::gen::arbitrary<std::int32_t>() : pick_sum();
    m0[i] = pick_multiplier(scaling.multiplier_bits);
    n[i] = static_cast<std::uint8_t>(*rc::gen::inRange(0, small ? 63 : 100));
  }
  scale_lanes(scaling, x, m0, n, lanes, y);
  for (int i = 0; i < lanes; ++i)
    RC_ASSERT(y[i] == saturated(test::exact_requantize(x[i], m0[i], n[i], scaling.rounding, scaling.multiplier_bits)));
  const int shift = n[0];
  shift_lanes(scaling, x, shift, lanes, y);
  for (int i = 0; i < lanes; ++i)
    RC_ASSERT(static_cast<test::Wide>(y[i]) ==
              test::exact_shift(x[i], shift, scaling.rounding, scaling.multiplier_bits));
}

}  // namespace
}  // namespace intloom::arith
