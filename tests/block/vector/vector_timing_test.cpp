// Rules V1..V6 of rtl_models/vector/README.md: edges worked out by hand.
#include "rtl_models/timing/vector_timing.h"

#include <gtest/gtest.h>

#include "rtl_models/isa/parameter_record.h"
#include "tests/block/vector/vector_bench.h"

namespace intloom::test {
namespace {

constexpr std::uint32_t kOut = 2048;

// Array of 4 rows; a at 0, b at 1024, out at kOut; multiplier 1.
VectorScene scene_of(isa::VectorOp op, std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  VectorScene scene;
  scene.machine.array.rows = 4;
  scene.machine.vector.lanes = 4;
  scene.machine.vector.latency_cycles = 3;
  scene.machine.vector.scaling.rounding = isa::Rounding::half_even;
  scene.machine.scratchpad.read_latency_cycles = 2;
  scene.machine.parameter_buffer.read_latency_cycles = 1;
  isa::Vector command;
  command.op = op;
  command.channels = channels;
  command.a = {0, 4, 4 * width, 4 * width * height, height, width, true};
  command.b = command.out = command.a;
  command.b.address = 1024;
  command.out.address = kOut;
  command.parameter_records = op == isa::VectorOp::add ? 2 : 1;
  scene.program.push_back({0, 0, isa::Unit::vector, 0, 0, command});
  scene.parameters.resize(12 * 64);
  for (int i = 0; i < 64; ++i) isa::write_parameter_record({0, 1, 0}, scene.parameters.data() + 12 * i);
  for (int i = 0; i < 4096; ++i) scene.activations.push_back(static_cast<std::uint8_t>(i % 50));
  return scene;
}

isa::Vector& command_of(VectorScene& scene) { return std::get<isa::Vector>(scene.program[0].body); }

template <class Events>
std::vector<std::int64_t> edges(const VectorLog& log, const Events& events) {
  std::vector<std::int64_t> list;
  for (const auto& event : events) list.push_back(event.edge - log.starts[0]);
  return list;
}

using Edges = std::vector<std::int64_t>;

// The worked example of the page: an add of 6 channels (chunks of 4 and 2) of 2 pixels.
TEST(VectorTiming, TheWorkedExample) {
  const VectorLog log = run_vector(scene_of(isa::VectorOp::add, 6, 1, 2));
  EXPECT_EQ(edges(log, log.parameter_reads), (Edges{0, 1}));
  EXPECT_EQ(edges(log, log.a_reads), (Edges{3, 4, 5, 6}));
  EXPECT_EQ(edges(log, log.b_reads), (Edges{3, 4, 5, 6}));
  EXPECT_EQ(edges(log, log.writes), (Edges{9, 10, 11, 12}));
  ASSERT_EQ(log.ends.size(), 1U);
  EXPECT_EQ(log.ends[0] - log.starts[0], 13);
}

// V1: with 2 lanes a word of 4 channels takes two cycles and is read once.
TEST(VectorTiming, FewerLanesTakeMoreCyclesNotMoreReads) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 4, 1, 2);
  scene.machine.vector.lanes = 2;
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.a_reads), (Edges{2, 4}));
  EXPECT_EQ(edges(log, log.writes), (Edges{8, 9, 10, 11}));
}

// V1: shifted by one lane, a word of 4 channels ends in two output words: chunks of 3 and 1.
TEST(VectorTiming, ShiftedLanesAreCutAtTheOutputWord) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 4, 1, 1);
  command_of(scene).out_lane = 1;
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.a_reads), (Edges{2}));
  EXPECT_EQ(edges(log, log.writes), (Edges{8, 9}));
  EXPECT_EQ(log.writes[0].address, kOut + 1);
  EXPECT_EQ(log.writes[0].bytes, (std::vector<std::uint8_t>{0, 1, 2}));
  EXPECT_EQ(log.writes[1].address, kOut + 4);
  EXPECT_EQ(log.writes[1].bytes, (std::vector<std::uint8_t>{3}));
}

// V3: a tap in the padding takes its cycle and reads nothing.
TEST(VectorTiming, PaddingTakesItsCycle) {
  VectorScene scene = scene_of(isa::VectorOp::max_pool, 4, 1, 2);
  isa::Vector& command = command_of(scene);
  command.window = {1, 3, 1, 1, 1, 1, 0, 1};
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.a_reads), (Edges{3, 4, 5, 6}));  // taps at 2 and 7 are outside
  EXPECT_EQ(edges(log, log.writes), (Edges{10, 13}));
}

TEST(VectorTiming, EachLatencyMovesTheResultByOneEdge) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 4, 1, 1);
  for (const int unit : {0, 1, 5}) {
    for (const int read : {1, 2, 4}) {
      for (const int parameter : {1, 3}) {
        scene.machine.vector.latency_cycles = unit;
        scene.machine.scratchpad.read_latency_cycles = read;
        scene.machine.parameter_buffer.read_latency_cycles = parameter;
        const VectorLog log = run_vector(scene);
        EXPECT_EQ(edges(log, log.a_reads), (Edges{1 + parameter}));
        EXPECT_EQ(edges(log, log.writes), (Edges{1 + parameter + 1 + read + unit}));  // not at N-1, but at N
        ASSERT_EQ(log.ends.size(), 1U);
        EXPECT_EQ(log.ends[0] - log.starts[0], 1 + parameter + 1 + read + unit + 1);
      }
    }
  }
}

TEST(VectorTiming, AnIdleBlockSleeps) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 4, 1, 1);
  scene.gaps = {5000};
  const VectorLog log = run_vector(scene);
  ASSERT_EQ(log.ends.size(), 1U);
  EXPECT_LT(log.tick_calls, 50U);
}

TEST(VectorTiming, ResetEndsACommandAndTheNextOneIsWhole) {
  const VectorLog whole = run_vector(scene_of(isa::VectorOp::add, 6, 2, 3));
  VectorScene scene = scene_of(isa::VectorOp::add, 6, 2, 3);
  scene.program.push_back(scene.program[0]);
  scene.gaps = {0, 2};  // behind the reset
  for (int edge = 1; edge < 22; ++edge) {
    scene.reset_at = edge;
    const VectorLog log = run_vector(scene);
    ASSERT_EQ(log.ends.size(), 2U) << edge;
    EXPECT_EQ(log.activations, whole.activations) << edge;
    EXPECT_EQ(log.ends[1] - log.starts[1], whole.ends[0] - whole.starts[0]) << edge;
    for (const VectorWrite& write : log.writes)
      EXPECT_TRUE(write.edge < log.starts[0] + edge || write.edge > log.starts[1]) << edge;
  }
}

TEST(VectorTiming, ImpossibleCommandsAreFaults) {
  VectorScene scene = scene_of(isa::VectorOp::add, 4, 1, 1);
  command_of(scene).parameter_records = 1;
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0: add takes 2 parameter records, it has 1");
  scene.machine.vector.scaling.multiplier = isa::Multiplier::float32;
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0: add takes 3 parameter records, it has 1");
  scene.program[0].body = isa::Transfer{};
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0 is not a VECTOR");
}

}  // namespace
}  // namespace intloom::test
