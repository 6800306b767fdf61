#include "rtl_models/arith/output_range.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace intloom::arith {
namespace {

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSmallest = std::numeric_limits<std::int64_t>::min();

struct Outcome {
  std::vector<std::uint8_t> bytes;
  int changed = 0;
};

Outcome outcome(const OutputRange& range, const std::vector<std::int64_t>& y) {
  Outcome result;
  result.bytes.resize(y.size());
  result.changed = to_output(range, y.data(), static_cast<int>(y.size()), result.bytes.data());
  return result;
}

using Bytes = std::vector<std::uint8_t>;

TEST(OutputRange, ClampsAfterTheZeroPoint) {
  const OutputRange range{10, -128, 127, true, isa::OutOfRange::saturate};
  const Outcome result = outcome(range, {0, 117, 118, -138, -139, kLargest, kSmallest});
  EXPECT_EQ(result.bytes, (Bytes{10, 127, 127, 0x80, 0x80, 127, 0x80}));
  EXPECT_EQ(result.changed, 4);
}

TEST(OutputRange, AFoldedReluClampsAtTheZeroPoint) {
  const OutputRange range{-5, -5, 100, true, isa::OutOfRange::saturate};
  const Outcome result = outcome(range, {-1, 0, 1, 105, 106});
  EXPECT_EQ(result.bytes, (Bytes{0xFB, 0xFB, 0xFC, 100, 100}));
  EXPECT_EQ(result.changed, 2);
}

TEST(OutputRange, UnsignedOutputs) {
  const OutputRange range{128, 0, 255, false, isa::OutOfRange::saturate};
  const Outcome result = outcome(range, {-129, -128, 0, 127, 128});
  EXPECT_EQ(result.bytes, (Bytes{0, 0, 128, 255, 255}));
  EXPECT_EQ(result.changed, 2);
}

TEST(OutputRange, WrapKeepsTheLowBitsAndIgnoresTheClamp) {
  const OutputRange range{3, 0, 10, true, isa::OutOfRange::wrap};
  const Outcome result = outcome(range, {124, 125, -131, -132, 256, kLargest, kSmallest});
  EXPECT_EQ(result.bytes, (Bytes{127, 128, 128, 127, 3, 2, 3}));
  EXPECT_EQ(result.changed, 5);  // 128, -129, 259 and the extremes are no int8
}

TEST(OutputRange, WrapOfUnsignedOutputs) {
  const OutputRange range{0, 0, 255, false, isa::OutOfRange::wrap};
  const Outcome result = outcome(range, {-1, 0, 255, 256});
  EXPECT_EQ(result.bytes, (Bytes{255, 0, 255, 0}));
  EXPECT_EQ(result.changed, 2);
}

}  // namespace
}  // namespace intloom::arith
