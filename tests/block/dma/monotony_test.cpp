// A better memory or DMA never makes a sequence of transfers end later; the functions of timing/ over random machines
// and sequences, the clocked engines on some of them.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>

#include "rtl_models/timing/dma_timing.h"
#include "tests/block/dma/dma_bench.h"
#include "tests/block/dma/random_transfers.h"

namespace intloom::hw::test {
namespace {

using Improve = std::function<void(isa::MachineDescription&, Randomness&)>;

// End edges of transfers that start two edges after the one before.
std::vector<std::int64_t> ends(const std::vector<Job>& jobs, const isa::MachineDescription& machine) {
  std::vector<std::int64_t> edges;
  timing::MemoryPipe pipe;
  std::int64_t start = 2;
  for (const Job& job : jobs) {
    const timing::TransferTiming timing = job.store ? timing::store_timing(job.transfer, machine, start, pipe)
                                                    : timing::load_timing(job.transfer, machine, start, pipe);
    edges.push_back(timing.end_edge);
    start = timing.end_edge + 2;
  }
  return edges;
}

void never_later(const Improve& improve) {
  EXPECT_TRUE(rc::check([&improve] {
    Randomness random(*rc::gen::arbitrary<unsigned>());
    const isa::MachineDescription machine = random.machine();
    isa::MachineDescription better = machine;
    improve(better, random);
    const bool store = random.chance(50);
    std::vector<Job> jobs;
    for (int i = 0; i < 5; ++i) jobs.push_back({random.transfer(machine, store), store, 0});
    const std::vector<std::int64_t> before = ends(jobs, machine), after = ends(jobs, better);
    for (std::size_t i = 0; i < jobs.size(); ++i) RC_ASSERT(after[i] <= before[i]);
  }));
}

TEST(DmaMonotony, MoreMemoryBandwidth) {
  never_later([](isa::MachineDescription& machine, Randomness& random) {
    machine.memory.bytes_per_cycle += static_cast<int>(random.pick(1, 64));
  });
}

TEST(DmaMonotony, LessMemoryLatency) {
  never_later([](isa::MachineDescription& machine, Randomness& random) {
    machine.memory.read_latency_cycles -= static_cast<int>(random.pick(0, machine.memory.read_latency_cycles));
    machine.memory.write_latency_cycles -= static_cast<int>(random.pick(0, machine.memory.write_latency_cycles));
  });
}

TEST(DmaMonotony, MoreOutstandingBursts) {
  never_later([](isa::MachineDescription& machine, Randomness& random) {
    machine.dma.outstanding_bursts += static_cast<int>(random.pick(1, 16));
  });
}

TEST(DmaMonotony, AWiderPortToTheBuffers) {
  never_later([](isa::MachineDescription& machine, Randomness& random) {
    machine.dma.bytes_per_cycle += static_cast<int>(random.pick(1, 64));
  });
}

TEST(DmaMonotony, LessScratchpadLatency) {
  never_later([](isa::MachineDescription& machine, Randomness& random) {
    machine.scratchpad.read_latency_cycles -=
        static_cast<int>(random.pick(0, machine.scratchpad.read_latency_cycles - 1));
  });
}

// A transfer that starts later never ends earlier, whatever the phase of the two clocks.
TEST(DmaMonotony, ALaterStart) {
  EXPECT_TRUE(rc::check([] {
    Randomness random(*rc::gen::arbitrary<unsigned>());
    const isa::MachineDescription machine = random.machine();
    const isa::Transfer load = random.transfer(machine, false), store = random.transfer(machine, true);
    std::int64_t load_end = 0, store_end = 0;
    for (std::int64_t start = 0; start < 30; ++start) {
      timing::MemoryPipe reads, writes;
      const std::int64_t load_now = timing::load_timing(load, machine, start, reads).end_edge;
      const std::int64_t store_now = timing::store_timing(store, machine, start, writes).end_edge;
      RC_ASSERT(load_now >= load_end);
      RC_ASSERT(store_now >= store_end);
      load_end = load_now;
      store_end = store_now;
    }
  }));
}

TEST(DmaMonotony, ClockedEnginesOnMachinesThatGetBetterOneStepAtATime) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Randomness random(seed);
    isa::MachineDescription machine = random.machine();
    std::vector<Job> jobs;
    for (int i = 0; i < 4; ++i) jobs.push_back({random.transfer(machine, i % 2 == 1), i % 2 == 1, 0});
    const auto last_ends = [&jobs](const isa::MachineDescription& on) {
      DmaBench bench(on);
      const std::vector<JobEdges> edges = bench.run(jobs);
      return std::pair(edges[2].end, edges[3].end);
    };
    auto [load, store] = last_ends(machine);
    const std::vector<std::function<void()>> steps{
        [&] { machine.memory.bytes_per_cycle *= 2; }, [&] { machine.dma.outstanding_bursts += 2; },
        [&] { machine.memory.read_latency_cycles /= 2; }, [&] { machine.memory.write_latency_cycles /= 2; },
        [&] { machine.dma.bytes_per_cycle *= 2; }};
    for (const auto& step : steps) {
      step();
      const auto [load_now, store_now] = last_ends(machine);
      ASSERT_LE(load_now, load);
      ASSERT_LE(store_now, store);
      load = load_now;
      store = store_now;
    }
  }
}

}  // namespace
}  // namespace intloom::hw::test
