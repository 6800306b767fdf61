#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runtime/mapping/free_space.h"

namespace intloom {
namespace {

RC_GTEST_PROP(FreeSpace, PlacesDoNotOverlapAndLieInside, ()) {
  mapping::FreeSpace space;
  space.granule = static_cast<std::uint32_t>(*rc::gen::inRange(1, 9));
  std::uint32_t at = 0;
  for (int i = *rc::gen::inRange(1, 5); i > 0; --i) {
    at += space.granule * static_cast<std::uint32_t>(*rc::gen::inRange(0, 4));
    const std::uint32_t size = space.granule * static_cast<std::uint32_t>(*rc::gen::inRange(1, 9));
    space.spans.push_back({at, size});
    at += size + space.granule;
  }
  std::vector<std::int64_t> sizes;
  for (int i = *rc::gen::inRange(1, 6); i > 0; --i) sizes.push_back(*rc::gen::inRange(0, 40));
  const auto places = mapping::place(space, sizes);
  if (!places) return;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::int64_t begin = (*places)[i], end = begin + sizes[i];
    RC_ASSERT(begin % space.granule == 0);
    bool inside = sizes[i] == 0;
    for (const mapping::FreeSpan& span : space.spans)
      inside = inside || (begin >= span.begin && end <= std::int64_t{span.begin} + span.size);
    RC_ASSERT(inside);
    for (std::size_t j = 0; j < i; ++j)
      RC_ASSERT(sizes[i] == 0 || sizes[j] == 0 || end <= (*places)[j] || (*places)[j] + sizes[j] <= begin);
  }
}

TEST(FreeSpace, LargestFirstIntoTheTightestSpan) {
  const mapping::FreeSpace space{{{0, 40}, {100, 20}}, 10};
  const auto places = mapping::place(space, {15, 31});
  ASSERT_TRUE(places);
  EXPECT_EQ((*places)[1], 0U);
  EXPECT_EQ((*places)[0], 100U);
  EXPECT_FALSE(mapping::place(space, {41})) << "spans are not joined";
  EXPECT_FALSE(mapping::place(space, {31, 21})) << "whole granules";
}

}  // namespace
}  // namespace intloom
