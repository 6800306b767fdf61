// Rules R1, R2 of the requantizer and V1, V4 of the vector unit by hand: words and banks. That the clocked blocks count
// just the same on random programs: tests/system/fast_counters_test.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rtl_models/timing/requant_counts.h"
#include "rtl_models/timing/vector_counts.h"

namespace intloom::timing {
namespace {

using testing::ElementsAre;

// Words of 4 bytes in banks of 24, records of 12 bytes in banks of 24.
isa::MachineDescription small_machine(int lanes) {
  isa::MachineDescription machine;
  machine.array.rows = machine.array.cols = 4;
  machine.scratchpad = {4, 24, 1};
  machine.parameter_buffer = {4, 24, 1};
  machine.requant.lanes = machine.vector.lanes = lanes;
  return machine;
}

// One row of 3 pixels; blocks 24 bytes apart: each in a bank of its own.
isa::MapRegion row_of_three(std::uint32_t address) {
  isa::MapRegion map;
  map.address = address;
  map.pixel_pitch = 4;
  map.block_pitch = 24;
  map.width = 3;
  return map;
}

struct Tallies {
  explicit Tallies(const isa::MachineDescription& machine)
      : reads(machine, isa::Buffer::activations),
        writes(machine, isa::Buffer::activations),
        parameters(machine, isa::Buffer::parameters) {}
  BankTally reads, writes, parameters;
};

isa::Requant requant_of(std::uint32_t channels, std::uint32_t group) {
  isa::Requant requant;
  requant.channels = channels;
  requant.group_channels = group;
  requant.out = row_of_three(0);
  return requant;
}

// Block 0 is cut by the groups of 3 into 3 + 1 channels, block 1 into 2 + 2, block 2 has 1: with 2 lanes 2 + 1 chunks,
// 1 + 1 and 1, each for 3 pixels. 9 records, two a bank, from the second one on.
TEST(RequantCounts, ChunksByBankAndParametersPerChannel) {
  const isa::MachineDescription machine = small_machine(2);
  isa::Requant requant = requant_of(9, 3);
  requant.parameter_address = 12;
  Tallies tallies(machine);
  tallies.parameters.accesses.resize(5);
  count_requant_accesses(requant, machine, tallies.parameters, tallies.writes);
  EXPECT_THAT(tallies.writes.accesses, ElementsAre(9, 6, 3, 0));
  EXPECT_THAT(tallies.parameters.accesses, ElementsAre(1, 2, 2, 2, 2));
  EXPECT_EQ(requant_elements(requant), 27);
  EXPECT_EQ(requant_parameter_words(requant), 9);
}

TEST(RequantCounts, PerTensorParametersAreARecordAndThreeBiasesAWord) {
  isa::Requant requant = requant_of(7, 4);
  requant.per_channel = false;
  EXPECT_EQ(requant_parameter_words(requant), 1 + 3);
  const isa::MachineDescription machine = small_machine(4);
  Tallies tallies(machine);
  count_requant_accesses(requant, machine, tallies.parameters, tallies.writes);
  EXPECT_THAT(tallies.parameters.accesses, ElementsAre(2, 2, 0, 0));
  EXPECT_THAT(tallies.writes.accesses, ElementsAre(3, 3, 0, 0));
}

// 6 channels from lane 3 of the output on: chunks of 1, 3, 1 and 1 channels, the first two of input block 0, in output
// blocks 0, 1, 1 and 2.
TEST(VectorCounts, ShiftedLanesWriteWhereTheyFall) {
  const isa::MachineDescription machine = small_machine(4);
  isa::Vector vector;
  vector.op = isa::VectorOp::add;
  vector.a = row_of_three(0);
  vector.b = row_of_three(48);
  vector.b.pixel_pitch = 0;  // one word for all pixels
  vector.out = row_of_three(24);
  vector.channels = 6;
  vector.out_lane = 3;
  vector.parameter_records = 2;
  Tallies tallies(machine);
  count_vector_accesses(vector, machine, tallies.reads, tallies.parameters, tallies.writes);
  EXPECT_THAT(tallies.reads.accesses, ElementsAre(3, 3, 3, 3));
  EXPECT_THAT(tallies.writes.accesses, ElementsAre(0, 3, 6, 3));
  EXPECT_THAT(tallies.parameters.accesses, ElementsAre(2, 0, 0, 0));
  EXPECT_EQ(vector_operand_words(vector, machine), 12);
  EXPECT_EQ(vector_elements(vector), 18);
}

// 6 channels from lane 3 of the input on: of the words of blocks 0, 1 and 2 one channel, 4 and 1. Chunks of 1, 3 and 1,
// 1 channels, the first two in output block 0.
TEST(VectorCounts, APartOfTheChannelsReadsTheWordsItTouches) {
  const isa::MachineDescription machine = small_machine(4);
  isa::Vector vector;
  vector.op = isa::VectorOp::lookup;
  vector.a = row_of_three(0);
  vector.out = row_of_three(48);
  vector.channels = 6;
  vector.in_lane = 3;
  vector.parameter_records = 8;
  Tallies tallies(machine);
  count_vector_accesses(vector, machine, tallies.reads, tallies.parameters, tallies.writes);
  EXPECT_THAT(tallies.reads.accesses, ElementsAre(3, 3, 3, 0));
  EXPECT_THAT(tallies.writes.accesses, ElementsAre(0, 0, 6, 6));
  EXPECT_THAT(tallies.parameters.accesses, ElementsAre(2, 2, 2, 2));
  EXPECT_EQ(vector_operand_words(vector, machine), 9);
  EXPECT_EQ(vector_elements(vector), 18);
  EXPECT_EQ(vector_lookups(vector), 18);
  vector.op = isa::VectorOp::rescale;
  EXPECT_EQ(vector_lookups(vector), 0);
}

// A 1x3 window with a pad of 1 over 3 pixels: 2 + 3 + 2 taps inside.
TEST(VectorCounts, PoolsReadAWordForEachTapInside) {
  const isa::MachineDescription machine = small_machine(4);
  isa::Vector vector;
  vector.op = isa::VectorOp::max_pool;
  vector.a = row_of_three(0);
  vector.out = row_of_three(48);
  vector.channels = 5;
  vector.window.kernel_w = 3;
  vector.window.pad_left = 1;
  Tallies tallies(machine);
  count_vector_accesses(vector, machine, tallies.reads, tallies.parameters, tallies.writes);
  EXPECT_THAT(tallies.reads.accesses, ElementsAre(7, 7, 0, 0));
  EXPECT_THAT(tallies.writes.accesses, ElementsAre(0, 0, 3, 3));
  EXPECT_EQ(vector_operand_words(vector, machine), 14);
}

}  // namespace
}  // namespace intloom::timing
