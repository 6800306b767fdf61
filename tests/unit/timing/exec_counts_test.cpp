// Rules F3, F5 and M2 of the pages of feeder and array by hand. That the clocked blocks count just the same on random
// programs: tests/system/fast_counters_test.cpp.
#include "rtl_models/timing/exec_counts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace intloom::timing {
namespace {

using testing::ElementsAre;

isa::MachineDescription machine_of(int rows, int cols) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  machine.scratchpad = {2, 64, 1};
  machine.weight_buffer = {2, 32, 1};
  return machine;
}

// A 3x3 kernel with a pad of 1 on a 4x4 map of `channels` channels, words of `word` bytes.
isa::Exec padded_convolution(std::uint32_t channels, std::uint32_t outputs, std::uint32_t word) {
  isa::Exec exec;
  exec.x = {0, word, 4 * word, 16 * word, 4, 4, true};
  exec.window = {3, 3, 1, 1, 1, 1, 1, 1};
  exec.out_height = exec.out_width = 4;
  exec.channels = channels;
  exec.output_channels = outputs;
  return exec;
}

// On each axis 3 of the 4 outputs have the first tap inside, 4 the middle one, 3 the last: 10 of 12, so 100 of 144.
TEST(ExecCounts, PaddingOfADenseConvolution) {
  const ExecCounts counts = exec_counts(padded_convolution(6, 3, 4), machine_of(4, 2));
  // 2 groups of columns times 2 channel blocks.
  EXPECT_EQ(counts.activation_reads, 4 * 100);
  EXPECT_EQ(counts.padding_rows, 4 * 44);
  EXPECT_EQ(counts.useful_macs, 6 * 3 * 100);
  EXPECT_EQ(counts.padding_macs, 6 * 3 * 44);
  EXPECT_EQ(counts.rows_overwritten, 2 * 16);  // the first block of each group
  EXPECT_EQ(counts.rows_added, 4 * 9 * 16 - 2 * 16);
}

TEST(ExecCounts, AccumulateOverwritesNothing) {
  isa::Exec exec = padded_convolution(6, 3, 4);
  exec.accumulate = true;
  const ExecCounts counts = exec_counts(exec, machine_of(4, 2));
  EXPECT_EQ(counts.rows_overwritten, 0);
  EXPECT_EQ(counts.rows_added, 4 * 9 * 16);
}

TEST(ExecCounts, DepthwiseMultipliesEachChannelOnce) {
  isa::Exec exec = padded_convolution(6, 6, 4);
  exec.depthwise = true;
  const ExecCounts counts = exec_counts(exec, machine_of(4, 2));  // groups of 2 channels: 3
  EXPECT_EQ(counts.activation_reads, 3 * 100);
  EXPECT_EQ(counts.useful_macs, 6 * 100);
  EXPECT_EQ(counts.padding_macs, 6 * 44);
  EXPECT_EQ(counts.rows_overwritten, 3 * 16);
}

// Channel blocks of 64 bytes in banks of 64; two groups read each of them; 2 groups of 9 taps of 6 words of 2 bytes.
TEST(ExecCounts, ReadsByBank) {
  const isa::MachineDescription machine = machine_of(4, 2);
  const isa::Exec exec = padded_convolution(6, 3, 4);
  BankTally activations(machine, isa::Buffer::activations), weights(machine, isa::Buffer::weights);
  weights.accesses.resize(8);
  count_exec_reads(exec, machine, activations, weights);
  EXPECT_THAT(activations.accesses, ElementsAre(200, 200));
  EXPECT_THAT(weights.accesses, ElementsAre(16, 16, 16, 16, 16, 16, 12, 0));  // 108 words
}

// 6 channels in depthwise groups of 2 on 4 rows: two groups in block 0, one in block 1.
TEST(ExecCounts, DepthwiseReadsABlockForEachOfItsGroups) {
  const isa::MachineDescription machine = machine_of(4, 2);
  isa::Exec exec = padded_convolution(6, 6, 4);
  exec.depthwise = true;
  BankTally activations(machine, isa::Buffer::activations), weights(machine, isa::Buffer::weights);
  count_exec_reads(exec, machine, activations, weights);
  EXPECT_THAT(activations.accesses, ElementsAre(200, 100));
  EXPECT_THAT(weights.accesses, ElementsAre(16, 11));  // a word for each group and tap
}

isa::Exec pointwise(std::uint32_t channels, std::uint32_t outputs, std::uint32_t pixels) {
  isa::Exec exec;
  exec.channels = channels;
  exec.output_channels = outputs;
  exec.x.width = exec.out_width = pixels;
  return exec;
}

// The feeder's example: 2x2, 3 channels, 3 pixels; rows at s + 5 .. s + 10 without a gap. A row is inside for 3 edges.
TEST(ArrayOccupancy, RowsWithoutAGap) {
  const isa::MachineDescription machine = machine_of(2, 2);
  ArrayOccupancy occupancy(machine);
  EXPECT_EQ(occupancy.active_cycles(), 0);
  occupancy.add(pointwise(3, 2, 3), 100);
  EXPECT_EQ(occupancy.active_cycles(), 6 + 2);
}

// One pixel, 8 channels in blocks of 4 on 4x2: a row, then a gap of 3 edges, then a row; each is inside for 5 edges.
TEST(ArrayOccupancy, RowsOnTheirWayBridgeTheGapsOfACommand) {
  const isa::MachineDescription machine = machine_of(4, 2);
  ArrayOccupancy occupancy(machine);
  occupancy.add(pointwise(8, 2, 1), 0);
  EXPECT_EQ(occupancy.active_cycles(), 2 + 3 + 4);
}

// 1x1: a row is inside for one edge, no gap is bridged. Commands with rows at s + 4, 5: feed_done at s + 5.
TEST(ArrayOccupancy, CommandsOverlapInTheArray) {
  const isa::MachineDescription small = machine_of(1, 1);
  ArrayOccupancy apart(small);
  apart.add(pointwise(1, 1, 2), 0);
  apart.add(pointwise(1, 1, 2), 50);
  EXPECT_EQ(apart.active_cycles(), 4);
  // 2x2: the last row, handed over at 6, is inside at 7 to 9; the next command's first, handed over at 13, from 14 on.
  const isa::MachineDescription machine = machine_of(2, 2);
  ArrayOccupancy overlapping(machine);
  overlapping.add(pointwise(2, 1, 2), 0);
  overlapping.add(pointwise(2, 1, 2), 8);
  EXPECT_EQ(overlapping.active_cycles(), 4 + 2 + 2);
}

}  // namespace
}  // namespace intloom::timing
