#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runtime/mapping/tiling.h"

namespace intloom {
namespace {

using testing::ElementsAre;

TEST(Tiling, TilesCoverTheirAxis) {
  const mapping::Tiles tiles{10, 4};
  EXPECT_EQ(tiles.count(), 3);
  EXPECT_EQ(tiles.begin(2), 8);
  EXPECT_EQ(tiles.size_at(1), 4);
  EXPECT_EQ(tiles.size_at(2), 2);
  const auto classes = mapping::tile_classes(tiles);
  ASSERT_EQ(classes.size(), 2U);
  EXPECT_EQ(classes[0].size, 4);
  EXPECT_EQ(classes[0].count, 2);
  EXPECT_EQ(classes[1].size, 2);
  EXPECT_EQ(classes[1].count, 1);
  EXPECT_EQ(mapping::tile_classes({3, 4}).size(), 1U);
}

TEST(Tiling, BalancedSizes) {
  EXPECT_THAT(mapping::balanced_sizes(1), ElementsAre(1));
  EXPECT_THAT(mapping::balanced_sizes(10), ElementsAre(10, 5, 4, 3, 2, 1));
  EXPECT_THAT(mapping::balanced_sizes(122), ElementsAre(122, 61, 41, 31, 21, 16, 11, 8, 6, 4, 3, 2, 1));
}

// Against taking every input that a tap of an output touches.
RC_GTEST_PROP(Tiling, InputSpanHoldsExactlyWhatIsRead, ()) {
  mapping::WindowAxis axis;
  axis.input = *rc::gen::inRange(1, 20);
  axis.kernel = *rc::gen::inRange(1, 6);
  axis.stride = *rc::gen::inRange(1, 4);
  axis.dilation = *rc::gen::inRange(1, 3);
  axis.pad = *rc::gen::inRange(0, 5);
  axis.output = *rc::gen::inRange(1, 12);
  const std::int64_t output = *rc::gen::inRange<std::int64_t>(0, axis.output);
  const std::int64_t outputs = *rc::gen::inRange<std::int64_t>(1, axis.output - output + 1);
  const std::int64_t tap = *rc::gen::inRange<std::int64_t>(0, axis.kernel);
  const std::int64_t taps = *rc::gen::inRange<std::int64_t>(1, axis.kernel - tap + 1);
  const mapping::InputSpan span = mapping::input_span(axis, output, outputs, tap, taps);
  RC_ASSERT(span.begin >= 0 && span.size >= 1 && span.begin + span.size <= axis.input);
  RC_ASSERT(span.size <= mapping::widest_span(axis, outputs, taps));
  std::int64_t first = axis.input, last = -1;
  for (std::int64_t o = 0; o < outputs; ++o) {
    for (std::int64_t k = 0; k < taps; ++k) {
      const std::int64_t at = (output + o) * axis.stride + (tap + k) * axis.dilation - axis.pad;
      const std::int64_t seen = o * axis.stride + k * axis.dilation - span.pad;  // by the window moved to the span
      RC_ASSERT(seen == at - span.begin);
      if (at < 0 || at >= axis.input) {
        RC_ASSERT(seen < 0 || seen >= span.size);  // stays padding
        continue;
      }
      first = std::min(first, at);
      last = std::max(last, at);
    }
  }
  if (last >= 0) RC_ASSERT(span.begin <= first && last < span.begin + span.size);
}

}  // namespace
}  // namespace intloom
