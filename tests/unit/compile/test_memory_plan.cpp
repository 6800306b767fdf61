#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "runtime/compile/memory_plan.h"

namespace intloom {
namespace {

isa::MachineDescription machine_with_bursts(int bytes) {
  isa::MachineDescription machine;
  machine.memory.burst_bytes = bytes;
  return machine;
}

TEST(MemoryPlan, ConstantsFirstThenTensors) {
  compile::MemoryPlan plan(machine_with_bursts(64));
  const std::uint64_t a = plan.allocate(100);
  EXPECT_EQ(plan.add_constant(std::vector<std::uint8_t>(65), "weights"), 0U);
  EXPECT_EQ(plan.add_constant(std::vector<std::uint8_t>(1), "parameters"), 128U);
  const std::uint64_t b = plan.allocate(10);
  compile::Program program;
  program.inputs.push_back({0, a, 100});
  program.outputs.push_back({1, b, 10});
  isa::Transfer transfer;
  transfer.memory_address = b + 3;
  program.commands.resize(1);
  program.commands[0].body = transfer;
  plan.finish(program);
  EXPECT_EQ(plan.constant_bytes(), 192U);
  EXPECT_EQ(program.inputs[0].address, 192U);
  EXPECT_EQ(program.outputs[0].address, 192U + 128U);
  EXPECT_EQ(std::get<isa::Transfer>(program.commands[0].body).memory_address, 192U + 128U + 3U);
  EXPECT_EQ(program.memory_bytes, 192U + 128U + 64U);
  ASSERT_EQ(program.segments.size(), 2U);
  EXPECT_EQ(program.segments[1].contents, "parameters");
  EXPECT_EQ(program.segments[0].size, 65U);
  EXPECT_EQ(program.segments[0].bytes.size(), 65U);
}

TEST(MemoryPlan, AReservedConstantTakesItsPlaceWithoutBytes) {
  compile::MemoryPlan plan(machine_with_bursts(64));
  EXPECT_EQ(plan.reserve_constant(65, "weights"), 0U);
  EXPECT_EQ(plan.reserve_constant(1, "parameters"), 128U);
  compile::Program program;
  plan.finish(program);
  EXPECT_EQ(plan.constant_bytes(), 192U);
  ASSERT_EQ(program.segments.size(), 2U);
  EXPECT_EQ(program.segments[0].size, 65U);
  EXPECT_TRUE(program.segments[0].bytes.empty());
  EXPECT_EQ(program.segments[1].address, 128U);
}

RC_GTEST_PROP(MemoryPlan, TensorsInUseNeverOverlap, ()) {
  compile::MemoryPlan plan(machine_with_bursts(16));
  std::vector<std::pair<std::uint64_t, std::uint64_t>> used;  // address, bytes
  for (int i = *rc::gen::inRange(1, 60); i > 0; --i) {
    if (!used.empty() && *rc::gen::inRange(0, 3) == 0) {
      const auto victim = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(used.size())));
      plan.release(used[victim].first, used[victim].second);
      used.erase(used.begin() + static_cast<std::ptrdiff_t>(victim));
      continue;
    }
    const auto bytes = static_cast<std::uint64_t>(*rc::gen::inRange(1, 200));
    const std::uint64_t address = plan.allocate(bytes);
    RC_ASSERT(address % 16 == 0U);
    for (const auto& [begin, size] : used) RC_ASSERT(address + bytes <= begin || begin + size <= address);
    used.emplace_back(address, bytes);
  }
}

TEST(MemoryPlan, ReleasedSpaceIsUsedAgain) {
  compile::MemoryPlan plan(machine_with_bursts(16));
  const std::uint64_t a = plan.allocate(32), b = plan.allocate(32), c = plan.allocate(32);
  plan.release(a, 32);
  plan.release(c, 32);
  plan.release(b, 32);
  EXPECT_EQ(plan.allocate(96), a);
}

}  // namespace
}  // namespace intloom
