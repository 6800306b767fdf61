// Rules V1..V6 of rtl_models/vector/README.md by hand, and what must hold of every command. That the clocked block
// takes just as long: tests/block/vector.
#include "rtl_models/timing/vector_timing.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace intloom::timing {
namespace {

isa::MachineDescription machine_of(int rows, int lanes) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.vector.lanes = lanes;
  machine.vector.latency_cycles = 4;
  machine.scratchpad.read_latency_cycles = 2;
  machine.parameter_buffer.read_latency_cycles = 3;
  return machine;
}

isa::Vector command_of(isa::VectorOp op, std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  isa::Vector command;
  command.op = op;
  command.channels = channels;
  command.out.height = height;
  command.out.width = width;
  return command;
}

TEST(VectorTiming, AnAdd) {
  isa::Vector command = command_of(isa::VectorOp::add, 24, 7, 5);
  command.parameter_records = 2;
  const VectorCycles cycles = vector_cycles(command, machine_of(16, 16));
  EXPECT_EQ(cycles.parameter_wait, 2 + 3);
  EXPECT_EQ(cycles.steps, 2 * 35);
  EXPECT_EQ(cycles.drain, 2 + 4 + 1);
  EXPECT_EQ(cycles.total(), 82);
}

TEST(VectorTiming, LanesAndPartialWords) {
  const isa::Vector command = command_of(isa::VectorOp::rescale, 24, 1, 1);
  EXPECT_EQ(vector_cycles(command, machine_of(16, 6)).steps, 3 + 2);  // 6 6 4 and 6 2
  EXPECT_EQ(vector_cycles(command, machine_of(16, 1)).steps, 24);
}

TEST(VectorTiming, ShiftedLanesCutWords) {
  isa::Vector command = command_of(isa::VectorOp::rescale, 24, 1, 1);
  command.out_lane = 10;  // 6 | 10, then 6 | 2
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 2 + 2);
  EXPECT_EQ(vector_cycles(command, machine_of(16, 4)).steps, (2 + 3) + (2 + 1));
}

TEST(VectorTiming, APartOfTheChannelsIsCutAtInputAndOutputWords) {
  isa::Vector command = command_of(isa::VectorOp::rescale, 24, 1, 1);
  command.in_lane = 10;  // 6, 10 | 6 and 2: input words of 6, 16 and 2, output words of 16 and 8
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 4);
  EXPECT_EQ(vector_cycles(command, machine_of(16, 4)).steps, 2 + 3 + 2 + 1);
  command.out_lane = 10;  // 6, 16 and 2 on both sides
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 3);
  command.out_lane = 12;  // output words of 4, 16 and 4: 4 | 2, 14 | 2 and 2
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 5);
}

TEST(VectorTiming, LookupsReadTheirTableAndTakeItsLanes) {
  isa::Vector command = command_of(isa::VectorOp::lookup, 24, 2, 3);
  command.parameter_records = 22;
  isa::MachineDescription machine = machine_of(16, 16);
  machine.vector.table_lanes = 4;
  const VectorCycles cycles = vector_cycles(command, machine);
  EXPECT_EQ(cycles.parameter_wait, 22 + 3);
  EXPECT_EQ(cycles.steps, (4 + 2) * 6);
  EXPECT_EQ(cycles.total(), 25 + 36 + 7);
  machine.vector.table_lanes = 5;
  EXPECT_EQ(vector_cycles(command, machine).steps, (4 + 2) * 6);  // 5 5 5 1 and 5 3
  machine.vector.table_lanes = 32;
  EXPECT_EQ(vector_cycles(command, machine).steps, 2 * 6);
  machine.vector.lanes = 8;
  EXPECT_EQ(vector_cycles(command, machine).steps, 3 * 6);
  command.op = isa::VectorOp::rescale;
  machine.vector.table_lanes = 1;
  EXPECT_EQ(vector_cycles(command, machine).steps, 3 * 6);
}

TEST(VectorTiming, PoolsTakeEveryTapElementwiseOperationsNone) {
  isa::Vector command = command_of(isa::VectorOp::average_pool, 16, 3, 3);
  command.window.kernel_h = 2;
  command.window.kernel_w = 5;
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 9 * 10);
  command.op = isa::VectorOp::multiply;
  EXPECT_EQ(vector_cycles(command, machine_of(16, 16)).steps, 9);
}

RC_GTEST_PROP(VectorTiming, MoreLanesNeverCostACycle, ()) {
  isa::MachineDescription machine = machine_of(*rc::gen::inRange(1, 40), 1);
  isa::Vector command = command_of(isa::VectorOp::rescale, static_cast<std::uint32_t>(*rc::gen::inRange(1, 100)), 2, 3);
  command.op = *rc::gen::element(isa::VectorOp::rescale, isa::VectorOp::lookup);
  command.in_lane = static_cast<std::uint32_t>(*rc::gen::inRange(0, machine.array.rows));
  command.out_lane = static_cast<std::uint32_t>(*rc::gen::inRange(0, machine.array.rows));
  const bool of_table = *rc::gen::arbitrary<bool>();
  (of_table ? machine.vector.lanes : machine.vector.table_lanes) = *rc::gen::inRange(1, 40);
  int& raised = of_table ? machine.vector.table_lanes : machine.vector.lanes;
  raised = 1;
  std::int64_t before = vector_duration(command, machine);
  for (int lanes = 2; lanes <= 40; ++lanes) {
    raised = lanes;
    const std::int64_t now = vector_duration(command, machine);
    RC_ASSERT(now <= before);
    before = now;
  }
}

}  // namespace
}  // namespace intloom::timing
