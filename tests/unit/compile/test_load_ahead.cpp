#include <gtest/gtest.h>

#include "runtime/compile/buffers.h"
#include "runtime/compile/load_ahead.h"

namespace intloom {
namespace {

isa::MachineDescription machine_with_queue(int depth) {
  isa::MachineDescription machine;
  machine.sequencer.exec_queue_depth = depth;
  return machine;
}

TEST(LoadAhead, IsWhatLoadsLeaveOfALayer) {
  const isa::MachineDescription machine = machine_with_queue(7);
  compile::LoadAhead ahead(machine);
  EXPECT_EQ(ahead.idle_cycles(), 0);
  ahead.add_layer(1000, 400, 4);  // 600 cycles without loads
  EXPECT_EQ(ahead.idle_cycles(), 512);
  ahead.add_layer(100, 600, 1);  // 100 more than there were
  EXPECT_EQ(ahead.idle_cycles(), 64);
  ahead.add_layer(100, 900, 1);
  EXPECT_EQ(ahead.idle_cycles(), 0);
}

TEST(LoadAhead, TheSequencerRunsNoFurtherAheadThanAQueue) {
  const isa::MachineDescription machine = machine_with_queue(7);
  compile::LoadAhead ahead(machine);
  ahead.add_layer(8000, 0, 1000);  // eight of a thousand commands
  EXPECT_EQ(ahead.idle_cycles(), 64);
  ahead.reset();
  EXPECT_EQ(ahead.idle_cycles(), 0);
}

TEST(BankRing, FreeBytesAreThoseBesideTheAllocationBefore) {
  isa::MachineDescription machine;
  machine.array.cols = 4;
  machine.weight_buffer = {4, 64, 1};
  compile::BankRing ring(machine, isa::Buffer::weights);
  EXPECT_EQ(ring.free_bytes(), 256);
  ring.allocate(64);
  EXPECT_EQ(ring.free_bytes(), 192);
  ring.allocate(128);  // banks 1 and 2
  EXPECT_EQ(ring.free_bytes(), 64);
  ring.allocate(64);
  EXPECT_EQ(ring.free_bytes(), 192) << "from bank 0 on, up to bank 3";
}

}  // namespace
}  // namespace intloom
