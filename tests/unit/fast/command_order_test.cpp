#include "rtl_models/fast/command_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/fast/small_program.h"

namespace intloom::fast {
namespace {

using ::testing::ElementsAre;

std::vector<std::uint32_t> in_turn(const isa::CommandStream& program) {
  std::vector<std::uint32_t> order(program.size());
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

std::vector<std::uint32_t> before(const CommandOrder& order, std::uint32_t position) {
  const CommandOrder::Positions positions = order.before(position);
  return {positions.begin(), positions.end()};
}

// By hand, from the table of accesses in small_program.h.
TEST(CommandOrder, WaitsForWritersOfWhatIsRead) {
  const isa::CommandStream program = test::two_tiles();
  const CommandOrder order(program, in_turn(program), test::small_machine());
  for (const std::uint32_t load : {0U, 1U, 2U}) EXPECT_THAT(before(order, load), ElementsAre());
  EXPECT_THAT(before(order, 3), ElementsAre(2, 0));
  EXPECT_THAT(before(order, 4), ElementsAre(2, 0));  // not for the other tile
  EXPECT_THAT(before(order, 5), ElementsAre(3, 1));
  // Outputs of both tiles lie so close that they count as one: the writers wait for each other, the STORE for the last.
  EXPECT_THAT(before(order, 6), ElementsAre(5, 4, 1));
  EXPECT_THAT(before(order, 7), ElementsAre(6));
}

TEST(CommandOrder, WritersWaitForReadersAndForEachOther) {
  isa::CommandStream program = test::two_tiles();
  program.push_back(test::transfer(isa::Unit::load, isa::Buffer::weights, 0, 0, 16));  // read by both EXECs
  program.push_back(test::exec(test::line(0, 4), 4, 0));                               // over the sums of the first
  program.push_back(test::transfer(isa::Unit::load, isa::Buffer::activations, 12288, 0, 32));  // what was stored
  const CommandOrder order(program, in_turn(program), test::small_machine());
  EXPECT_THAT(before(order, 8), ElementsAre(4, 3, 0));
  EXPECT_THAT(before(order, 9), ::testing::IsSupersetOf({8U, 5U, 3U, 2U}));
  EXPECT_THAT(before(order, 10), ::testing::IsSupersetOf({9U, 7U, 4U, 3U, 2U}));
}

TEST(CommandOrder, AnExecIsFollowedByWhoUsesItsSums) {
  const isa::CommandStream program = test::two_tiles();
  const CommandOrder order(program, in_turn(program), test::small_machine());
  EXPECT_EQ(order.follower(3), 5U);
  EXPECT_EQ(order.follower(4), 6U);
  for (const std::uint32_t other : {0U, 1U, 2U, 5U, 6U, 7U}) EXPECT_EQ(order.follower(other), CommandOrder::kNone);
}

// Positions are of the order, not of the program.
TEST(CommandOrder, TakesTheOrderAsItIs) {
  const isa::CommandStream program = test::two_tiles();
  const CommandOrder order(program, {2, 1, 0, 4, 3, 6, 5, 7}, test::small_machine());
  EXPECT_THAT(before(order, 3), ElementsAre(2, 0));
  EXPECT_EQ(order.follower(3), 5U);
  EXPECT_EQ(order.follower(4), 6U);
}

}  // namespace
}  // namespace intloom::fast
