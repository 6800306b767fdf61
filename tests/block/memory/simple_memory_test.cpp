// SimpleMemory alone against its page. Expected times are worked out by hand from rules Y1 to Y6, for random sequences
// by a second implementation of the rules over the whole sequence at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <stdexcept>

#include "tests/block/memory/memory_bench.h"

namespace intloom::hw::test {
namespace {

isa::MachineDescription machine_of(int period_ps, int bytes_per_cycle, int read_latency, int write_latency) {
  isa::MachineDescription machine;
  machine.memory.clock_period_ps = period_ps;
  machine.memory.bytes_per_cycle = bytes_per_cycle;
  machine.memory.read_latency_cycles = read_latency;
  machine.memory.write_latency_cycles = write_latency;
  machine.memory.capacity_bytes = 1 << 20;
  return machine;
}

Access read_at(std::int64_t time_ps, std::uint64_t address, std::uint32_t bytes, int core = 0) {
  Access access;
  access.core = core;
  access.time_ps = time_ps;
  access.address = address;
  access.bytes = bytes;
  return access;
}

Access write_at(std::int64_t time_ps, std::uint64_t address, std::vector<std::uint8_t> data, int core = 0) {
  Access access = read_at(time_ps, address, static_cast<std::uint32_t>(data.size()), core);
  access.write = true;
  access.data = std::move(data);
  return access;
}

TEST(SimpleMemory, ReadArrivesAtTheNextEdgeThenTakesLatencyAndBeats) {
  MemoryBench bench(machine_of(1000, 16, 20, 7));
  // Y1: issued at 5000, arrives at edge 6; Y2: 20 cycles; Y3: ceil(64 / 16) = 4 beats: edge 30.
  std::vector<Access> accesses{read_at(5000, 64, 64)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 30000);
  EXPECT_EQ(accesses[0].status, tlm::TLM_OK_RESPONSE);
}

TEST(SimpleMemory, AnEdgeAtTheInstantOfTheRequestDoesNotSeeIt) {
  MemoryBench bench(machine_of(1000, 16, 20, 7));
  std::vector<Access> accesses{read_at(4999, 0, 16), read_at(105000, 0, 16)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 26000);   // edge 5 + 20 + 1
  EXPECT_EQ(accesses[1].response_ps, 127000);  // edge 106 + 20 + 1
}

TEST(SimpleMemory, BurstsShareTheDataPathInOrderBehindTheLatency) {
  MemoryBench bench(machine_of(1000, 8, 10, 7));
  // First: edges 1 + 10, 8 beats to 19. Second arrives at 2, data may start at 12 but the path is free at 19: 19 + 1.
  // Third arrives at 31: nothing in its way: 41 + 2.
  std::vector<Access> accesses{read_at(0, 0, 64), read_at(1000, 64, 3), read_at(30000, 128, 9)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 19000);
  EXPECT_EQ(accesses[1].response_ps, 20000);
  EXPECT_EQ(accesses[2].response_ps, 43000);
}

TEST(SimpleMemory, ReadsAndWritesDoNotDelayEachOther) {
  MemoryBench bench(machine_of(1000, 8, 10, 7));
  std::vector<Access> accesses{read_at(0, 0, 64), write_at(0, 256, std::vector<std::uint8_t>(64, 3))};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 19000);
  EXPECT_EQ(accesses[1].response_ps, 16000);  // 1 + 7 + 8
}

TEST(SimpleMemory, CountsEdgesOfItsOwnClock) {
  MemoryBench bench(machine_of(1250, 16, 4, 7));
  // Edges at 0, 1250, 2500, 3750, ...: issued at 3000 arrives at edge 3, + 4 + 1 = edge 8 = 10000 ps.
  std::vector<Access> accesses{read_at(3000, 0, 16)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 10000);
}

TEST(SimpleMemory, TiesOfOneInstantAreOrderedByCoreWhateverTheProcessOrder) {
  const auto machine = machine_of(1000, 4, 10, 7);
  MemoryBench bench(machine, 3);
  std::vector<Access> accesses{read_at(0, 0, 16, 2), read_at(0, 16, 16, 0), read_at(0, 32, 16, 1)};
  bench.run(accesses);
  EXPECT_EQ(accesses[1].response_ps, 15000);
  EXPECT_EQ(accesses[2].response_ps, 19000);
  EXPECT_EQ(accesses[0].response_ps, 23000);
}

TEST(SimpleMemory, OlderRequestsOfHigherCoresStayFirst) {
  MemoryBench bench(machine_of(1000, 4, 10, 7), 2);
  // Both arrive at edge 1; the one issued earlier is served first.
  std::vector<Access> accesses{read_at(10, 0, 16, 1), read_at(20, 16, 16, 0)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 15000);
  EXPECT_EQ(accesses[1].response_ps, 19000);
}

TEST(SimpleMemory, AReadReturnsWhatWasWrittenAndZeroWhereNothingWas) {
  MemoryBench bench(machine_of(1000, 16, 2, 2));
  std::vector<Access> accesses{write_at(0, 100, {1, 2, 3}), read_at(50000, 98, 8)};
  bench.run(accesses);
  EXPECT_EQ(accesses[1].data, (std::vector<std::uint8_t>{0, 0, 1, 2, 3, 0, 0, 0}));
}

TEST(SimpleMemory, AWriteTakesEffectAtItsResponse) {
  MemoryBench bench(machine_of(1000, 16, 0, 10));
  // The write is answered at edge 1 + 10 + 1 = 12. Reads of one beat, issued at cycle t, are answered at t + 2.
  std::vector<Access> accesses{write_at(0, 0, {9}), read_at(9000, 0, 1), read_at(11000, 0, 1)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].response_ps, 12000);
  EXPECT_EQ(accesses[1].data[0], 0);
  EXPECT_EQ(accesses[2].data[0], 9);
}

