// StoreEngine with a SimpleMemory: edges worked out by hand from the rules of both pages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/block/dma/dma_bench.h"

namespace intloom::hw::test {
namespace {

using ::testing::HasSubstr;

isa::MachineDescription base_machine() {
  isa::MachineDescription machine;
  machine.memory.read_latency_cycles = 20;
  machine.memory.write_latency_cycles = 10;
  machine.memory.bytes_per_cycle = 16;
  machine.memory.burst_bytes = 64;
  machine.memory.capacity_bytes = 1 << 16;
  machine.dma.bytes_per_cycle = 16;
  machine.dma.outstanding_bursts = 8;
  return machine;
}

isa::Transfer linear(std::uint64_t memory, std::uint32_t buffer, std::uint32_t bytes) {
  isa::Transfer transfer;
  transfer.memory_address = memory;
  transfer.buffer_address = buffer;
  transfer.extents = {bytes, 1, 1};
  return transfer;
}

void fill(DmaBench& bench) {
  std::vector<std::uint8_t>& buffer = bench.driver.buffers[0];
  for (std::size_t i = 0; i < buffer.size(); ++i) buffer[i] = static_cast<std::uint8_t>(i * 11 + 5);
}

TEST(StoreEngine, GathersABurstThenIssuesItAndEndsAtTheResponse) {
  DmaBench bench(base_machine());
  fill(bench);
  const JobEdges edges = bench.run({{linear(128, 32, 64), true, 0}})[0];
  // Requests s+1..s+4 (sampled an edge later), last data s+4+1+1 = s+6: issue; arrival s+7, + 10 + 4 = s+21, used s+22.
  EXPECT_EQ(edges.end - edges.start, 22);
  EXPECT_EQ(bench.driver.read_cycles,
            (std::vector<std::int64_t>{edges.start + 2, edges.start + 3, edges.start + 4, edges.start + 5}));
  EXPECT_EQ(bench.driver.read_addresses, (std::vector<std::uint32_t>{32, 48, 64, 80}));
  const std::vector<std::uint8_t> stored = bench.memory->read(128, 64);
  EXPECT_TRUE(std::equal(stored.begin(), stored.end(), bench.driver.buffers[0].begin() + 32));
  EXPECT_EQ(bench.memory->read(127, 1)[0], 0);
  EXPECT_EQ(bench.memory->read(192, 1)[0], 0);
}

TEST(StoreEngine, AScratchpadOfHigherLatencyDelaysTheIssueByJustThat) {
  isa::MachineDescription machine = base_machine();
  machine.scratchpad.read_latency_cycles = 4;
  DmaBench bench(machine);
  fill(bench);
  EXPECT_EQ(bench.duration(linear(128, 32, 64), true), 25);
  const std::vector<std::uint8_t> stored = bench.memory->read(128, 64);
  EXPECT_TRUE(std::equal(stored.begin(), stored.end(), bench.driver.buffers[0].begin() + 32));
}

TEST(StoreEngine, ASlotIsFreeTheCycleAfterTheResponseIsUsed) {
  isa::MachineDescription machine = base_machine();
  machine.dma.outstanding_bursts = 1;
  DmaBench bench(machine);
  // The response is used at s+22, the first word of the second burst is requested at s+23: 22 edges after s+1.
  const JobEdges edges = bench.run({{linear(0, 0, 128), true, 0}})[0];
  EXPECT_EQ(edges.end - edges.start, 44);
  EXPECT_EQ(bench.driver.read_cycles[4], edges.start + 24);
}

TEST(StoreEngine, GatheringGoesOnWhileBurstsAreInFlight) {
  DmaBench bench(base_machine());
  // Four words a burst without a gap: the second is issued at s+10, used at s+26.
  EXPECT_EQ(bench.duration(linear(0, 0, 128), true), 26);
  EXPECT_EQ(bench.counter(bench.store, "bursts"), 2U);
}

TEST(StoreEngine, UnalignedRunsAreCutOnBothSides) {
  DmaBench bench(base_machine());
  fill(bench);
  bench.run({{linear(60, 10, 72), true, 0}});
  EXPECT_EQ(bench.counter(bench.store, "bursts"), 3U);
  // Memory 60..63 | 64..127 | 128..131 from buffer 10..13 | 14..77 | 78..81; words of 16 cut it further at 16, 32, 48,
  // 64 and 80.
  EXPECT_EQ(bench.driver.read_addresses, (std::vector<std::uint32_t>{0, 0, 16, 32, 48, 64, 64, 80}));
  const std::vector<std::uint8_t> stored = bench.memory->read(60, 72);
  EXPECT_TRUE(std::equal(stored.begin(), stored.end(), bench.driver.buffers[0].begin() + 10));
}

TEST(StoreEngine, GathersOneByteACycleIntoWholeBursts) {
  DmaBench bench(base_machine());
  fill(bench);
  isa::Transfer transfer = linear(0, 3, 40);
  transfer.buffer_strides = {16, 0, 0};
  // Requests s+1..s+40, issue s+42, response s+43+10+3 = s+56, used s+57.
  EXPECT_EQ(bench.duration(transfer, true), 57);
  EXPECT_EQ(bench.counter(bench.store, "bursts"), 1U);
  EXPECT_EQ(bench.counter(bench.store, "beats"), 40U);
  const std::vector<std::uint8_t> stored = bench.memory->read(0, 40);
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(stored[i], bench.driver.buffers[0][3 + 16 * i]);
}

TEST(StoreEngine, ScattersToMemoryInBurstsOfOneByte) {
  DmaBench bench(base_machine());
  fill(bench);
  isa::Transfer transfer = linear(7, 0, 5);
  transfer.memory_strides = {49, 0, 0};
  // Requests s+1..s+5, issues s+3..s+7, responses s+15..s+19, the last used s+19... arrival s+8, + 10 + 1 = s+19, s+20.
  EXPECT_EQ(bench.duration(transfer, true), 20);
  EXPECT_EQ(bench.counter(bench.store, "bursts"), 5U);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(bench.memory->read(7 + 49 * i, 1)[0], bench.driver.buffers[0][i]);
}

TEST(StoreEngine, LoadsAndStoresDoNotDelayEachOther) {
  DmaBench alone(base_machine());
  const std::int64_t store = alone.duration(linear(0, 0, 1000), true);
  const std::int64_t load = alone.duration(linear(2048, 4096, 1000), false);
  const std::vector<JobEdges> edges = alone.run({{linear(0, 0, 1000), true, 0}, {linear(2048, 4096, 1000), false, 0}});
  EXPECT_EQ(edges[0].end - edges[0].start, store);
  EXPECT_EQ(edges[1].end - edges[1].start, load);
}

TEST(StoreEngine, AnAddressBeyondTheMemoryIsAFaultThatNamesTheCommand) {
  DmaBench bench(base_machine());
  bench.run({{linear((1 << 16) - 64, 0, 65), true, 0}});
  ASSERT_TRUE(bench.context.faulted());
  EXPECT_EQ(bench.context.fault().path, "store");
  EXPECT_THAT(bench.context.fault().message, HasSubstr("command 0 (STORE"));
}

TEST(StoreEngine, SleepsWhileItWaits) {
  isa::MachineDescription machine = base_machine();
  machine.memory.write_latency_cycles = 5000;
  DmaBench bench(machine);
  EXPECT_EQ(bench.duration(linear(0, 0, 64), true), 5012);
  EXPECT_LT(bench.store.tick_calls(), 100U);
}

}  // namespace
}  // namespace intloom::hw::test
