#include "rtl_models/arith/rounding_shift.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/unit/arith/exact_rounding.h"

namespace intloom::arith {
namespace {

using isa::Rounding;

struct Ties {
  int p, n;
  int half_even, half_up, half_away, floor;
};

// By hand: p / 2^n in quarters and halves.
constexpr Ties kTies[] = {
    {0, 2, 0, 0, 0, 0},        // 0
    {1, 2, 0, 0, 0, 0},        // 0.25
    {2, 2, 0, 1, 1, 0},        // 0.5
    {3, 2, 1, 1, 1, 0},        // 0.75
    {6, 2, 2, 2, 2, 1},        // 1.5
    {10, 2, 2, 3, 3, 2},       // 2.5
    {-1, 2, 0, 0, 0, -1},      // -0.25
    {-2, 2, 0, 0, -1, -1},     // -0.5
    {-3, 2, -1, -1, -1, -1},   // -0.75
    {-6, 2, -2, -1, -2, -2},   // -1.5
    {-10, 2, -2, -2, -3, -3},  // -2.5
    {1, 1, 0, 1, 1, 0},        // 0.5
    {-1, 1, 0, 0, -1, -1},     // -0.5
    {7, 0, 7, 7, 7, 7},        // nothing shifted out
    {-7, 0, -7, -7, -7, -7},
};

TEST(RoundingShift, TiesByHand) {
  for (const Ties& row : kTies) {
    EXPECT_EQ(shift_right(row.p, row.n, Rounding::half_even), row.half_even) << row.p << " >> " << row.n;
    EXPECT_EQ(shift_right(row.p, row.n, Rounding::half_up), row.half_up) << row.p << " >> " << row.n;
    EXPECT_EQ(shift_right(row.p, row.n, Rounding::half_away), row.half_away) << row.p << " >> " << row.n;
    EXPECT_EQ(shift_right(row.p, row.n, Rounding::floor), row.floor) << row.p << " >> " << row.n;
  }
}

// Against <cmath> on exact long doubles: every p of 12 bits, n of 0..14.
TEST(RoundingShift, EqualsRealArithmeticOnSmallWidths) {
  for (int n = 0; n <= 14; ++n) {
    for (int p = -2048; p < 2048; ++p) {
      const long double real = std::ldexp(static_cast<long double>(p), -n);
      ASSERT_EQ(shift_right(p, n, Rounding::half_even), std::llrint(real)) << p << " >> " << n;
      ASSERT_EQ(shift_right(p, n, Rounding::half_up), std::llround(std::floor(real + 0.5L))) << p << " >> " << n;
      ASSERT_EQ(shift_right(p, n, Rounding::half_away), std::llround(real)) << p << " >> " << n;
      ASSERT_EQ(shift_right(p, n, Rounding::floor), std::llround(std::floor(real))) << p << " >> " << n;
    }
  }
}

RC_GTEST_PROP(RoundingShift, EqualsDivisionOnAnyWidthAndShift, ()) {
  const auto rounding = *rc::gen::element(Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::floor,
                                          Rounding::tflite_double);
  const int n = *rc::gen::inRange(0, 256);
  const int bits = *rc::gen::inRange(0, 33);
  std::int64_t p = *rc::gen::arbitrary<std::int64_t>();
  p >>= *rc::gen::inRange(0, 64);
  if (n < 63 && *rc::gen::arbitrary<bool>())  // on or beside a tie
    p = ((p >> n) * 2 + 1) * (std::int64_t{1} << n >> 1) + *rc::gen::inRange(-1, 2);
  RC_ASSERT(static_cast<test::Wide>(shift_right(p, n, rounding, bits)) == test::exact_shift(p, n, rounding, bits));
}

// 5.5 rounds half up to 6 at the first two bits, then 6/4 = 1.5 away from zero to 2; 5.5/4 = 1.375 is nearest to 1.
TEST(RoundingShift, TfliteDoubleRoundsTwice) {
  EXPECT_EQ(shift_right(22, 4, Rounding::tflite_double, 2), 2);
  EXPECT_EQ(shift_right(22, 4, Rounding::half_up), 1);
  EXPECT_EQ(shift_right(-22, 4, Rounding::tflite_double, 2), -1);  // -5.5 up to -5, -1.25 to -1
  EXPECT_EQ(shift_right(-24, 4, Rounding::tflite_double, 2), -2);  // -6, -1.5 away from zero
}

TEST(RoundingShift, ModelIsNoRounding) { EXPECT_THROW(shift_right(1, 1, Rounding::model), std::invalid_argument); }

}  // namespace
}  // namespace intloom::arith