TEST(SimpleMemory, BackDoorsReadAndWriteInZeroTime) {
  MemoryBench bench(machine_of(1000, 16, 2, 2));
  const std::uint8_t bytes[] = {5, 6, 7};
  bench.memory.write((1 << 20) - 3, bytes, 3);
  std::uint8_t back[4] = {9, 9, 9, 9};
  bench.memory.read((1 << 20) - 4, back, 4);
  EXPECT_EQ(back[0], 0);
  EXPECT_EQ(back[1], 5);
  EXPECT_EQ(back[3], 7);
  EXPECT_THROW(bench.memory.write((1 << 20) - 2, bytes, 3), std::out_of_range);
  EXPECT_THROW(bench.memory.read(1 << 20, back, 1), std::out_of_range);
  EXPECT_THROW(bench.memory.read(~std::uint64_t{0}, back, 2), std::out_of_range);

  std::vector<Access> accesses{read_at(0, (1 << 20) - 3, 3)};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].data, (std::vector<std::uint8_t>{5, 6, 7}));
}

TEST(SimpleMemory, DebugTransportMovesBytesInZeroTime) {
  MemoryBench bench(machine_of(1000, 16, 2, 2));
  std::vector<Access> none;
  bench.run(none);
  std::uint8_t bytes[] = {1, 2, 3, 4};
  tlm::tlm_generic_payload payload;
  payload.set_command(tlm::TLM_WRITE_COMMAND);
  payload.set_address(40);
  payload.set_data_ptr(bytes);
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  payload.set_byte_enable_ptr(nullptr);
  EXPECT_EQ(bench.initiator.load[0]->transport_dbg(payload), 4U);
  std::uint8_t back[4] = {};
  bench.memory.read(40, back, 4);
  EXPECT_EQ(back[2], 3);
  payload.set_address(1 << 20);
  EXPECT_EQ(bench.initiator.load[0]->transport_dbg(payload), 0U);
}

