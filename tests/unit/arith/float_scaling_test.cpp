#include "rtl_models/arith/float_scaling.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "rtl_models/arith/output_range.h"

namespace intloom::arith {
namespace {

// One line of tests/data/onnxruntime_scaling.csv (make_onnxruntime_scaling.py beside it made it with ONNX Runtime).
struct Recorded {
  std::string operation, type;
  std::int64_t a = 0;
  int b = 0, za = 0, zb = 0, zy = 0;
  float ma = 0, mb = 0;
  int y = 0;
};

float float_of_bits(const std::string& text) {
  const auto bits = static_cast<std::uint32_t>(std::stoul(text));
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

Recorded parse(const std::string& line) {
  std::istringstream in(line);
  std::string field[10];
  for (std::string& each : field) std::getline(in, each, ',');
  Recorded row;
  row.operation = field[0];
  row.type = field[1];
  row.a = std::stoll(field[2]);
  row.b = std::stoi(field[3]);
  row.za = std::stoi(field[4]);
  row.zb = std::stoi(field[5]);
  row.zy = std::stoi(field[6]);
  row.ma = float_of_bits(field[7]);
  row.mb = float_of_bits(field[8]);
  row.y = std::stoi(field[9]);
  return row;
}

int result_of(const Recorded& row) {
  const bool is_signed = row.type == "int8";
  OutputRange range{row.zy, is_signed ? -128 : 0, is_signed ? 127 : 255, is_signed, isa::OutOfRange::saturate};
  std::int64_t y = 0;
  if (row.operation == "scale") {
    y = float32_scale(row.a, row.ma);
  } else {
    range.zy = 0;
    const int a = static_cast<int>(row.a);
    y = row.operation == "add"
            ? float32_add(a, row.b, row.ma, row.mb, float32_add_constant(row.ma, row.za, row.mb, row.zb, row.zy))
            : float32_multiply((a - row.za) * (row.b - row.zb), row.ma, row.zy);
  }
  std::uint8_t byte = 0;
  to_output(range, &y, 1, &byte);
  return is_signed ? static_cast<std::int8_t>(byte) : byte;
}

TEST(FloatScaling, EqualsOnnxRuntime) {
  std::ifstream file(std::string(INTLOOM_SOURCE_DIR) + "/tests/data/onnxruntime_scaling.csv");
  ASSERT_TRUE(file.is_open());
  std::string line;
  std::getline(file, line);
  int rows = 0;
  for (; std::getline(file, line); ++rows) {
    const Recorded row = parse(line);
    EXPECT_EQ(result_of(row), row.y) << line;
  }
  EXPECT_EQ(rows, 1728);
}

TEST(FloatScaling, TiesGoToEven) {
  EXPECT_EQ(float32_scale(1, 0.5F), 0);
  EXPECT_EQ(float32_scale(3, 0.5F), 2);
  EXPECT_EQ(float32_scale(5, 0.5F), 2);
  EXPECT_EQ(float32_scale(-1, 0.5F), 0);
  EXPECT_EQ(float32_scale(-3, 0.5F), -2);
}

// 2^24 + 1 is no float32: it becomes 2^24 before the multiplication.
TEST(FloatScaling, SumsBeyond24BitsRoundFirst) {
  EXPECT_EQ(float32_scale((1 << 24) + 1, 1.0F), 1 << 24);
  EXPECT_EQ(float32_scale((1 << 24) + 3, 1.0F), (1 << 24) + 4);
}

// The zero point joins before the rounding: 0.5 + 1 = 1.5 is 2, not rne(0.5) + 1 = 1.
TEST(FloatScaling, MultiplyRoundsBehindTheZeroPoint) {
  EXPECT_EQ(float32_multiply(1, 0.5F, 1), 2);
  EXPECT_EQ(float32_multiply(1, 0.5F, 2), 2);
}

// 4097 * m = (2^12+1)^2 / 2^24 = 1 + 2^-11 + 2^-24, of which a float32 product would drop 2^-24: with fma and the
// constant -(1 + 2^-11) + 0.5 it is just above one half.
TEST(FloatScaling, AddKeepsBothProductsExact) {
  const float m = std::ldexp(4097.0F, -24), constant = -(1.0F + std::ldexp(1.0F, -11)) + 0.5F;
  EXPECT_EQ(float32_add(4097, 0, m, 0.0F, constant), 1);
  EXPECT_EQ(float32_add(0, 4097, 0.0F, m, constant), 1);
  volatile float product = 4097.0F * m;
  EXPECT_EQ(product + constant, 0.5F);  // a tie, which would go to 0
}

// The constant fuses ma * za only: with mb * zb inexact the order of the two operands shows.
TEST(FloatScaling, AddConstantFusesTheFirstProduct) {
  const float m = std::ldexp(4097.0F, -24);
  const float rounded = 1.0F + std::ldexp(1.0F, -11);                                // 4097 * m in float32
  EXPECT_EQ(float32_add_constant(m, 4097, -1.0F, 1, 0), -std::ldexp(8193.0F, -24));  // 2^-11 + 2^-24, exact
  EXPECT_EQ(float32_add_constant(-1.0F, 1, m, 4097, 0), -(rounded - 1.0F));
}

TEST(FloatScaling, HugeResultsSaturate) {
  const std::int64_t limit = std::int64_t{1} << 62;
  EXPECT_EQ(float32_scale(1LL << 40, 1e30F), limit);
  EXPECT_EQ(float32_scale(-(1LL << 40), 1e30F), -limit);
  EXPECT_EQ(float32_scale(1, std::numeric_limits<float>::infinity()), limit);
  EXPECT_EQ(float32_scale(0, std::numeric_limits<float>::infinity()), limit);  // NaN
}

RC_GTEST_PROP(FloatScaling, EqualsTheHostsRounding, ()) {
  const auto x = *rc::gen::arbitrary<std::int64_t>() >> *rc::gen::inRange(0, 64);
  const float m = std::ldexp(static_cast<float>(*rc::gen::inRange(1 << 23, 1 << 24)), *rc::gen::inRange(-80, 1));
  volatile float product = static_cast<float>(x) * m;
  const float value = product;
  RC_PRE(std::fabs(value) < 4e18F);
  RC_ASSERT(float32_scale(x, m) == std::llrint(value));
}

RC_GTEST_PROP(FloatScaling, LanesEqualOneByOne, ()) {
  std::int64_t x[9], y[9];
  std::uint32_t bits[9];
  float m[9];
  for (int i = 0; i < 9; ++i) {
    x[i] = *rc::gen::arbitrary<std::int32_t>();
    m[i] = static_cast<float>(*rc::gen::inRange(1, 1000)) / 1e6F;
    std::memcpy(&bits[i], &m[i], 4);
  }
  float32_scale_lanes(x, bits, 9, y);
  for (int i = 0; i < 9; ++i) RC_ASSERT(y[i] == float32_scale(x[i], m[i]));
}

}  // namespace
}  // namespace intloom::arith
