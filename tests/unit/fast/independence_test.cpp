#include "rtl_models/fast/independence.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/unit/fast/small_program.h"

namespace intloom::fast {
namespace {

bool independent(const isa::CommandStream& program, const AddressRange& input = {8192, 8224},
                 const AddressRange& output = {12288, 12320}) {
  std::vector<std::uint32_t> order(program.size());
  std::iota(order.begin(), order.end(), 0U);
  return inferences_are_independent(program, order, test::small_machine(), 8192, {input}, {output});
}

template <class Body>
Body& body(isa::CommandStream& program, std::size_t command) {
  return std::get<Body>(program[command].body);
}

TEST(Independence, OfAProgramThatReadsOnlyWhatItWrote) { EXPECT_TRUE(independent(test::two_tiles())); }

TEST(Independence, NotWhereAByteOfTheInputIsOld) {
  EXPECT_FALSE(independent(test::two_tiles(), {8192, 8223}));
  isa::CommandStream program = test::two_tiles();
  body<isa::Transfer>(program, 2).extents[0] = 31;
  EXPECT_FALSE(independent(program));
}

// Channel 3 of the last pixel: nothing multiplies it.
TEST(Independence, LanesWithoutAChannelDoNotCount) {
  isa::CommandStream program = test::two_tiles();
  body<isa::Transfer>(program, 2).extents[0] = 31;
  body<isa::Exec>(program, 4).channels = 3;
  EXPECT_TRUE(independent(program));
  body<isa::Exec>(program, 4).channels = 4;
  EXPECT_FALSE(independent(program));
}

TEST(Independence, NotWhereWeightsOrParametersOrOutputsAreOld) {
  for (const std::size_t load : {0U, 1U}) {
    isa::CommandStream program = test::two_tiles();
    --body<isa::Transfer>(program, load).extents[0];
    EXPECT_FALSE(independent(program));
  }
  EXPECT_FALSE(independent(test::two_tiles(), {8192, 8224}, {12288, 12321}));
}

TEST(Independence, NotWhereSumsAreOld) {
  isa::CommandStream program = test::two_tiles();
  body<isa::Exec>(program, 3).accumulate = true;
  EXPECT_FALSE(independent(program));
  program = test::two_tiles();
  body<isa::Exec>(program, 4).acc_row = 1;
  EXPECT_FALSE(independent(program));
  body<isa::Requant>(program, 6).acc_row = 1;
  EXPECT_TRUE(independent(program));
}

TEST(Independence, NotWhereConstantsAreWritten) {
  isa::CommandStream program = test::two_tiles();
  body<isa::Transfer>(program, 7).memory_address = 8191;
  EXPECT_FALSE(independent(program));
}

TEST(Independence, OldBytesStayOldOnTheirWay) {
  isa::CommandStream program = test::two_tiles();
  program.insert(program.begin() + 3,
                 {test::transfer(isa::Unit::store, isa::Buffer::activations, 16384, 4096, 4),  // nobody has written it
                  test::transfer(isa::Unit::load, isa::Buffer::activations, 16384, 0, 4)});
  EXPECT_FALSE(independent(program));
}

}  // namespace
}  // namespace intloom::fast