TEST(SimpleMemory, StatusIsSetForAddressesBeyondTheCapacity) {
  MemoryBench bench(machine_of(1000, 16, 2, 2));
  std::vector<Access> accesses{read_at(0, (1 << 20) - 16, 16), read_at(1000, (1 << 20) - 15, 16),
                               write_at(0, ~std::uint64_t{0} - 2, {1, 2, 3, 4})};
  bench.run(accesses);
  EXPECT_EQ(accesses[0].status, tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(accesses[1].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(accesses[2].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

TEST(SimpleMemory, CountersAddUpTheBursts) {
  MemoryBench bench(machine_of(1000, 8, 10, 7));
  std::vector<Access> accesses{read_at(0, 0, 64), read_at(1000, 64, 3), read_at(30000, 128, 9),
                               write_at(0, 256, std::vector<std::uint8_t>(24, 1))};
  bench.run(accesses);
  EXPECT_EQ(bench.counter("read_bursts"), 3U);
  EXPECT_EQ(bench.counter("read_bytes"), 76U);
  EXPECT_EQ(bench.counter("read_busy_cycles"), 8U + 1 + 2);
  EXPECT_EQ(bench.counter("read_latency_sum_cycles"), 18U + 18 + 12);  // 19-1, 20-2, 43-31
  EXPECT_EQ(bench.counter("read_latency_min_cycles"), 12U);
  EXPECT_EQ(bench.counter("read_latency_max_cycles"), 18U);
  EXPECT_EQ(bench.counter("read_queue_peak"), 2U);
  EXPECT_EQ(bench.counter("write_bursts"), 1U);
  EXPECT_EQ(bench.counter("write_bytes"), 24U);
  EXPECT_EQ(bench.counter("write_latency_sum_cycles"), 10U);
}

TEST(SimpleMemory, RestartCountsEdgesFromTheCurrentCycleOn) {
  // 1 ms and 750 ps have no common multiple at 1 ms: without the restart the second run would see other edges.
  MemoryBench bench(machine_of(750, 16, 4, 7));
  std::vector<Access> first{read_at(1000, 0, 16), read_at(4000, 0, 48)}, second = first, third = first;
  bench.run(first);
  bench.run(second);
  bench.memory.restart();
  bench.run(third);
  EXPECT_NE(first[0].response_ps, second[0].response_ps);
  EXPECT_EQ(first[0].response_ps, third[0].response_ps);
  EXPECT_EQ(first[1].response_ps, third[1].response_ps);
}

TEST(SimpleMemory, RestartDropsWhatIsInFlight) {
  // Due 1.5 ms after its issue; a run of the bench is 1 ms.
  MemoryBench bench(machine_of(1000, 16, 1500000, 7));
  std::vector<Access> accesses{read_at(0, 0, 16)};
  bench.run(accesses);
  bench.memory.restart();
  sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_MS));
  EXPECT_EQ(accesses[0].response_ps, -1);
  EXPECT_EQ(bench.counter("read_bursts"), 0U);
}

// The rules over a whole sequence: sort by (issue, core), then one pass.
std::vector<std::int64_t> expected_responses(const std::vector<Access>& accesses, const isa::MemoryDescription& memory,
                                             bool writes) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < accesses.size(); ++i)
    if (accesses[i].write == writes) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(accesses[a].time_ps, accesses[a].core) < std::pair(accesses[b].time_ps, accesses[b].core);
  });
  std::vector<std::int64_t> responses(accesses.size(), -1);
  std::int64_t busy_until = 0;
  for (const std::size_t i : order) {
    std::int64_t edge = 0;
    while (edge * memory.clock_period_ps <= accesses[i].time_ps) ++edge;
    edge += writes ? memory.write_latency_cycles : memory.read_latency_cycles;
    if (edge < busy_until) edge = busy_until;
    for (std::int64_t moved = 0; moved < accesses[i].bytes; moved += memory.bytes_per_cycle) ++edge;
    busy_until = edge;
    responses[i] = edge * memory.clock_period_ps;
  }
  return responses;
}

TEST(SimpleMemory, RandomSequencesFollowTheRules) {
  std::mt19937 random(7);
  const auto pick = [&random](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
  for (int round = 0; round < 60; ++round) {
    const auto machine = machine_of(pick(300, 3000), pick(1, 40), pick(0, 50), pick(0, 50));
    const int cores = pick(1, 3);
    MemoryBench bench(machine, cores);
    std::vector<Access> accesses;
    for (int i = 0; i < 80; ++i) {
      const auto bytes = static_cast<std::uint32_t>(pick(1, 64));
      const std::int64_t time = pick(0, 40) * 1000;
      const auto address = static_cast<std::uint64_t>(pick(0, 4000));
      accesses.push_back(pick(0, 1) == 0
                             ? read_at(time, address, bytes, pick(0, cores - 1))
                             : write_at(time, address, std::vector<std::uint8_t>(bytes, 1), pick(0, cores - 1)));
    }
    bench.run(accesses);
    const auto reads = expected_responses(accesses, machine.memory, false);
    const auto writes = expected_responses(accesses, machine.memory, true);
    for (std::size_t i = 0; i < accesses.size(); ++i)
      ASSERT_EQ(accesses[i].response_ps, accesses[i].write ? writes[i] : reads[i])
          << "round " << round << " access " << i;
  }
}

}  // namespace
}  // namespace intloom::hw::test
