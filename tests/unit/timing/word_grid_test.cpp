// Accesses by bank against hand calculation and against visiting every word.
#include "rtl_models/timing/word_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace intloom::timing {
namespace {

using testing::ElementsAre;

BankTally tally_of(std::int64_t bank_bytes, std::size_t banks) {
  BankTally tally(isa::MachineDescription{}, isa::Buffer::activations);
  tally.bank_bytes = bank_bytes;
  tally.accesses.assign(banks, 0);
  return tally;
}

// Of each position, the pairs of tap and output that fall on it.
std::vector<std::int64_t> taps_by_position(const WindowAxis& axis) {
  std::vector<std::int64_t> taps(static_cast<std::size_t>(axis.size), 0);
  for (std::int64_t o = 0; o < axis.outputs; ++o)
    for (std::int64_t k = 0; k < axis.kernel; ++k) {
      const std::int64_t position = o * axis.stride + k * axis.dilation - axis.pad;
      if (position >= 0 && position < axis.size) ++taps[static_cast<std::size_t>(position)];
    }
  return taps;
}

std::vector<std::uint64_t> visited(const WordGrid& grid, std::int64_t times, BankTally tally) {
  const auto rows = taps_by_position(grid.rows), columns = taps_by_position(grid.columns);
  for (std::int64_t p = 0; p < grid.planes; ++p)
    for (std::size_t r = 0; r < rows.size(); ++r)
      for (std::size_t c = 0; c < columns.size(); ++c)
        tally.add(grid.address + p * grid.plane_pitch + static_cast<std::int64_t>(r) * grid.row_pitch +
                      static_cast<std::int64_t>(c) * grid.column_pitch,
                  rows[r] * columns[c] * times);
  return tally.accesses;
}

WindowAxis any_axis() {
  WindowAxis axis;
  axis.size = *rc::gen::inRange(1, 9);
  axis.outputs = *rc::gen::inRange(1, 9);
  axis.kernel = *rc::gen::inRange(1, 5);
  axis.stride = *rc::gen::inRange(1, 4);
  axis.dilation = *rc::gen::inRange(1, 3);
  axis.pad = *rc::gen::inRange(-3, 4);
  return axis;
}

// A kernel of 3 with a pad of 1 over 5 positions, stride 2: outputs at -1..1, 1..3, 3..5.
TEST(WindowAxis, CountsTapsByHand) {
  const WindowAxis axis{5, 3, 3, 2, 1, 1};
  EXPECT_EQ(axis.taps_below(0), 0);
  EXPECT_EQ(axis.taps_below(1), 1);  // position 0: output 0
  EXPECT_EQ(axis.taps_below(2), 3);  // position 1: outputs 0 and 1
  EXPECT_EQ(axis.taps_below(3), 4);
  EXPECT_EQ(axis.taps_inside(), 7);  // of 9 taps, 2 are padding
}

// Two planes of 3 rows of 4 words of 8 bytes, 100 bytes a bank. Plane 0: rows at 40, 72, 104: of the second the words
// at 72, 80, 88 and 96 begin in bank 0; the third is in bank 1. Plane 1 begins at 136: all in bank 1 but what begins at
// 200 or later: row 2 at 200.
TEST(WordGrid, SplitsPlanesAndRowsByHand) {
  BankTally tally = tally_of(100, 3);
  const WordGrid grid{40, 2, 96, every(3), every(4), 32, 8};
  count_accesses(grid, 5, tally);
  EXPECT_THAT(tally.accesses, ElementsAre(5 * 8, 5 * (4 + 8), 5 * 4));
}

TEST(WordGrid, ABroadcastWordIsReadForEveryPixel) {
  BankTally tally = tally_of(64, 2);
  count_accesses({64, 1, 0, every(7), every(9), 0, 0}, 1, tally);
  EXPECT_THAT(tally.accesses, ElementsAre(0, 63));
}

TEST(WordGrid, CountsWordsOfARegion) {
  BankTally tally = tally_of(48, 3);
  count_words(36, 6, 12, tally);
  EXPECT_THAT(tally.accesses, ElementsAre(1, 4, 1));
}

RC_GTEST_PROP(WordGrid, EqualsAVisitToEveryWord, ()) {
  WordGrid grid;
  grid.address = *rc::gen::inRange(0, 200);
  grid.planes = *rc::gen::inRange(0, 5);
  grid.plane_pitch = *rc::gen::element(0, 8, 96, 250);
  grid.rows = any_axis();
  grid.columns = any_axis();
  grid.row_pitch = *rc::gen::element(0, 4, 8, 40, 100);
  grid.column_pitch = *rc::gen::element(0, 4, 8, 16, 70);
  const BankTally empty = tally_of(*rc::gen::element(8, 20, 64, 100, 1000), 400);
  const std::int64_t times = *rc::gen::inRange(0, 4);
  BankTally tally = empty;
  count_accesses(grid, times, tally);
  RC_ASSERT(tally.accesses == visited(grid, times, empty));
}

}  // namespace
}  // namespace intloom::timing
