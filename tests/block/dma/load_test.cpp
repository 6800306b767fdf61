// LoadEngine with a SimpleMemory: edges worked out by hand from the rules of both pages.
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

isa::Transfer linear(std::uint64_t memory, std::uint32_t buffer, std::uint32_t bytes,
                     isa::Buffer which = isa::Buffer::activations) {
  isa::Transfer transfer;
  transfer.buffer = which;
  transfer.memory_address = memory;
  transfer.buffer_address = buffer;
  transfer.extents = {bytes, 1, 1};
  return transfer;
}

std::vector<std::uint8_t> ramp(std::size_t bytes) {
  std::vector<std::uint8_t> data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = static_cast<std::uint8_t>(i * 7 + 1);
  return data;
}

TEST(LoadEngine, OneBurstTakesIssueLatencyBeatsAndOneEdgeToTheBuffer) {
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(64));
  const JobEdges edges = bench.run({{linear(0, 32, 64), false, 0}})[0];
  // Start s; issue s+1; arrival s+2; response s+2+20+4; usable s+27; four beats, the last written at s+30, sampled at
  // s+31.
  EXPECT_EQ(edges.end - edges.start, 31);
  ASSERT_EQ(bench.driver.beats.size(), 4U);
  EXPECT_EQ(bench.driver.beats[0].cycle, edges.start + 28);
  EXPECT_EQ(bench.driver.beats[3].cycle, edges.start + 31);
  EXPECT_EQ(bench.driver.beats[3].address, 32U + 48);
  const std::vector<std::uint8_t> expected = ramp(64);
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), bench.driver.buffers[0].begin() + 32));
}

TEST(LoadEngine, OneMoreCycleOfLatencyIsOneMoreCycle) {
  isa::MachineDescription machine = base_machine();
  machine.memory.read_latency_cycles = 21;
  DmaBench bench(machine);
  EXPECT_EQ(bench.duration(linear(0, 0, 64), false), 32);
}

TEST(LoadEngine, ASlotIsFreeTheCycleAfterTheLastBeatIsWritten) {
  // One slot: bursts do not overlap. The last beat of the first is written at s+30, the second is issued at s+31, so
  // that everything happens 30 edges later.
  isa::MachineDescription machine = base_machine();
  machine.dma.outstanding_bursts = 1;
  DmaBench bench(machine);
  const JobEdges edges = bench.run({{linear(0, 0, 128), false, 0}})[0];
  EXPECT_EQ(edges.end - edges.start, 61);
  EXPECT_EQ(bench.driver.beats[4].cycle, edges.start + 58);
  EXPECT_EQ(bench.counter(bench.load, "outstanding_peak"), 1U);
}

TEST(LoadEngine, OverlappingBurstsAreBoundByTheMemorysDataPath) {
  DmaBench bench(base_machine());
  // Eight bursts of 4 beats each behind one latency: 31 + 7*4.
  EXPECT_EQ(bench.duration(linear(0, 0, 512), false), 59);
  EXPECT_EQ(bench.counter(bench.load, "bursts"), 8U);
  EXPECT_EQ(bench.counter(bench.load, "outstanding_peak"), 8U);  // all are issued before the first beat
}

TEST(LoadEngine, UnalignedRunsAreCutAtBurstBoundaries) {
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(256));
  // 60..63, 64..127, 128..131.
  const JobEdges edges = bench.run({{linear(60, 0, 72), false, 0}})[0];
  EXPECT_EQ(bench.counter(bench.load, "bursts"), 3U);
  EXPECT_EQ(bench.counter(bench.load, "bytes"), 72U);
  // Buffer words: 0..3 | 4..15, 16..31, 32..47, 48..63, 64..67 | 68..71.
  std::vector<std::pair<std::uint32_t, int>> beats;
  for (const Beat& beat : bench.driver.beats) beats.emplace_back(beat.address, beat.bytes);
  EXPECT_EQ(beats, (std::vector<std::pair<std::uint32_t, int>>{
                       {0, 4}, {4, 12}, {16, 16}, {32, 16}, {48, 16}, {64, 4}, {68, 4}}));
  // Issues s+1, s+2, s+3. Responses s+2+20+1 = s+23, then +4 = s+27, +1 = s+28; usable s+24, s+28, s+29. Beats s+24;
  // s+28..s+32; s+33. End s+34.
  EXPECT_EQ(edges.end - edges.start, 34);
  const std::vector<std::uint8_t> expected = ramp(256);
  EXPECT_TRUE(std::equal(expected.begin() + 60, expected.begin() + 132, bench.driver.buffers[0].begin()));
}

