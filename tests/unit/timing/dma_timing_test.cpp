// Bursts, beats and times of transfers against the rules followed byte by byte and burst by burst, and by hand. That
// the clocked channels do just the same: tests/block/dma.
#include "rtl_models/timing/dma_timing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/timing/transfer_counts.h"

namespace intloom::timing {
namespace {

struct PlainBurst {
  std::int64_t bytes = 0;
  std::vector<std::int64_t> beats;  // their buffer addresses
};

struct Byte {
  std::int64_t memory, buffer;
  bool memory_run_begins, buffer_run_begins;
};

// D1: the bytes in order.
std::vector<Byte> bytes_of(const isa::Transfer& t) {
  const auto run_of = [&t](const std::array<std::int64_t, 3>& strides) {
    std::int64_t run = 1;
    for (std::size_t d = 0; d < 3; ++d) {
      if (t.extents[d] == 1) continue;
      if (strides[d] != run) break;
      run *= t.extents[d];
    }
    return run;
  };
  const std::int64_t memory_run = run_of(t.memory_strides), buffer_run = run_of(t.buffer_strides);
  std::vector<Byte> bytes;
  for (std::int64_t k = 0; k < t.extents[2]; ++k)
    for (std::int64_t j = 0; j < t.extents[1]; ++j)
      for (std::int64_t i = 0; i < t.extents[0]; ++i) {
        const auto at = [&](std::int64_t base, const std::array<std::int64_t, 3>& s) {
          return base + i * s[0] + j * s[1] + k * s[2];
        };
        const auto number = static_cast<std::int64_t>(bytes.size());
        bytes.push_back({at(static_cast<std::int64_t>(t.memory_address), t.memory_strides),
                         at(t.buffer_address, t.buffer_strides), number % memory_run == 0, number % buffer_run == 0});
      }
  return bytes;
}

// D2 and D4, a byte at a time.
std::vector<PlainBurst> plain_bursts(const isa::Transfer& transfer, const isa::MachineDescription& machine) {
  const std::int64_t word = isa::word_bytes(machine, transfer.buffer);
  std::vector<PlainBurst> bursts;
  std::int64_t beat_bytes = 0;
  for (const Byte& byte : bytes_of(transfer)) {
    const bool new_burst = byte.memory_run_begins || byte.memory % machine.memory.burst_bytes == 0;
    if (new_burst) bursts.emplace_back();
    PlainBurst& burst = bursts.back();
    if (new_burst || byte.buffer_run_begins || byte.buffer % word == 0 || beat_bytes == machine.dma.bytes_per_cycle) {
      burst.beats.push_back(byte.buffer);
      beat_bytes = 0;
    }
    ++beat_bytes;
    ++burst.bytes;
  }
  return bursts;
}

struct Plain {
  TransferTiming timing;
  MemoryPipe pipe;
};

// D3, D5 to D12, Y1 to Y4 with every burst kept. `pipe_free`: of the memory's data path, before.
Plain plain_timing(const isa::Transfer& transfer, const isa::MachineDescription& machine, bool store,
                   std::int64_t start, std::int64_t pipe_free) {
  const std::int64_t core = machine.clock_period_ps, memory = machine.memory.clock_period_ps;
  struct Past {
    std::int64_t claim, issue, response, retired;
  };
  std::vector<Past> past;
  Plain plain;
  std::int64_t port = start, last = start, free_edge = pipe_free;
  for (const PlainBurst& burst : plain_bursts(transfer, machine)) {
    const auto beats = static_cast<std::int64_t>(burst.beats.size());
    const std::size_t i = past.size(), slots = static_cast<std::size_t>(machine.dma.outstanding_bursts);
    const std::int64_t claim = std::max(port + 1, i < slots ? 0 : past[i - slots].retired + 1);
    port = store ? claim + beats - 1 : claim;
    const std::int64_t issue = store ? port + 1 + machine.scratchpad.read_latency_cycles : claim;
    const std::int64_t arrival = issue * core / memory + 1;
    const std::int64_t latency = store ? machine.memory.write_latency_cycles : machine.memory.read_latency_cycles;
    const std::int64_t cycles = (burst.bytes + machine.memory.bytes_per_cycle - 1) / machine.memory.bytes_per_cycle;
    const std::int64_t response = free_edge = std::max(arrival + latency, free_edge) + cycles;
    const std::int64_t usable = response * memory / core + 1;
    last = store ? std::max(last + 1, usable) : std::max(last + 1, usable) + beats - 1;
    past.push_back({claim, issue, response, last});

    TransferTiming& t = plain.timing;
    t.latency_min = i == 0 ? usable - issue : std::min(t.latency_min, usable - issue);
    t.latency_max = std::max(t.latency_max, usable - issue);
    t.latency_sum += usable - issue;
    ++t.bursts;
    t.bytes += burst.bytes;
    t.beats += beats;
    const auto claimed = std::count_if(past.begin(), past.end(), [&](const Past& p) { return p.retired >= claim; });
    t.outstanding_peak = std::max<std::int64_t>(t.outstanding_peak, claimed);
    MemoryPipe& m = plain.pipe;
    m.busy_cycles += cycles;
    m.latency_min = i == 0 ? response - arrival : std::min(m.latency_min, response - arrival);
    m.latency_max = std::max(m.latency_max, response - arrival);
    m.latency_sum += response - arrival;
    const auto queued =
        std::count_if(past.begin(), past.end(), [&](const Past& p) { return p.response * memory > issue * core; });
    m.queue_peak = std::max<std::int64_t>(m.queue_peak, queued);
  }
  plain.timing.end_edge = store ? last : last + 1;
  plain.pipe.free_edge = free_edge;
  return plain;
}

isa::MachineDescription any_machine() {
  isa::MachineDescription machine;
  machine.array.rows = *rc::gen::element(4, 5, 8, 16, 32);
  machine.array.cols = *rc::gen::element(4, 8, 12, 16);
  machine.clock_period_ps = *rc::gen::element(1000, 1000, 700, 1500);
  machine.memory.clock_period_ps = *rc::gen::element(1000, machine.clock_period_ps, 625, 1250, 3000);
  machine.memory.bytes_per_cycle = *rc::gen::element(1, 3, 4, 16, 64);
  machine.memory.read_latency_cycles = *rc::gen::inRange(0, 60);
  machine.memory.write_latency_cycles = *rc::gen::inRange(0, 60);
  machine.memory.burst_bytes = *rc::gen::element(4, 8, 16, 64);
  machine.dma.bytes_per_cycle = *rc::gen::element(1, 3, 4, 16, 64);
  machine.dma.outstanding_bursts = *rc::gen::element(1, 2, 3, 8, 16, 64, 70);
  machine.scratchpad.read_latency_cycles = *rc::gen::inRange(1, 5);
  return machine;
}

std::array<std::int64_t, 3> any_strides(const std::array<std::uint32_t, 3>& extents) {
  const std::int64_t e0 = extents[0], e1 = extents[1];
  switch (*rc::gen::inRange(0, 5)) {
    case 0:  // rows with gaps
      return {1, e0 + *rc::gen::element(0, 1, 5, 64), (e0 + 64) * e1 + *rc::gen::element(0, 7, 64)};
    case 1:  // another order of the dimensions
      return {e1, 1, e0 * e1};
    case 2:  // gaps between planes alone
      return {1, e0, e0 * e1 + *rc::gen::element(3, 64, 256)};
    default:
      return {1, e0, e0 * e1};
  }
}

isa::Transfer any_transfer() {
  isa::Transfer transfer;
  transfer.buffer = *rc::gen::element(isa::Buffer::activations, isa::Buffer::weights, isa::Buffer::parameters);
  transfer.extents[0] = static_cast<std::uint32_t>(*rc::gen::element(1, 12, 16, 61, 64, 1500));
  transfer.extents[1] = static_cast<std::uint32_t>(*rc::gen::element(1, 1, 2, 7));
  transfer.extents[2] = static_cast<std::uint32_t>(*rc::gen::element(1, 1, 3));
  transfer.memory_strides = any_strides(transfer.extents);
  transfer.buffer_strides = any_strides(transfer.extents);
  transfer.memory_address = static_cast<std::uint64_t>(*rc::gen::element(0, 0, 64, 13));
  transfer.buffer_address = static_cast<std::uint32_t>(*rc::gen::element(0, 0, 16, 5));
  return transfer;
}

void expect_equal(const TransferTiming& ours, const TransferTiming& plain) {
  RC_ASSERT(ours.end_edge == plain.end_edge);
  RC_ASSERT(ours.bursts == plain.bursts && ours.bytes == plain.bytes && ours.beats == plain.beats);
  RC_ASSERT(ours.latency_sum == plain.latency_sum);
  RC_ASSERT(ours.latency_min == plain.latency_min && ours.latency_max == plain.latency_max);
  RC_ASSERT(ours.outstanding_peak == plain.outstanding_peak);
}

void expect_equal(const MemoryPipe& ours, const MemoryPipe& plain) {
  RC_ASSERT(ours.free_edge == plain.free_edge && ours.busy_cycles == plain.busy_cycles);
  RC_ASSERT(ours.latency_sum == plain.latency_sum);
  RC_ASSERT(ours.latency_min == plain.latency_min && ours.latency_max == plain.latency_max);
  RC_ASSERT(ours.queue_peak == plain.queue_peak);
}

RC_GTEST_PROP(DmaTiming, EqualsTheRulesFollowedBurstByBurst, ()) {
  const isa::MachineDescription machine = any_machine();
  const isa::Transfer transfer = any_transfer();
  const bool store = *rc::gen::arbitrary<bool>();
  const std::int64_t start = *rc::gen::inRange(0, 50), pipe_free = *rc::gen::inRange(0, 200);
  const Plain plain = plain_timing(transfer, machine, store, start, pipe_free);
  MemoryPipe pipe;
  pipe.free_edge = pipe_free;
  expect_equal(store ? store_timing(transfer, machine, start, pipe) : load_timing(transfer, machine, start, pipe),
               plain.timing);
  expect_equal(pipe, plain.pipe);
}

RC_GTEST_PROP(TransferCounts, BeatsByBankAreThoseOfEveryByteVisited, ()) {
  isa::MachineDescription machine = any_machine();
  const isa::Transfer transfer = any_transfer();
  isa::BufferDescription& buffer = transfer.buffer == isa::Buffer::activations ? machine.scratchpad
                                   : transfer.buffer == isa::Buffer::weights   ? machine.weight_buffer
                                                                               : machine.parameter_buffer;
  buffer = {4000, *rc::gen::element(64, 100, 1000, 5000), 1};
  BankTally tally(machine, transfer.buffer), visited(machine, transfer.buffer);
  count_beats(transfer, machine, tally);
  for (const PlainBurst& burst : plain_bursts(transfer, machine))
    for (const std::int64_t address : burst.beats) visited.add(address, 1);
  RC_ASSERT(tally.accesses == visited.accesses);
}

// The example of the page: 64 bytes, one burst, four beats, the response 26 edges after the start.
TEST(DmaTiming, TheExampleOfThePage) {
  isa::MachineDescription machine;
  machine.memory.read_latency_cycles = 20;
  isa::Transfer load;
  load.buffer_address = 32;
  load.extents = {64, 1, 1};
  MemoryPipe pipe;
  const TransferTiming timing = load_timing(load, machine, 100, pipe);
  EXPECT_EQ(timing.end_edge, 131);
  EXPECT_EQ(timing.latency_sum, 26);
  EXPECT_EQ(timing.beats, 4);
  EXPECT_EQ(pipe.latency_min, 24);  // arrival at 102, response at 126
  EXPECT_EQ(pipe.busy_cycles, 4);
  EXPECT_EQ(pipe.queue_peak, 1);
}

// 1 MiB, memory and port at 16 bytes a cycle: from the first burst on 4 edges a burst. With latency 100 and 8 slots a
// round of 8 bursts takes 1 + 100 + 4 + 1 + 4 edges for its first, 4 for each of the others: slots come back 4 apart.
TEST(DmaTiming, LongTransfersAreBoundByThePortOrByTheirSlots) {
  isa::MachineDescription machine;
  isa::Transfer load;
  load.extents = {1 << 20, 1, 1};
  machine.dma.outstanding_bursts = 64;
  MemoryPipe pipe;
  EXPECT_EQ(load_timing(load, machine, 0, pipe).end_edge, 1 + 1 + 100 + 4 * 16384 + 1 + 4);
  machine.dma.outstanding_bursts = 8;
  pipe = {};
  // Issue to the edge after the last beat, when the next burst takes the slot: 1 + 100 + 4 + 1 + 4 = 110 edges.
  EXPECT_EQ(load_timing(load, machine, 0, pipe).end_edge, 1 + 2047 * 110 + (1 + 100 + 4 + 1 + 4) + 7 * 4);
  EXPECT_EQ(pipe.queue_peak, 8);
}

}  // namespace
}  // namespace intloom::timing
