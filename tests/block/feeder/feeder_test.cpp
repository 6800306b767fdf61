#include "rtl_models/feeder/feeder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/block/feeder/feeder_bench.h"

namespace intloom::hw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

isa::MachineDescription machine_of(int rows, int cols, int activation_latency = 1, int weight_latency = 1) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  machine.scratchpad.read_latency_cycles = activation_latency;
  machine.weight_buffer.read_latency_cycles = weight_latency;
  return machine;
}

// A row of `pixels` pixels of `channels` channels, a 1x1 kernel; word = rows bytes, blocks behind one another.
isa::Exec pointwise(std::uint32_t rows, std::uint32_t pixels, std::uint32_t channels, std::uint32_t outputs) {
  isa::Exec exec;
  exec.x = {0, rows, rows * pixels, rows * pixels, 1, pixels, false};
  exec.weights_signed = false;
  exec.out_width = pixels;
  exec.channels = channels;
  exec.output_channels = outputs;
  return exec;
}

// What the ports show behind each edge after the start edge, until the feeder is quiet.
std::vector<std::string> trace(FeederBench& bench, int edges) {
  std::vector<std::string> shown;
  for (int i = 0; i < edges; ++i) {
    bench.step();
    shown.push_back(bench.shown());
  }
  return shown;
}

std::vector<int> lanes_of(const sc_core::sc_signal<Lanes<std::int16_t>>& signal) {
  const Lanes<std::int16_t>& lanes = signal.read();
  return {lanes.lane, lanes.lane + lanes.size};
}

// README.md, "Example": every edge by hand. F1 s+1, F2 data two edges behind the request, F3, F4, F7.
TEST(Feeder, TwoBlocksEdgeByEdge) {
  FeederBench bench(machine_of(2, 2));
  bench.load(pointwise(2, 3, 3, 2));
  bench.start();
  EXPECT_EQ(bench.shown(), "");
  EXPECT_THAT(trace(bench, 11), ElementsAre("w@0", "w@2", "w@4 x@0 W0", "x@2 W1!", "x@4 W0! X0~", "x@6 X1", "x@8 X2",
                                            "x@10 X0+~", "X1+", "X2+. done", ""));
  const auto& log = bench.dut.phase_log();
  ASSERT_EQ(log.size(), 4U);  // start edge 1
  EXPECT_EQ(log[0].phase, Phase::fill_drain);
  EXPECT_EQ(log[0].cycle, 2);
  EXPECT_EQ(log[1].phase, Phase::weights);
  EXPECT_EQ(log[1].cycle, 4);
  EXPECT_EQ(log[2].phase, Phase::compute);
  EXPECT_EQ(log[2].cycle, 6);
  EXPECT_EQ(log[3].phase, Phase::idle);
  EXPECT_EQ(log[3].cycle, 12);
  bench.dut.clear_phase_log();
  EXPECT_TRUE(bench.dut.phase_log().empty());
}

// F3: the first row of a block is requested at the edge after its last weight word, not at it. F5: one pixel a block,
// so each block of two words waits one cycle for weights.
TEST(Feeder, BlocksOfOneRowWaitForTheirWeights) {
  FeederBench bench(machine_of(2, 1));
  bench.load(pointwise(2, 1, 6, 1));
  bench.start();
  EXPECT_THAT(trace(bench, 10), ElementsAre("w@0", "w@1", "w@2 x@0 W0", "w@3 W1!", "w@4 x@2 W0 X0~", "w@5 W1!",
                                            "x@4 W0 X0+~", "W1!", "X0+~. done", ""));
  EXPECT_EQ(bench.dut.phase_cycles(Phase::fill_drain), 2U);
  EXPECT_EQ(bench.dut.phase_cycles(Phase::weights), 4U);
  EXPECT_EQ(bench.dut.phase_cycles(Phase::compute), 3U);
}