TEST(LoadEngine, ScattersOneByteACycleFromWholeBursts) {
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(64));
  isa::Transfer transfer = linear(0, 3, 40);
  transfer.buffer_strides = {16, 0, 0};
  // Response of 40 bytes: s+2+20+3 = s+25, usable s+26, 40 beats to s+65, end s+66.
  EXPECT_EQ(bench.duration(transfer, false), 66);
  EXPECT_EQ(bench.counter(bench.load, "bursts"), 1U);
  EXPECT_EQ(bench.counter(bench.load, "beats"), 40U);
  for (std::uint32_t i = 0; i < 40; ++i)
    EXPECT_EQ(bench.driver.buffers[0][3 + 16 * i], static_cast<std::uint8_t>(i * 7 + 1));
}

TEST(LoadEngine, GathersFromMemoryInBurstsOfOneByte) {
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(1024));
  isa::Transfer transfer = linear(5, 0, 4);
  transfer.memory_strides = {100, 0, 0};
  // Issues s+1..s+4, responses s+23..s+26, usable s+24..s+27, a beat each, end s+28.
  EXPECT_EQ(bench.duration(transfer, false), 28);
  EXPECT_EQ(bench.counter(bench.load, "bursts"), 4U);
  for (std::uint32_t i = 0; i < 4; ++i)
    EXPECT_EQ(bench.driver.buffers[0][i], static_cast<std::uint8_t>((5 + 100 * i) * 7 + 1));
}

TEST(LoadEngine, DimensionsContiguousInMemoryMergeIntoOneRun) {
  // Rows of 12 bytes without gaps in memory, to words of 16: 10 rows are two bursts, not ten.
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(256));
  isa::Transfer transfer = linear(0, 0, 12);
  transfer.extents = {12, 10, 1};
  transfer.memory_strides = {1, 12, 0};
  transfer.buffer_strides = {1, 16, 0};
  bench.duration(transfer, false);
  EXPECT_EQ(bench.counter(bench.load, "bursts"), 2U);
  EXPECT_EQ(bench.counter(bench.load, "beats"), 11U);  // byte 64 lies inside a row: one row takes two beats
  for (std::uint32_t i = 0; i < 120; ++i)
    EXPECT_EQ(bench.driver.buffers[0][i / 12 * 16 + i % 12], static_cast<std::uint8_t>(i * 7 + 1));
}

TEST(LoadEngine, WritesTheBufferThatTheCommandNames) {
  DmaBench bench(base_machine());
  bench.memory->write(0, ramp(64));
  bench.run(
      {{linear(0, 16, 24, isa::Buffer::weights), false, 0}, {linear(0, 12, 24, isa::Buffer::parameters), false, 0}});
  EXPECT_EQ(bench.driver.buffers[1][16], 1);
  EXPECT_EQ(bench.driver.buffers[2][12], 1);
  int parameter_beats = 0;
  for (const Beat& beat : bench.driver.beats) parameter_beats += beat.buffer == isa::Buffer::parameters ? 1 : 0;
  EXPECT_EQ(parameter_beats, 2);  // words of 12 bytes
  EXPECT_EQ(bench.driver.buffers[0], std::vector<std::uint8_t>(bench.driver.buffers[0].size(), 0));
}

