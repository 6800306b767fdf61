// The arithmetic of QuantizeLinear, clips and constants.
#include "runtime/quant/quantization.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::s8;
using test::u8;

graph::TensorData floats(const graph::Shape& shape, const std::vector<float>& values) {
  graph::TensorData data = graph::make_tensor(graph::DataType::float32, shape);
  std::copy(values.begin(), values.end(), data.as<float>());
  return data;
}

// Standard of ONNX: saturate(round_half_even(x / scale) + zero_point).
TEST(QuantizeValue, TiesToEvenThenSaturates) {
  EXPECT_EQ(quantize_value(0.5F, s8(1, 0)), 0);
  EXPECT_EQ(quantize_value(1.5F, s8(1, 0)), 2);
  EXPECT_EQ(quantize_value(-2.5F, s8(1, 1)), -1);
  EXPECT_EQ(quantize_value(1000, s8(1, 5)), 127);
  EXPECT_EQ(quantize_value(-1000, u8(1, 5)), 0);
  EXPECT_EQ(quantize_value(1e30F, u8(1e-6F, 5)), 255);
  EXPECT_EQ(quantize_value(-std::numeric_limits<float>::infinity(), s8(1, 5)), -128);
}

// A quotient, not a product with the reciprocal: in float32 0.7 / 0.2 rounds to 3.5 exactly, a tie.
TEST(QuantizeValue, Divides) { EXPECT_EQ(quantize_value(0.7F, u8(0.2F, 0)), 4); }

rc::Gen<float> any_float() {
  return rc::gen::map(rc::gen::inRange(-4000, 4001), [](int i) { return static_cast<float>(i) / 64; });
}

rc::Gen<Quantization> any_quantization() {
  return rc::gen::map(rc::gen::tuple(rc::gen::arbitrary<bool>(), rc::gen::inRange(1, 400), rc::gen::inRange(0, 256)),
                      [](const std::tuple<bool, int, int>& v) {
                        const float scale = static_cast<float>(std::get<1>(v)) / 256;
                        return std::get<0>(v) ? s8(scale, std::get<2>(v) - 128) : u8(scale, std::get<2>(v));
                      });
}

Bounds any_bounds() {
  const float a = *any_float();
  const float b = *any_float();
  return {std::min(a, b), std::max(a, b)};
}

float clip(float x, const Bounds& bounds) { return std::min(std::max(x, bounds.lo), bounds.hi); }

RC_GTEST_PROP(Clamp, ClippingFloatsIsClippingIntegers, ()) {
  const Quantization q = *any_quantization();
  const Bounds bounds = any_bounds();
  const float x = *any_float();
  const Clamp clamp = clamp_of(bounds, q);
  RC_ASSERT(quantize_value(clip(x, bounds), q) == std::clamp(quantize_value(x, q), clamp.lo, clamp.hi));
}

RC_GTEST_PROP(Clamp, ComposedBoundsClipInOrder, ()) {
  const Bounds first = any_bounds();
  const Bounds then = any_bounds();
  const float x = *any_float();
  RC_ASSERT(clip(x, compose(first, then)) == clip(clip(x, first), then));
}

RC_GTEST_PROP(Clamp, ExactMeansNoIntegerLosesAnything, ()) {
  const Quantization q = *any_quantization();
  Bounds bounds = any_bounds();
  if (*rc::gen::arbitrary<bool>()) bounds.lo = 0;
  if (bounds.lo > bounds.hi) bounds.hi = bounds.lo;
  const Clamp range = type_range(q.type);
  const Clamp clamp = clamp_of(bounds, q);
  const auto real = [&](std::int32_t i) { return q.scale * static_cast<float>(i - q.zero_point); };
  bool lossless = true;
  for (std::int32_t i = range.lo; i <= range.hi; ++i) {
    lossless = lossless && real(std::clamp(i, clamp.lo, clamp.hi)) == clip(real(i), bounds);
  }
  if (is_exact(bounds, q)) RC_ASSERT(lossless);
}

TEST(RepresentExactly, FindsTheCoarsestScale) {
  const auto made = represent_exactly(floats({4}, {0.5F, -1.5F, 0, 1}));
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->scales, std::vector<float>{0.5F});
  EXPECT_EQ(dequantize(*made), (std::vector<float>{0.5F, -1.5F, 0, 1}));
}

TEST(RepresentExactly, ScalarsAndZerosAlways) {
  EXPECT_EQ(dequantize(represent_exactly(floats({}, {0.1F})).value()), std::vector<float>{0.1F});
  EXPECT_EQ(dequantize(represent_exactly(floats({2}, {0, 0})).value()), (std::vector<float>{0, 0}));
}

TEST(RepresentExactly, RefusesWhatNeedsMoreThanInt8) {
  EXPECT_FALSE(represent_exactly(floats({2}, {1, 1 + 0x1p-20F})).has_value());
  EXPECT_FALSE(represent_exactly(floats({2}, {1, 200})).has_value());
  EXPECT_FALSE(represent_exactly(floats({1}, {std::nanf("")})).has_value());
}

TEST(Dequantize, PerChannel) {
  auto data = std::make_shared<graph::TensorData>(graph::make_tensor(graph::DataType::int8, {2, 2}));
  std::copy_n(std::vector<std::int8_t>{1, 2, 3, 4}.begin(), 4, data->as<std::int8_t>());
  EXPECT_EQ(dequantize({data, {0.5F, 2}, {1, 0}, 0}), (std::vector<float>{0, 0.5F, 6, 8}));
  EXPECT_EQ(dequantize({data, {0.5F, 2}, {1, 0}, 1}), (std::vector<float>{0, 4, 1, 8}));
}

// Element (i, j, k) of a transposed tensor, index by index.
RC_GTEST_PROP(PermutedOrder, MatchesIndexArithmetic, ()) {
  const graph::Shape shape = *rc::gen::container<graph::Shape>(3, rc::gen::inRange<std::int64_t>(1, 5));
  std::vector<int> perm{0, 1, 2};
  for (int turns = *rc::gen::inRange(0, 6); turns > 0; --turns) std::next_permutation(perm.begin(), perm.end());
  const std::vector<std::int64_t> order = permuted_order(shape, perm);
  const auto extent = [&](int d) { return shape[static_cast<std::size_t>(perm[static_cast<std::size_t>(d)])]; };
  std::size_t at = 0;
  for (std::int64_t i = 0; i < extent(0); ++i) {
    for (std::int64_t j = 0; j < extent(1); ++j) {
      for (std::int64_t k = 0; k < extent(2); ++k) {
        std::array<std::int64_t, 3> source{};
        source[static_cast<std::size_t>(perm[0])] = i;
        source[static_cast<std::size_t>(perm[1])] = j;
        source[static_cast<std::size_t>(perm[2])] = k;
        RC_ASSERT(order[at++] == (source[0] * shape[1] + source[1]) * shape[2] + source[2]);
      }
    }
  }
  RC_ASSERT(at == order.size());
}

}  // namespace
}  // namespace intloom::quant
