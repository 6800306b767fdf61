#include <gtest/gtest.h>

#include "rtl_models/isa/buffer_layout.h"
#include "runtime/mapping/layout_mapping.h"
#include "runtime/mapping/vector_mapping.h"

namespace intloom {
namespace {

mapping::FreeSpace whole_scratchpad(const isa::MachineDescription& machine) {
  return {{{0, isa::capacity_bytes(machine, isa::Buffer::activations)}},
          isa::usable_bank_bytes(machine, isa::Buffer::activations)};
}

mapping::VectorShape add_of(std::int64_t channels, std::int64_t size) {
  mapping::VectorShape shape;
  shape.op = isa::VectorOp::add;
  shape.channels = channels;
  shape.y = shape.x = {size, size};
  shape.operands = {{}, {}};
  shape.parameter_records = 2;
  return shape;
}

TEST(VectorMapping, TilesPassThroughTwoSlotsEach) {
  const isa::MachineDescription machine;
  const mapping::VectorChoice choice = mapping::map_vector(add_of(64, 100), machine, whole_scratchpad(machine));
  ASSERT_TRUE(choice.found);
  EXPECT_EQ(choice.best.slots, 2);
  EXPECT_EQ(mapping::slot_sizes(choice.best).size(), 6U);
  EXPECT_TRUE(mapping::place(whole_scratchpad(machine), mapping::slot_sizes(choice.best)));
  const double words = 4.0 * 100 * 100;
  EXPECT_GT(choice.best.cycles, words);
}

TEST(VectorMapping, ABroadcastOperandTakesOnePixel) {
  const isa::MachineDescription machine;
  mapping::VectorShape shape = add_of(64, 100);
  shape.operands[1] = {false, true, true};
  const mapping::VectorChoice choice = mapping::map_vector(shape, machine, whole_scratchpad(machine));
  ASSERT_TRUE(choice.found);
  EXPECT_EQ(choice.best.operand_slot_bytes[1], choice.best.tile_blocks * 16);
}

TEST(VectorMapping, AWholeMapWindowNeedsTheWholeMap) {
  isa::MachineDescription machine;
  machine.scratchpad = {4, 1024, 1};
  mapping::VectorShape shape;
  shape.op = isa::VectorOp::average_pool;
  shape.channels = 32;
  shape.y = shape.x = {16, 1, 16};
  shape.operands = {{}};
  EXPECT_FALSE(mapping::map_vector(shape, machine, whole_scratchpad(machine)).found);
  EXPECT_EQ(mapping::vector_misfit(shape, machine),
            "scratchpad.bank_bytes is 1024, 1040 would do (the window of one output pixel, and the pixel)");
  machine.scratchpad.bank_bytes = 1040;
  EXPECT_EQ(mapping::vector_misfit(shape, machine), "");
}

TEST(VectorMapping, LayoutsGoThroughSlotsOrStraightIntoTheMap) {
  isa::MachineDescription machine;
  mapping::LayoutChoice choice = mapping::map_layout({3, 244, 244, true, false}, machine, whole_scratchpad(machine));
  ASSERT_TRUE(choice.found);
  EXPECT_EQ(choice.best.slots, 2);
  EXPECT_TRUE(mapping::place(whole_scratchpad(machine), mapping::slot_sizes(choice.best)));
  choice = mapping::map_layout({40, 20, 20, true, true}, machine, {});
  EXPECT_EQ(choice.best.slots, 0);
  EXPECT_EQ(choice.best.tile_blocks, 3);
  choice = mapping::map_layout({1000, 1, 1, false, false}, machine, whole_scratchpad(machine));
  EXPECT_EQ(choice.best.tile_blocks, 63) << "a vector of channels is one run";
}

}  // namespace
}  // namespace intloom
