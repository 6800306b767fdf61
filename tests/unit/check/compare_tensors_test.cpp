// Expected values by hand from the definitions in compare_tensors.h.
#include "runtime/check/compare_tensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace intloom::check {
namespace {

using Bytes = std::vector<std::uint8_t>;
using graph::DataType;

std::uint8_t byte(int value) { return static_cast<std::uint8_t>(value); }

TEST(CompareIntegers, EqualTensorsHaveNoDifference) {
  const IntegerComparison result = compare_integers(Bytes{1, 2, 255}, Bytes{1, 2, 255}, DataType::uint8);
  EXPECT_EQ(result.elements, 3);
  EXPECT_EQ(result.differences, 0);
  EXPECT_EQ(result.first_difference, -1);
  EXPECT_EQ(result.max_abs, 0);
}

TEST(CompareIntegers, NamesFirstAndLargestDifference) {
  const IntegerComparison result = compare_integers(Bytes{0, 10, 20, 30}, Bytes{0, 11, 20, 25}, DataType::uint8);
  EXPECT_EQ(result.differences, 2);
  EXPECT_EQ(result.first_difference, 1);
  EXPECT_EQ(result.max_abs, 5);
}

TEST(CompareIntegers, TheTypeDecidesHowFarBytesAreApart) {
  const Bytes ours{byte(-1)};
  const Bytes theirs{byte(1)};
  EXPECT_EQ(compare_integers(ours, theirs, DataType::int8).max_abs, 2);
  EXPECT_EQ(compare_integers(ours, theirs, DataType::uint8).max_abs, 254);
}

TEST(CompareIntegers, RefusesOtherSizesAndTypes) {
  EXPECT_THROW(compare_integers(Bytes{1}, Bytes{1, 2}, DataType::int8), std::invalid_argument);
  EXPECT_THROW(compare_integers(Bytes{1}, Bytes{1}, DataType::float32), std::invalid_argument);
}

TEST(CompareWithFloat, NoErrorIsInfiniteSqnr) {
  const FloatComparison result = compare_with_float(Bytes{byte(2), byte(-4)}, DataType::int8, 0.5F, 0, {1.0F, -2.0F});
  EXPECT_EQ(result.elements, 2);
  EXPECT_EQ(result.max_abs_lsb, 0);
  EXPECT_TRUE(std::isinf(result.sqnr_db));
  EXPECT_DOUBLE_EQ(result.cosine, 1);
}

TEST(CompareWithFloat, ErrorInLsbSqnrAndCosine) {
  // Integers 130 and 124 at scale 0.5, zero point 128: 1.0 and -2.0; the reference is 1.0 and -1.0.
  const FloatComparison result = compare_with_float(Bytes{130, 124}, DataType::uint8, 0.5F, 128, {1.0F, -1.0F});
  EXPECT_DOUBLE_EQ(result.max_abs_lsb, 2);                       // 1.0 / 0.5
  EXPECT_DOUBLE_EQ(result.sqnr_db, 10 * std::log10(2.0 / 1.0));  // 1 + 1 against 1
  EXPECT_DOUBLE_EQ(result.cosine, 3.0 / (std::sqrt(5.0) * std::sqrt(2.0)));
}

TEST(CompareWithFloat, CosineOfZeroVectors) {
  EXPECT_EQ(compare_with_float(Bytes{0, 0}, DataType::int8, 1, 0, {0, 0}).cosine, 1);
  EXPECT_EQ(compare_with_float(Bytes{0, 0}, DataType::int8, 1, 0, {1, 0}).cosine, 0);
}

TEST(Argmax, TakesTheFirstOfTheLargest) {
  EXPECT_EQ(argmax({1, 3, 2, 3}), 1);
  EXPECT_EQ(argmax({-5}), 0);
}

}  // namespace
}  // namespace intloom::check