// F4: the weights of the next block are requested with the first row of the running one, not before, and no block
// further ahead: five rows a block, one word a block.
TEST(Feeder, WeightsComeAtMostOneBlockAhead) {
  FeederBench bench(machine_of(1, 1));
  bench.load(pointwise(1, 5, 3, 1));
  bench.start();
  const std::vector<std::string> shown = trace(bench, 16);
  EXPECT_THAT(shown[0], "w@0");
  EXPECT_THAT(shown[1], HasSubstr("w@1 x@0"));
  for (const int quiet : {2, 3, 4, 5})
    EXPECT_THAT(shown[static_cast<std::size_t>(quiet)], testing::Not(HasSubstr("w@")));
  EXPECT_THAT(shown[6], HasSubstr("w@2 x@5"));
}

// F2: the faster buffer is asked later, so that both answers come 1 + the slower latency after the decision.
TEST(Feeder, FasterBufferIsAskedLater) {
  {
    FeederBench bench(machine_of(1, 1, 1, 3));
    bench.load(pointwise(1, 1, 1, 1));
    bench.start();
    EXPECT_THAT(trace(bench, 7), ElementsAre("w@0", "", "", "x@0", "W0!", "X0~. done", ""));
  }
  FeederBench bench(machine_of(1, 1, 3, 1));
  bench.load(pointwise(1, 1, 1, 1));
  bench.start();
  EXPECT_THAT(trace(bench, 7), ElementsAre("", "x@0", "w@0", "", "W0!", "X0~. done", ""));
}

// A kernel of three taps at stride 2 over three pixels, pad 1: taps -1, 0, 1 and 1, 2, 3 for the two outputs.
TEST(Feeder, PaddingIsInjectedAndNotRead) {
  isa::Exec exec = pointwise(2, 3, 1, 1);
  exec.window.kernel_w = 3;
  exec.window.stride_w = 2;
  exec.window.pad_left = 1;
  exec.out_width = 2;
  exec.x.address = 20;
  exec.zx = 5;
  exec.acc_row = 7;
  exec.accumulate = true;
  exec.pad_value = 99;
  FeederBench bench(machine_of(2, 1));
  bench.load(exec);
  bench.start();
  std::vector<std::string> shown;
  std::vector<std::vector<int>> rows;
  for (int i = 0; i < 10; ++i) {
    bench.step();
    shown.push_back(bench.shown());
    if (bench.act_valid.read()) rows.push_back(lanes_of(bench.act_data));
  }
  // Lane 1 holds no channel. The bytes of the test memory are their addresses: 22 - 5, 20 - 5, ...
  EXPECT_THAT(rows, ElementsAre(ElementsAre(0, 0), ElementsAre(17, 0), ElementsAre(15, 0), ElementsAre(19, 0),
                                ElementsAre(17, 0), ElementsAre(0, 0)));
  EXPECT_THAT(shown, ElementsAre("w@0", "w@1", "x@22 W0!", "w@2 x@20 W0! X7+~", "x@24 X8+", "x@22 W0! X7+~", "X8+",
                                 "X7+~", "X8+. done", ""));
  EXPECT_EQ(bench.dut.useful_macs(), 4U);
  EXPECT_EQ(bench.dut.padding_macs(), 2U);
}

// zero_point: folded: bytes as they are, padding injects pad_value into the lanes that hold a channel.
TEST(Feeder, FoldedZeroPointsAreNotSubtracted) {
  isa::Exec exec = pointwise(3, 2, 2, 1);
  exec.window.pad_left = 1;
  exec.x.address = 30;
  exec.weight_address = 40;
  exec.zx = 5;
  exec.zw = 6;
  exec.pad_value = 5;
  isa::MachineDescription machine = machine_of(3, 2);
  machine.array.zero_point = isa::ZeroPoint::folded;
  FeederBench bench(machine);
  bench.load(exec);
  bench.start();
  std::vector<std::vector<int>> rows, weights;
  for (int i = 0; i < 8; ++i) {
    bench.step();
    if (bench.act_valid.read()) rows.push_back(lanes_of(bench.act_data));
    if (bench.weight_valid.read()) weights.push_back(lanes_of(bench.weight_data));
  }
  EXPECT_THAT(rows, ElementsAre(ElementsAre(5, 5, 0), ElementsAre(30, 31, 0)));
  EXPECT_THAT(weights, ElementsAre(ElementsAre(40, 0), ElementsAre(42, 0)));  // lane 1 holds no output channel
}

