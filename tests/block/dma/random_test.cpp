// Random transfers on random machines: values element by element, edges and counters against timing/, and against a
// memory of random latency.
#include <gtest/gtest.h>

#include <map>

#include "rtl_models/timing/dma_timing.h"
#include "tests/block/dma/dma_bench.h"
#include "tests/block/dma/random_memory.h"
#include "tests/block/dma/random_transfers.h"

namespace intloom::hw::test {
namespace {

// Contents of memory and buffers, moved by the definition of a transfer.
struct Contents {
  std::vector<std::uint8_t> memory, buffers[3];

  void move(const Job& job) {
    auto& buffer = buffers[static_cast<int>(job.transfer.buffer)];
    for_each_byte(job.transfer, [&](std::uint64_t memory_address, std::uint32_t buffer_address) {
      if (job.store)
        memory.at(memory_address) = buffer.at(buffer_address);
      else
        buffer.at(buffer_address) = memory.at(memory_address);
    });
  }
};

Contents randomize(DmaBench& bench, Randomness& random) {
  Contents contents;
  contents.memory.resize(kRandomMemoryBytes);
  for (auto& byte : contents.memory) byte = static_cast<std::uint8_t>(random.pick(0, 255));
  for (int buffer = 0; buffer < 3; ++buffer) {
    contents.buffers[buffer].resize(bench.driver.buffers[buffer].size());
    for (auto& byte : contents.buffers[buffer]) byte = static_cast<std::uint8_t>(random.pick(0, 255));
    bench.driver.buffers[buffer] = contents.buffers[buffer];
  }
  bench.memory->write(0, contents.memory);
  return contents;
}

void expect_equal(DmaBench& bench, const Contents& contents) {
  ASSERT_FALSE(bench.context.faulted()) << bench.context.fault().message;
  ASSERT_EQ(bench.memory->read(0, kRandomMemoryBytes), contents.memory);
  for (int buffer = 0; buffer < 3; ++buffer) ASSERT_EQ(bench.driver.buffers[buffer], contents.buffers[buffer]);
}

std::vector<Job> random_jobs(Randomness& random, const isa::MachineDescription& machine, int count, bool store) {
  std::vector<Job> jobs;
  for (int i = 0; i < count; ++i)
    jobs.push_back({random.transfer(machine, store), store, static_cast<int>(random.pick(0, 5))});
  return jobs;
}

struct Totals {
  std::int64_t bursts = 0, bytes = 0, beats = 0, latency_sum = 0, latency_min = 1 << 30, latency_max = 0, peak = 0,
               busy = 0;

  void add(const timing::TransferTiming& transfer, std::int64_t start) {
    bursts += transfer.bursts;
    bytes += transfer.bytes;
    beats += transfer.beats;
    latency_sum += transfer.latency_sum;
    latency_min = std::min(latency_min, transfer.latency_min);
    latency_max = std::max(latency_max, transfer.latency_max);
    peak = std::max(peak, transfer.outstanding_peak);
    busy += transfer.end_edge - start;
  }
};

void expect_counters(const DmaBench& bench, const Block& engine, const Totals& totals) {
  const auto counter = [&](const char* name) { return static_cast<std::int64_t>(bench.counter(engine, name)); };
  ASSERT_EQ(counter("bursts"), totals.bursts);
  ASSERT_EQ(counter("bytes"), totals.bytes);
  ASSERT_EQ(counter("beats"), totals.beats);
  ASSERT_EQ(counter("latency_sum_cycles"), totals.latency_sum);
  ASSERT_EQ(counter("latency_min_cycles"), totals.latency_min);
  ASSERT_EQ(counter("latency_max_cycles"), totals.latency_max);
  ASSERT_EQ(counter("outstanding_peak"), totals.peak);
  ASSERT_EQ(counter("busy_cycles"), totals.busy);
}

// Loads and stores at once; memory regions of the two overlap, so only edges and counters are compared.
TEST(DmaRandom, EdgesAndCountersEqualTheTimingFunctions) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Randomness random(seed);
    const isa::MachineDescription machine = random.machine();
    DmaBench bench(machine);
    std::vector<Job> jobs = random_jobs(random, machine, 12, false);
    for (const Job& job : random_jobs(random, machine, 12, true)) jobs.push_back(job);
    const std::vector<JobEdges> edges = bench.run(jobs);
    timing::MemoryPipe reads, writes;
    Totals load, store;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const timing::TransferTiming expected =
          jobs[i].store ? timing::store_timing(jobs[i].transfer, machine, edges[i].start, writes)
                        : timing::load_timing(jobs[i].transfer, machine, edges[i].start, reads);
      ASSERT_EQ(edges[i].end, expected.end_edge) << "job " << i;
      (jobs[i].store ? store : load).add(expected, edges[i].start);
    }
    expect_counters(bench, bench.load, load);
    expect_counters(bench, bench.store, store);
    ASSERT_FALSE(HasFatalFailure());
  }
}

