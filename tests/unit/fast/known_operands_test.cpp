#include "rtl_models/fast/known_operands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/fast/small_program.h"

namespace intloom::fast {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;

KnownOperands known(const isa::CommandStream& program) {
  std::vector<std::uint32_t> order(program.size());
  std::iota(order.begin(), order.end(), 0U);
  return known_operands(program, order, test::small_machine(), 8192);
}

isa::Command rescale(const isa::MapRegion& map, std::uint32_t parameters) {
  isa::Vector body;
  body.a = body.out = map;
  body.channels = 4;
  body.parameter_address = parameters;
  isa::Command command;
  command.unit = isa::Unit::vector;
  command.body = body;
  return command;
}

// By hand, from small_program.h: LOADs of weights, parameters and input; two EXECs; two REQUANTs; STORE.
TEST(KnownOperands, ConstantsAndWhoElseReadsThem) {
  isa::CommandStream program = test::two_tiles();
  EXPECT_THAT(known(program).constant, ElementsAre(0, 0, 0, 1, 1, 1, 1, 0));
  EXPECT_THAT(known(program).for_constant_only, ElementsAre(1, 1, 0, 0, 0, 0, 0, 0));
  program.push_back(rescale(test::line(8192, 4), 36));  // the record of channel 3
  EXPECT_THAT(known(program).constant, ElementsAre(0, 0, 0, 1, 1, 1, 1, 0, 0));
  EXPECT_THAT(known(program).for_constant_only, ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(KnownOperands, NothingIsKnownOfOtherBytes) {
  isa::CommandStream program = test::two_tiles();
  std::get<isa::Transfer>(program[7].body).memory_address = 8191;  // writes a constant
  EXPECT_THAT(known(program).constant, Each(0));
  program = test::two_tiles();
  std::get<isa::Transfer>(program[0].body).extents[0] = 12;  // the last row of weights is of the inference before
  EXPECT_THAT(known(program).constant, Each(0));
  EXPECT_THAT(known(program).for_constant_only, Each(0));
  program = test::two_tiles();
  std::get<isa::Transfer>(program[0].body).memory_address = 8192;  // weights that are no constants
  EXPECT_THAT(known(program).constant, Each(0));
}

TEST(KnownOperands, ExecsOfTheSameActivations) {
  isa::CommandStream program = test::two_tiles();
  program.push_back(test::exec(test::line(16, 4), 4, 0));  // as the second tile, into another bank
  program.push_back(test::exec(test::line(16, 4), 3, 0));  // fewer channels
  program.push_back(test::exec(test::line(16, 4), 3, 1));
  program.push_back(test::transfer(isa::Unit::load, isa::Buffer::activations, 8192, 0, 32));
  program.push_back(test::exec(test::line(16, 4), 3, 0));  // new bytes
  const std::vector<std::uint32_t> groups = known(program).activations;
  EXPECT_NE(groups[3], groups[4]);
  EXPECT_EQ(groups[4], groups[8]);
  EXPECT_NE(groups[8], groups[9]);
  EXPECT_EQ(groups[9], groups[10]);
  EXPECT_NE(groups[10], groups[12]);
  for (const std::size_t exec : {3U, 4U, 8U, 9U, 10U, 12U}) EXPECT_NE(groups[exec], 0U);
  for (const std::size_t other : {0U, 2U, 5U, 7U, 11U}) EXPECT_EQ(groups[other], 0U);
}

}  // namespace
}  // namespace intloom::fast