// Signed bytes: 200 is -56; operands take 9 bits.
TEST(Feeder, SignedBytesAndZeroPoints) {
  isa::Exec exec = pointwise(1, 1, 1, 1);
  exec.x.is_signed = true;
  exec.x.address = 200;
  exec.zx = 127;
  exec.weights_signed = true;
  exec.weight_address = 127;
  exec.zw = -128;
  FeederBench bench(machine_of(1, 1));
  bench.load(exec);
  bench.start();
  trace(bench, 4);
  EXPECT_THAT(lanes_of(bench.act_data), ElementsAre(-183));
  EXPECT_THAT(lanes_of(bench.weight_data), ElementsAre(255));
}

// Rows 4, columns 3: groups of 2 channels, on rows 0, 2, 0; the third reads the second channel block.
TEST(Feeder, DepthwiseGroupsWalkTheDiagonals) {
  isa::Exec exec = pointwise(4, 1, 5, 5);
  exec.depthwise = true;
  FeederBench bench(machine_of(4, 3));
  bench.load(exec);
  bench.start();
  EXPECT_THAT(trace(bench, 7), ElementsAre("w@0", "w@3 x@0", "w@6 x@0 D0!", "x@4 D2! X0~", "D0! X1~", "X2~. done", ""));
  EXPECT_THAT(lanes_of(bench.weight_data), ElementsAre(6, 0, 0));  // the last group has one channel
  EXPECT_THAT(lanes_of(bench.act_data), ElementsAre(4, 0, 0, 0));
  EXPECT_EQ(bench.dut.useful_macs(), 5U);
}

// F8: a command may start two edges behind feed_done.
TEST(Feeder, NextCommandTwoEdgesBehindFeedDone) {
  FeederBench bench(machine_of(1, 1));
  bench.load(pointwise(1, 1, 1, 1));
  bench.start();
  EXPECT_EQ(trace(bench, 4).back(), "X0~. done");
  bench.step();
  bench.start();
  EXPECT_THAT(trace(bench, 5), ElementsAre("w@0", "x@0", "W0!", "X0~. done", ""));
  EXPECT_FALSE(bench.machine.faulted());
}

TEST(Feeder, SleepsBetweenCommands) {
  FeederBench bench(machine_of(1, 1));
  bench.load(pointwise(1, 1, 1, 1));
  trace(bench, 20);
  EXPECT_EQ(bench.dut.tick_calls(), 1U);
  bench.start();
  trace(bench, 20);
  EXPECT_EQ(bench.dut.tick_calls(), 7U);  // start, four edges, and one that lowers the outputs
}

TEST(Feeder, ResetEndsACommand) {
  FeederBench bench(machine_of(1, 1));
  bench.load(pointwise(1, 9, 1, 1));
  bench.start();
  trace(bench, 5);
  bench.reset_n.write(false);
  bench.step();
  bench.reset_n.write(true);
  for (const std::string& shown : trace(bench, 20)) EXPECT_EQ(shown, "");
  bench.start();
  EXPECT_EQ(trace(bench, 12).back(), "X8. done");
}

TEST(Feeder, FaultsNameTheCommand) {
  const auto fault = [](auto drive) {
    FeederBench bench(machine_of(1, 1));
    bench.load(pointwise(1, 9, 1, 1));
    drive(bench);
    return bench.machine.fault().message;
  };
  EXPECT_THAT(fault([](FeederBench& bench) { bench.start(1); }), HasSubstr("command 1 of a program of 1"));
  EXPECT_THAT(fault([](FeederBench& bench) {
                bench.program[0].body = isa::End{};
                bench.start();
              }),
              HasSubstr("command 0, which is no EXEC"));
  EXPECT_THAT(fault([](FeederBench& bench) {
                bench.start();
                bench.start();
              }),
              HasSubstr("command 0 started while another"));
}

}  // namespace
}  // namespace intloom::hw
