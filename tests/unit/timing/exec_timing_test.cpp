// Expected values by hand from the rules on the pages of feeder, mac_array and accumulator. That the clocked blocks
// take the same time: tests/block/feeder/exec_pipeline_test.cpp.
#include "rtl_models/timing/exec_timing.h"

#include <gtest/gtest.h>

namespace intloom::timing {
namespace {

isa::MachineDescription machine_of(int rows, int cols) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  return machine;
}

isa::Exec exec_of(std::uint32_t pixels, std::uint32_t channels, std::uint32_t outputs, int kernel) {
  isa::Exec exec;
  exec.out_width = pixels;
  exec.channels = channels;
  exec.output_channels = outputs;
  exec.window.kernel_h = exec.window.kernel_w = kernel;
  return exec;
}

// Example of the feeder's page: two blocks of two words and one, three rows each.
TEST(ExecTiming, ExampleOfThePage) {
  const ExecCycles cycles = exec_cycles(exec_of(3, 3, 2, 1), machine_of(2, 2));
  EXPECT_EQ(cycles.fill_drain, 2);
  EXPECT_EQ(cycles.weights, 2);
  EXPECT_EQ(cycles.compute, 6);
  EXPECT_EQ(cycles.feed(), 10);
  EXPECT_EQ(cycles.drain, 4);
  EXPECT_EQ(cycles.total(), 14);
}

// 64 channels to 32 by 3x3 on 16x16: 2 groups * 4 blocks * 9 taps; 49 rows hide the 16 words of all blocks but one.
TEST(ExecTiming, LongBlocksHideTheirWeights) {
  const isa::MachineDescription machine = machine_of(16, 16);
  const ExecBlocks work = exec_blocks(exec_of(49, 64, 32, 3), machine);
  EXPECT_EQ(work.blocks, 72);
  EXPECT_EQ(work.rows_per_block, 49);
  EXPECT_EQ(work.activation_rows, 72 * 49);
  EXPECT_EQ(work.weight_words, 72 * 16);
  const ExecCycles cycles = exec_cycles(exec_of(49, 64, 32, 3), machine);
  EXPECT_EQ(cycles.compute, 72 * 49);
  EXPECT_EQ(cycles.weights, 16);
}

// A fully connected layer of 40 inputs: one row a block, so weights bound it: 16 + 15 + 7 for each group, the first
// block's 16 in full.
TEST(ExecTiming, OneRowABlockWaitsForWeights) {
  const ExecCycles cycles = exec_cycles(exec_of(1, 40, 20, 1), machine_of(16, 16));
  EXPECT_EQ(cycles.compute, 6);
  EXPECT_EQ(cycles.weights, 16 + 15 + 7 + 15 + 15 + 7);
}

// The last channel block has its own number of words: here also the first block, where it is the only one.
TEST(ExecTiming, FirstBlockMayBeTheShortOne) {
  EXPECT_EQ(exec_cycles(exec_of(10, 3, 1, 1), machine_of(16, 16)).weights, 3);
  EXPECT_EQ(exec_cycles(exec_of(10, 3, 1, 3), machine_of(16, 16)).weights, 3);
  EXPECT_EQ(exec_cycles(exec_of(2, 3, 1, 3), machine_of(16, 16)).weights, 3 + 8 * 1);
}

// Rows 12, columns 8: groups of 6 (largest divisor of 12 that fits); 20 channels are 4 groups, one word a tap.
TEST(ExecTiming, Depthwise) {
  isa::Exec exec = exec_of(5, 20, 20, 3);
  exec.depthwise = true;
  const ExecBlocks work = exec_blocks(exec, machine_of(12, 8));
  EXPECT_EQ(work.blocks, 36);
  EXPECT_EQ(work.weight_words, 36);
  const ExecCycles cycles = exec_cycles(exec, machine_of(12, 8));
  EXPECT_EQ(cycles.compute, 180);
  EXPECT_EQ(cycles.weights, 1);
}

TEST(ExecTiming, TheSlowerBufferSetsTheFill) {
  isa::MachineDescription machine = machine_of(4, 4);
  machine.scratchpad.read_latency_cycles = 2;
  machine.weight_buffer.read_latency_cycles = 5;
  EXPECT_EQ(exec_cycles(exec_of(1, 1, 1, 1), machine).fill_drain, 6);
  machine.scratchpad.read_latency_cycles = 7;
  EXPECT_EQ(exec_cycles(exec_of(1, 1, 1, 1), machine).fill_drain, 8);
}

}  // namespace
}  // namespace intloom::timing
