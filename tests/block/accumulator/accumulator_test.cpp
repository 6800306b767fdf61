#include "rtl_models/accumulator/accumulator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <random>
#include <stdexcept>
#include <vector>

#include "tests/block/accumulator/accumulator_bench.h"

namespace intloom::hw {
namespace {

using isa::Overflow;
using testing::ElementsAre;
using testing::HasSubstr;
__extension__ using Wide = __int128;

isa::MachineDescription machine_of(int cols, int width_bits, Overflow overflow, int banks = 2, int rows = 8) {
  isa::MachineDescription machine;
  machine.array.cols = cols;
  machine.accumulator = {banks, rows, width_bits, overflow};
  return machine;
}

// A1: read, add and write in one cycle, so that the same row may come at each edge.
TEST(Accumulator, AddsBackToBackToTheSameRow) {
  AccumulatorBench bench(machine_of(2, 32, Overflow::wrap));
  bench.send(1, 3, false, false, {10, -10});
  bench.step();
  EXPECT_THAT(bench.dut.peek(1, 3), ElementsAre(10, -10));
  bench.send(1, 3, true, false, {1, 2});
  bench.step();
  bench.send(1, 3, true, false, {100, 200});
  bench.step();
  EXPECT_THAT(bench.dut.peek(1, 3), ElementsAre(111, 192));
  bench.send(1, 3, false, false, {7, 8});
  bench.step();
  EXPECT_THAT(bench.dut.peek(1, 3), ElementsAre(7, 8));
  EXPECT_THAT(bench.dut.peek(0, 3), ElementsAre(0, 0));
}

// A2: exec_done_o is high for one cycle from the edge on that writes the last row.
TEST(Accumulator, ExecDoneForOneCycleAtTheLastRow) {
  AccumulatorBench bench(machine_of(1, 32, Overflow::wrap));
  bench.send(0, 0, false, false, {1});
  bench.step();
  EXPECT_FALSE(bench.exec_done.read());
  bench.send(0, 1, false, true, {1});
  bench.step();
  EXPECT_TRUE(bench.exec_done.read());
  EXPECT_THAT(bench.dut.peek(0, 1), ElementsAre(1));
  bench.step();
  EXPECT_FALSE(bench.exec_done.read());
}

// A3: a request written at edge t is sampled at t + 1, its data at t + 2; not at t + 1.
TEST(Accumulator, RowsAreReadLikeAnSramOfLatencyOne) {
  AccumulatorBench bench(machine_of(2, 40, Overflow::wrap));
  bench.dut.poke(1, 2, {-5, std::int64_t{1} << 38});
  bench.dut.poke(1, 3, {6, 7});
  bench.read(1, 2);
  EXPECT_TRUE(bench.read_data().empty());
  bench.step();
  EXPECT_THAT(bench.read_data(), ElementsAre(-5, std::int64_t{1} << 38));
  bench.read(1, 3);
  bench.step();
  EXPECT_THAT(bench.read_data(), ElementsAre(6, 7));
}

// By hand, 8 bits: 120 + 10 = 130 = -126 mod 256; nearest 127.
TEST(Accumulator, WrapKeepsTheLowBits) {
  AccumulatorBench bench(machine_of(4, 8, Overflow::wrap));
  bench.send(0, 0, false, false, {120, -120, 127, -128});
  bench.step();
  EXPECT_EQ(bench.dut.overflows(), 0U);
  bench.send(0, 0, true, false, {10, -10, 0, 0});
  bench.step();
  EXPECT_THAT(bench.dut.peek(0, 0), ElementsAre(-126, 126, 127, -128));
  EXPECT_EQ(bench.dut.overflows(), 2U);
  EXPECT_FALSE(bench.machine.faulted());
}

TEST(Accumulator, SaturateKeepsTheNearest) {
  AccumulatorBench bench(machine_of(4, 8, Overflow::saturate));
  bench.send(0, 0, false, false, {1000, -1000, 127, 0});
  bench.step();
  EXPECT_THAT(bench.dut.peek(0, 0), ElementsAre(127, -128, 127, 0));
  bench.send(0, 0, true, false, {-1, 1, 1, 0});
  bench.step();
  EXPECT_THAT(bench.dut.peek(0, 0), ElementsAre(126, -127, 127, 0));
  EXPECT_EQ(bench.dut.overflows(), 3U);
}

TEST(Accumulator, ErrorNamesRowColumnSumAndWidth) {
  AccumulatorBench bench(machine_of(3, 16, Overflow::error));
  bench.send(1, 5, false, false, {1, 32767, 3});
  bench.step();
  EXPECT_FALSE(bench.machine.faulted());
  bench.send(1, 5, true, false, {1, 1, 1});
  bench.step();
  EXPECT_EQ(bench.machine.fault().message, "sum 32768 of bank 1, row 5, column 1 does not fit into 16 bits");
  EXPECT_EQ(bench.machine.fault().path, "dut");
}

TEST(Accumulator, BothEndsOfEachWidthFitAndOneMoreDoesNot) {
  for (const int width : {16, 24, 32, 33, 40, 48, 62}) {
    AccumulatorBench bench(machine_of(2, width, Overflow::saturate));
    const std::int64_t largest = (std::int64_t{1} << (width - 1)) - 1;
    bench.dut.poke(0, 0, {largest - 1, -largest});
    bench.send(0, 0, true, false, {1, -1});
    bench.step();
    EXPECT_THAT(bench.dut.peek(0, 0), ElementsAre(largest, -largest - 1));
    EXPECT_EQ(bench.dut.overflows(), 0U) << width;
    bench.send(0, 0, true, false, {1, -1});
    bench.step();
    EXPECT_THAT(bench.dut.peek(0, 0), ElementsAre(largest, -largest - 1));
    EXPECT_EQ(bench.dut.overflows(), 2U) << width;
  }
}

TEST(Accumulator, FaultsOutsideAndOnABankReadAndWrittenAtOnce) {
  const auto fault = [](auto drive) {
    AccumulatorBench bench(machine_of(1, 32, Overflow::wrap, 2, 8));
    drive(bench);
    bench.step();
    return bench.machine.fault().message;
  };
  EXPECT_THAT(fault([](auto& bench) { bench.send(2, 0, false, false, {1}); }), HasSubstr("row 0 of bank 2"));
  EXPECT_THAT(fault([](auto& bench) { bench.send(0, 8, false, false, {1}); }), HasSubstr("row 8 of bank 0"));
  EXPECT_THAT(fault([](auto& bench) { bench.read(0, 9); }), HasSubstr("read of row 9 of bank 0"));
  const auto both = [](std::uint32_t read_bank) {
    return [read_bank](auto& bench) {
      bench.send(1, 0, false, false, {1});
      bench.read(read_bank, 3);
    };
  };
  EXPECT_THAT(fault(both(1)), HasSubstr("bank 1 is read and written"));
  EXPECT_THAT(fault(both(0)), "");
}

TEST(Accumulator, BackDoorsRefuseWhatIsOutside) {
  AccumulatorBench bench(machine_of(2, 32, Overflow::wrap, 2, 8));
  EXPECT_THROW(bench.dut.peek(2, 0), std::out_of_range);
  EXPECT_THROW(bench.dut.peek(0, 8), std::out_of_range);
  EXPECT_THROW(bench.dut.poke(0, 0, {1}), std::out_of_range);
}

TEST(Accumulator, SleepsWithoutWork) {
  AccumulatorBench bench(machine_of(2, 32, Overflow::wrap));
  for (int i = 0; i < 20; ++i) bench.step();
  EXPECT_EQ(bench.dut.tick_calls(), 1U);
  bench.send(0, 0, false, true, {1, 1});
  for (int i = 0; i < 20; ++i) bench.step();
  EXPECT_EQ(bench.dut.tick_calls(), 3U);  // the row, and one that lowers exec_done_o
}

// One sum as the rule says, in 128-bit arithmetic and by the definition: the value modulo 2^w nearest to zero.
std::int64_t by_definition(Wide sum, int width, Overflow rule, std::uint64_t& overflows) {
  const Wide half = static_cast<Wide>(1) << (width - 1);
  if (sum >= -half && sum < half) return static_cast<std::int64_t>(sum);
  ++overflows;
  if (rule == Overflow::saturate) return static_cast<std::int64_t>(sum < 0 ? -half : half - 1);
  while (sum >= half) sum -= 2 * half;
  while (sum < -half) sum += 2 * half;
  return static_cast<std::int64_t>(sum);
}

RC_GTEST_PROP(Accumulator, RandomRowsAndReads, ()) {
  std::mt19937_64 random(*rc::gen::arbitrary<std::uint64_t>());
  const int cols = *rc::gen::element(1, 3, 8, 16, 20), width = *rc::gen::element(16, 20, 24, 31, 32, 33, 40, 48, 64);
  const Overflow rule = *rc::gen::element(Overflow::wrap, Overflow::saturate);
  const int banks = *rc::gen::inRange(1, 4), rows = *rc::gen::inRange(1, 6);
  AccumulatorBench bench(machine_of(cols, width, rule, banks, rows));
  std::vector<std::vector<Sums>> expected(
      static_cast<std::size_t>(banks),
      std::vector<Sums>(static_cast<std::size_t>(rows), Sums(static_cast<std::size_t>(cols))));
  std::uint64_t overflows = 0;
  for (int edge = 0; edge < 80; ++edge) {
    const auto write_bank = static_cast<std::uint32_t>(random() % static_cast<unsigned>(banks));
    const auto read_bank = static_cast<std::uint32_t>(random() % static_cast<unsigned>(banks));
    const auto read_row = static_cast<std::uint32_t>(random() % static_cast<unsigned>(rows));
    const bool writes = random() % 4 != 0, reads = random() % 2 != 0 && (!writes || read_bank != write_bank);
    if (reads) bench.read(read_bank, read_row);
    if (writes) {
      const auto row = static_cast<std::uint32_t>(random() % static_cast<unsigned>(rows));
      const bool add = random() % 5 != 0;
      std::vector<std::int32_t> sums(static_cast<std::size_t>(cols));
      for (std::size_t c = 0; c < sums.size(); ++c) {
        sums[c] = static_cast<std::int32_t>(random() % (1U << 27)) - (1 << 26);
        std::int64_t& stored = expected[write_bank][row][c];
        stored = by_definition(static_cast<Wide>(add ? stored : 0) + sums[c], width, rule, overflows);
      }
      bench.send(write_bank, row, add, false, sums);
    }
    bench.step();
    if (reads) RC_ASSERT(bench.read_data() == expected[read_bank][read_row]);
  }
  for (std::uint32_t bank = 0; bank < expected.size(); ++bank)
    for (std::uint32_t row = 0; row < expected[bank].size(); ++row)
      RC_ASSERT(bench.dut.peek(bank, row) == expected[bank][row]);
  RC_ASSERT(bench.dut.overflows() == overflows);
  RC_ASSERT(!bench.machine.faulted());
}

}  // namespace
}  // namespace intloom::hw
