#include "rtl_models/scratchpad/scratchpad.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/block/scratchpad/scratchpad_bench.h"

namespace intloom::hw {
namespace {

using testing::HasSubstr;

// S1: not at edge t + L - 1, but at t + L, t the edge that samples the request.
TEST(Scratchpad, ReadDataArrivesAfterTheLatency) {
  for (const int latency : {1, 2, 3, 5}) {
    ScratchpadBench bench({4, 64, 2, latency}, 1, 1);
    const std::uint8_t bytes[4] = {1, 2, 3, 4};
    bench.dut.poke(68, bytes, 4);
    bench.read(0, 68);
    bench.step();  // samples the request; a reader at edge t + n sees what lies there after n - 1 more steps
    bench.release();
    for (int n = 1; n < latency; ++n) {
      EXPECT_NE(bench.read_data[0].read(), make_word(4, 1)) << "latency " << latency << ", edge t+" << n;
      bench.step();
    }
    EXPECT_EQ(bench.read_data[0].read(), make_word(4, 1)) << "latency " << latency;
  }
}

// S2: a write is not visible to a read at its own edge (a fault), but to one at the next.
TEST(Scratchpad, WriteIsVisibleToTheNextEdge) {
  ScratchpadBench bench({4, 64, 1, 1}, 1, 1);
  bench.write(0, 8, make_word(4, 50));
  bench.step();
  bench.release();
  bench.read(0, 8);
  bench.step();
  EXPECT_EQ(bench.read_data[0].read(), make_word(4, 50));
  EXPECT_FALSE(bench.machine.faulted());
}

TEST(Scratchpad, WriteOfAPartLeavesTheRest) {
  ScratchpadBench bench({8, 64, 1, 1}, 1, 1);
  bench.write(0, 16, make_word(8, 10));
  bench.step();
  bench.write(0, 19, make_word(2, 90));
  bench.step();
  std::uint8_t bytes[8];
  bench.dut.peek(16, bytes, 8);
  EXPECT_THAT(bytes, testing::ElementsAre(10, 11, 12, 90, 91, 15, 16, 17));
}

std::string fault_of(const ScratchpadSize& size, const std::function<void(ScratchpadBench&)>& drive) {
  ScratchpadBench bench(size, 2, 1);
  drive(bench);
  bench.step();
  EXPECT_TRUE(bench.machine.faulted());
  EXPECT_EQ(bench.machine.fault().path, "dut");
  EXPECT_EQ(bench.machine.fault().cycle, 1);
  return bench.machine.fault().message;
}

TEST(Scratchpad, FaultsNameAddressAndLimit) {
  const ScratchpadSize size{4, 64, 2, 1};
  EXPECT_THAT(fault_of(size, [](ScratchpadBench& bench) { bench.read(0, 128); }), HasSubstr("read at 128"));
  EXPECT_THAT(fault_of(size, [](ScratchpadBench& bench) { bench.read(1, 6); }), HasSubstr("read at 6"));
  EXPECT_THAT(fault_of(size, [](ScratchpadBench& bench) { bench.write(0, 128, make_word(4, 0)); }),
              HasSubstr("write of 4 bytes at 128"));
  EXPECT_THAT(fault_of(size, [](ScratchpadBench& bench) { bench.write(0, 6, make_word(3, 0)); }),
              HasSubstr("not inside one word of 4 bytes"));
  EXPECT_THAT(fault_of(size,
                       [](ScratchpadBench& bench) {
                         bench.read(1, 8);
                         bench.write(0, 11, make_word(1, 0));
                       }),
              HasSubstr("word at 8 is read and written at the same edge"));
}

TEST(Scratchpad, NeighbouringWordsMayBeReadAndWrittenAtTheSameEdge) {
  ScratchpadBench bench({4, 64, 2, 1}, 2, 1);
  bench.read(0, 4);
  bench.read(1, 12);
  bench.write(0, 8, make_word(4, 0));
  bench.step();
  EXPECT_FALSE(bench.machine.faulted());
}

TEST(Scratchpad, BackDoorsRefuseWhatIsOutside) {
  ScratchpadBench bench({4, 64, 2, 1}, 1, 1);
  std::uint8_t bytes[8] = {};
  EXPECT_EQ(bench.dut.capacity_bytes(), 128U);
  bench.dut.poke(120, bytes, 8);
  EXPECT_THROW(bench.dut.poke(121, bytes, 8), std::out_of_range);
  EXPECT_THROW(bench.dut.peek(129, bytes, 0), std::out_of_range);
}

TEST(Scratchpad, SizesThatCannotBeAreRefused) {
  SimulationContext context;
  MachineContext machine{sc_core::sc_time(1, sc_core::SC_NS)};
  EXPECT_THROW(Scratchpad("a", machine, 12, 100, 1, 1, 1, 1), std::invalid_argument);
  EXPECT_THROW(Scratchpad("b", machine, 12, 96, 0, 1, 1, 1), std::invalid_argument);
  EXPECT_THROW(Scratchpad("c", machine, 12, 96, 1, 0, 1, 1), std::invalid_argument);
}

TEST(Scratchpad, SleepsWithoutAccesses) {
  ScratchpadBench bench({4, 64, 2, 3}, 1, 1);
  for (int i = 0; i < 20; ++i) bench.step();
  EXPECT_EQ(bench.dut.tick_calls(), 1U);
  bench.read(0, 0);
  bench.step();
  bench.release();
  for (int i = 0; i < 20; ++i) bench.step();
  EXPECT_EQ(bench.dut.tick_calls(), 4U);  // the request, and two edges until its data lies at the port
}

// Random accesses with random gaps against a plain array, the expected words of each port in a queue by edge.
RC_GTEST_PROP(Scratchpad, RandomAccesses, ()) {
  const int word = *rc::gen::element(1, 3, 8, 12, 16, 20, 256);
  const int words_per_bank = *rc::gen::inRange(1, 9), banks = *rc::gen::inRange(1, 4);
  const int latency = *rc::gen::inRange(1, 5), ports = *rc::gen::inRange(1, 4);
  const auto words = static_cast<std::uint32_t>(words_per_bank * banks);
  ScratchpadBench bench(
      {static_cast<std::uint32_t>(word), static_cast<std::uint32_t>(word * words_per_bank), banks, latency}, ports,
      ports);
  std::vector<std::uint8_t> expected(words * static_cast<std::uint32_t>(word));
  std::vector<std::map<int, Scratchpad::Word>> due(static_cast<std::size_t>(ports));
  std::vector<std::uint64_t> reads(static_cast<std::size_t>(banks)), writes(static_cast<std::size_t>(banks));
  for (int edge = 1; edge <= 60; ++edge) {
    bench.release();
    std::vector<bool> used(words);
    for (std::size_t port = 0; port < static_cast<std::size_t>(ports); ++port) {
      const auto at = static_cast<std::uint32_t>(*rc::gen::inRange(0, static_cast<int>(words)));
      if (*rc::gen::inRange(0, 3) == 0 || used[at]) continue;
      used[at] = true;
      bench.read(port, at * static_cast<std::uint32_t>(word));
      Scratchpad::Word data(word);
      std::copy_n(expected.begin() + at * static_cast<std::uint32_t>(word), word, data.lane);
      due[port][edge + latency - 1] = data;
      ++reads[at / static_cast<std::uint32_t>(words_per_bank)];
    }
    for (std::size_t port = 0; port < static_cast<std::size_t>(ports); ++port) {
      const auto at = static_cast<std::uint32_t>(*rc::gen::inRange(0, static_cast<int>(words)));
      if (*rc::gen::inRange(0, 3) == 0 || used[at]) continue;
      used[at] = true;
      const int first = *rc::gen::inRange(0, word), count = *rc::gen::inRange(1, word - first + 1);
      const auto address = at * static_cast<std::uint32_t>(word) + static_cast<std::uint32_t>(first);
      const Scratchpad::Word data = make_word(count, *rc::gen::inRange(0, 256));
      bench.write(port, address, data);
      std::copy_n(data.lane, count, expected.begin() + address);
      ++writes[at / static_cast<std::uint32_t>(words_per_bank)];
    }
    bench.step();
    for (std::size_t port = 0; port < static_cast<std::size_t>(ports); ++port)
      if (due[port].count(edge) > 0) RC_ASSERT(bench.read_data[port].read() == due[port][edge]);
  }
  RC_ASSERT(!bench.machine.faulted());
  std::vector<std::uint8_t> stored(expected.size());
  bench.dut.peek(0, stored.data(), stored.size());
  RC_ASSERT(stored == expected);
  for (int bank = 0; bank < banks; ++bank) {
    RC_ASSERT(bench.dut.reads(bank) == reads[static_cast<std::size_t>(bank)]);
    RC_ASSERT(bench.dut.writes(bank) == writes[static_cast<std::size_t>(bank)]);
    RC_ASSERT(bench.dut.counters()[static_cast<std::size_t>(2 * bank)].value == reads[static_cast<std::size_t>(bank)]);
  }
}

}  // namespace
}  // namespace intloom::hw
