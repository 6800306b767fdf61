// Rules R1..R6 of rtl_models/requant/README.md by hand, and what must hold of every command. That the clocked block
// takes just as long: tests/block/requant.
#include "rtl_models/timing/requant_timing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace intloom::timing {
namespace {

isa::MachineDescription machine_of(int rows, int lanes, int latency, int parameter_latency) {
  isa::MachineDescription machine;
  machine.array.rows = machine.array.cols = rows;
  machine.requant.lanes = lanes;
  machine.requant.latency_cycles = latency;
  machine.parameter_buffer.read_latency_cycles = parameter_latency;
  return machine;
}

isa::Requant command_of(std::uint32_t channels, std::uint32_t group, std::uint32_t height, std::uint32_t width) {
  isa::Requant command;
  command.channels = channels;
  command.group_channels = group;
  command.out.height = height;
  command.out.width = width;
  return command;
}

TEST(RequantTiming, OneChunk) {
  // 16 records and a latency of 1, then 100 rows, then 2 + 4.
  const RequantCycles cycles = requant_cycles(command_of(16, 16, 10, 10), machine_of(16, 16, 4, 1));
  EXPECT_EQ(cycles.parameter_wait, 17);
  EXPECT_EQ(cycles.rows, 100);
  EXPECT_EQ(cycles.drain, 6);
  EXPECT_EQ(cycles.total(), 123);
}

TEST(RequantTiming, HalfTheLanesAreTwiceTheRows) {
  const RequantCycles cycles = requant_cycles(command_of(16, 16, 10, 10), machine_of(16, 8, 4, 1));
  EXPECT_EQ(cycles.parameter_wait, 9);  // of the first chunk; the second one's fetch is hidden
  EXPECT_EQ(cycles.rows, 200);
}

TEST(RequantTiming, OnePixelWaitsForEveryRecord) {
  // A fully connected layer of 64 outputs: 4 chunks of 16 words + 1; each but the first hides one cycle.
  EXPECT_EQ(requant_cycles(command_of(64, 16, 1, 1), machine_of(16, 16, 4, 1)).parameter_wait, 17 + 3 * 16);
  isa::Requant per_tensor = command_of(64, 16, 1, 1);
  per_tensor.per_channel = false;
  // Words: the record and biases 0-17; 18-32; 33-47; 48-63 (an edge inside a word is read once).
  EXPECT_EQ(requant_cycles(per_tensor, machine_of(16, 16, 4, 1)).parameter_wait, (1 + 6 + 1) + (5 + 5 + 5 + 3 - 3) + 1);
}

TEST(RequantTiming, GroupsAndBlocksCutChunks) {
  // Groups of 20 columns, blocks of 12 rows, 24 channels: [0,12) [12,20) [20,24).
  isa::MachineDescription machine = machine_of(12, 32, 1, 1);
  machine.array.cols = 20;
  EXPECT_EQ(requant_cycles(command_of(24, 20, 1, 7), machine).rows, 3 * 7);
  machine.requant.lanes = 7;  // [0,6) [6,12) [12,16) [16,20) [20,24)
  EXPECT_EQ(requant_cycles(command_of(24, 20, 1, 7), machine).rows, 5 * 7);
}

RC_GTEST_PROP(RequantTiming, MoreLanesNeverCostACycle, ()) {
  isa::MachineDescription machine = machine_of(*rc::gen::inRange(1, 40), 1, 3, *rc::gen::inRange(1, 6));
  machine.array.cols = *rc::gen::inRange(1, 40);
  const auto group = static_cast<std::uint32_t>(*rc::gen::inRange(1, machine.array.cols + 1));
  isa::Requant command = command_of(static_cast<std::uint32_t>(*rc::gen::inRange(1, 100)), group, 1,
                                    static_cast<std::uint32_t>(*rc::gen::inRange(1, 30)));
  command.per_channel = *rc::gen::arbitrary<bool>();
  std::int64_t before = requant_duration(command, machine);
  for (int lanes = 2; lanes <= 40; ++lanes) {
    machine.requant.lanes = lanes;
    const std::int64_t now = requant_duration(command, machine);
    RC_ASSERT(now <= before);
    before = now;
  }
}

}  // namespace
}  // namespace intloom::timing