TEST(LoadEngine, ResponsesAreUsedAtTheNextCoreEdgeStrictlyAfterThem) {
  isa::MachineDescription machine = base_machine();
  machine.clock_period_ps = 1000;
  machine.memory.clock_period_ps = 400;
  machine.memory.read_latency_cycles = 7;
  // From edge 0 of both clocks: the driver writes the start at edge 1, s = 2; issue 3 = 3000 ps, arrival at memory edge
  // floor(3000/400) + 1 = 8 (3200 ps), response edge 8 + 7 + 4 = 19 = 7600 ps, usable edge 8, beats 8..11, end 12.
  const auto run = [&machine] { return DmaBench(machine).run({{linear(0, 0, 64), false, 0}})[0]; };
  EXPECT_EQ(run().start, 2);
  EXPECT_EQ(run().end, 12);
  // One more cycle of latency ends at edge 20 = 8000 ps, the instant of core edge 8: used at edge 9.
  machine.memory.read_latency_cycles = 8;
  EXPECT_EQ(run().end, 13);
}

TEST(LoadEngine, RepeatedRunsTakeEqualCyclesWhateverTheClockRatio) {
  isa::MachineDescription machine = base_machine();
  machine.memory.clock_period_ps = 1370;
  DmaBench bench(machine);
  const std::vector<Job> jobs{
      {linear(60, 0, 700), false, 0}, {linear(8, 64, 100), false, 3}, {linear(0, 0, 300), true, 5}};
  const std::vector<JobEdges> first = bench.run(jobs);
  for (int run = 0; run < 5; ++run) {
    const std::vector<JobEdges> again = bench.run(jobs);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      EXPECT_EQ(again[i].start, first[i].start);
      EXPECT_EQ(again[i].end, first[i].end);
    }
  }
}

TEST(LoadEngine, AnAddressBeyondTheMemoryIsAFaultThatNamesTheCommand) {
  DmaBench bench(base_machine());
  bench.run({{linear(0, 0, 16), false, 0}, {linear((1 << 16) - 8, 0, 16), false, 0}});
  ASSERT_TRUE(bench.context.faulted());
  EXPECT_EQ(bench.context.fault().path, "load");
  EXPECT_THAT(bench.context.fault().message, HasSubstr("command 1 (LOAD"));
  EXPECT_THAT(bench.context.fault().message, HasSubstr("TLM_ADDRESS_ERROR_RESPONSE"));
  EXPECT_THAT(bench.context.fault().message, HasSubstr("0x10000"));
}

// Cycle 10: asleep, waiting for the memory; cycle 34: in the midst of the beats.
TEST(LoadEngine, ResetForgetsTheTransferUnderWay) {
  for (const int cycles : {10, 34}) {
    DmaBench bench(base_machine());
    const std::int64_t duration = bench.duration(linear(0, 0, 64), false);
    bench.start({{linear(0, 0, 512), false, 0}});
    bench.run_cycles(cycles);
    const bool moving = !bench.driver.beats.empty();
    EXPECT_EQ(moving, cycles == 34);
    bench.rst_n.write(false);
    bench.run_cycles(2);
    for (const auto& valid : bench.driver.write_valid) EXPECT_FALSE(valid.read());
    const std::size_t beats = bench.driver.beats.size();
    bench.memory->restart();
    bench.rst_n.write(true);
    bench.run_cycles(100);
    EXPECT_EQ(bench.driver.beats.size(), beats);
    EXPECT_FALSE(bench.driver.load.done.read());
    EXPECT_EQ(bench.duration(linear(0, 0, 64), false), duration);
  }
}

TEST(LoadEngine, SleepsWhileItWaits) {
  isa::MachineDescription machine = base_machine();
  machine.memory.read_latency_cycles = 5000;
  DmaBench bench(machine);
  EXPECT_EQ(bench.duration(linear(0, 0, 64), false), 5011);
  EXPECT_LT(bench.load.tick_calls(), 100U);
}

}  // namespace
}  // namespace intloom::hw::test