TEST(DmaRandom, ValuesAreThoseOfTheDefinition) {
  for (unsigned seed = 1000; seed < 1080; ++seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    Randomness random(seed);
    const isa::MachineDescription machine = random.machine();
    DmaBench bench(machine);
    Contents contents = randomize(bench, random);
    for (const bool store : {false, true, false}) {
      const std::vector<Job> jobs = random_jobs(random, machine, 6, store);
      bench.run(jobs);
      for (const Job& job : jobs) contents.move(job);
      expect_equal(bench, contents);
      ASSERT_FALSE(HasFatalFailure());
    }
  }
}

// What must hold of the bursts whatever the memory does.
void check_bursts(const std::vector<BurstRecord>& bursts, const isa::MachineDescription& machine, bool write) {
  std::map<std::int64_t, int> in_flight;  // changes by cycle
  std::int64_t last_issue = -1;
  for (const BurstRecord& burst : bursts) {
    if (burst.write != write) continue;
    ASSERT_GT(burst.issue_cycle, last_issue) << "two bursts in a cycle";
    last_issue = burst.issue_cycle;
    const auto size = static_cast<std::uint64_t>(machine.memory.burst_bytes);
    ASSERT_GE(burst.bytes, 1U);
    ASSERT_EQ(burst.address / size, (burst.address + burst.bytes - 1) / size) << "a burst crosses a boundary";
    ++in_flight[burst.issue_cycle];
    --in_flight[burst.usable_cycle];
  }
  int now = 0;
  for (const auto& [cycle, change] : in_flight) {
    now += change;
    ASSERT_LE(now, machine.dma.outstanding_bursts);
  }
}

void check_counters(const DmaBench& bench, const Block& engine, const std::vector<BurstRecord>& bursts, bool write,
                    std::size_t beats) {
  std::uint64_t count = 0, bytes = 0, sum = 0, low = ~std::uint64_t{0}, high = 0;
  for (const BurstRecord& burst : bursts) {
    if (burst.write != write) continue;
    const auto latency = static_cast<std::uint64_t>(burst.usable_cycle - burst.issue_cycle);
    ++count;
    bytes += burst.bytes;
    sum += latency;
    low = std::min(low, latency);
    high = std::max(high, latency);
  }
  ASSERT_EQ(bench.counter(engine, "bursts"), count);
  ASSERT_EQ(bench.counter(engine, "bytes"), bytes);
  ASSERT_EQ(bench.counter(engine, "latency_sum_cycles"), sum);
  ASSERT_EQ(bench.counter(engine, "latency_min_cycles"), low);
  ASSERT_EQ(bench.counter(engine, "latency_max_cycles"), high);
  ASSERT_EQ(bench.counter(engine, "beats"), beats);
}

void run_on_random_memory(unsigned seed, bool in_order, bool all_protocols) {
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Randomness random(seed);
  const isa::MachineDescription machine = random.machine();
  RandomMemory* memory = nullptr;
  DmaBench bench(machine, [&](MachineContext& context, const isa::MachineDescription&) {
    RandomMemoryOptions options;
    options.seed = seed;
    options.max_latency_cycles = static_cast<int>(random.pick(0, 60));
    options.in_order = in_order;
    options.all_protocols = all_protocols;
    auto owned = std::make_unique<RandomMemory>("memory", context, options, kRandomMemoryBytes);
    memory = owned.get();
    return owned;
  });
  Contents contents = randomize(bench, random);
  std::size_t load_beats = 0, store_beats = 0;
  for (const bool store : {false, true, false}) {
    const std::vector<Job> jobs = random_jobs(random, machine, 6, store);
    const std::vector<JobEdges> edges = bench.run(jobs);
    load_beats += bench.driver.beats.size();
    store_beats += bench.driver.read_cycles.size();
    // The buffer has sampled everything by the end.
    if (!store) {
      ASSERT_EQ(bench.driver.beats.back().cycle, edges.back().end);
    }
    for (const Job& job : jobs) contents.move(job);
    expect_equal(bench, contents);
    ASSERT_FALSE(testing::Test::HasFatalFailure());
  }
  for (const bool write : {false, true}) check_bursts(memory->bursts, machine, write);
  check_counters(bench, bench.load, memory->bursts, false, load_beats);
  check_counters(bench, bench.store, memory->bursts, true, store_beats);
  // Payloads are pooled: never more of them than slots.
  ASSERT_LE(memory->payloads.size(), 2U * static_cast<unsigned>(machine.dma.outstanding_bursts));
}

TEST(DmaRandom, RandomStallsOfTheMemoryChangeNoValue) {
  for (unsigned seed = 2000; seed < 2060 && !HasFatalFailure(); ++seed) run_on_random_memory(seed, true, false);
}

TEST(DmaRandom, EveryWayOfTheBaseProtocolIsUnderstood) {
  for (unsigned seed = 3000; seed < 3060 && !HasFatalFailure(); ++seed) run_on_random_memory(seed, true, true);
}

TEST(DmaRandom, AMemoryThatReordersResponsesChangesNoLoad) {
  for (unsigned seed = 4000; seed < 4060 && !HasFatalFailure(); ++seed) run_on_random_memory(seed, false, true);
}

}  // namespace
}  // namespace intloom::hw::test
