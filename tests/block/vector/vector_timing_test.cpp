// Rules V1..V6 of rtl_models/vector/README.md: edges worked out by hand; a few values, also by hand.
#include "rtl_models/timing/vector_timing.h"

#include <gtest/gtest.h>

#include <cstring>

#include "rtl_models/isa/parameter_record.h"
#include "tests/block/vector/vector_bench.h"
#include "tests/block/vector/vector_expected.h"

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

// V1: from lane 3 on, 6 channels lie in three input words: 1 | 4 | 1. The four are cut at the output word: 3 | 1.
TEST(VectorTiming, APartOfTheChannelsIsCutAtInputAndOutputWords) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 6, 1, 1);
  command_of(scene).in_lane = 3;
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.a_reads), (Edges{2, 3, 5}));  // V4: each word once
  EXPECT_EQ(log.a_reads[2].address, 8U);
  EXPECT_EQ(edges(log, log.writes), (Edges{8, 9, 10, 11}));
  const std::uint32_t addresses[] = {kOut, kOut + 1, kOut + 4, kOut + 5};
  const std::vector<std::uint8_t> bytes[] = {{3}, {4, 5, 6}, {7}, {8}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(log.writes[i].address, addresses[i]);
    EXPECT_EQ(log.writes[i].bytes, bytes[i]);
  }
  EXPECT_EQ(log.ends[0] - log.starts[0], 12);
}

// V1: shifted alike on both sides, words are cut once: 2 | 4 | 1 channels.
TEST(VectorTiming, LanesThatStayAreNotCutTwice) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 7, 1, 1);
  command_of(scene).in_lane = command_of(scene).out_lane = 2;
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.a_reads), (Edges{2, 3, 4}));
  EXPECT_EQ(edges(log, log.writes), (Edges{8, 9, 10}));
  EXPECT_EQ(log.writes[1].bytes, (std::vector<std::uint8_t>{4, 5, 6, 7}));
}

// A lookup of 4 channels and 2 pixels, entry t = 255 - t; 22 records, so the first step is at 22 + 1.
VectorScene lookup_scene(int table_lanes) {
  VectorScene scene = scene_of(isa::VectorOp::lookup, 4, 1, 2);
  scene.machine.vector.table_lanes = table_lanes;
  command_of(scene).parameter_records = 22;
  for (std::size_t entry = 0; entry < 256; ++entry) scene.parameters[entry] = static_cast<std::uint8_t>(255 - entry);
  return scene;
}

// V1, V2: chunks of table_lanes, or of lanes where these are fewer.
TEST(VectorTiming, ALookupTakesAsManyLanesAsTheTableHas) {
  const VectorLog narrow = run_vector(lookup_scene(2));
  ASSERT_EQ(narrow.parameter_reads.size(), 22U);
  EXPECT_EQ(narrow.parameter_reads[21].edge - narrow.starts[0], 21);
  EXPECT_EQ(edges(narrow, narrow.a_reads), (Edges{23, 25}));
  EXPECT_EQ(edges(narrow, narrow.writes), (Edges{29, 30, 31, 32}));  // not at N-1, but at N
  EXPECT_EQ(narrow.ends[0] - narrow.starts[0], 33);
  EXPECT_EQ(narrow.writes[3].bytes, (std::vector<std::uint8_t>{255 - 6, 255 - 7}));
  EXPECT_EQ(narrow.counters.at("lookups"), 8U);
  for (const int wide : {4, 9}) {
    const VectorLog log = run_vector(lookup_scene(wide));
    EXPECT_EQ(edges(log, log.a_reads), (Edges{23, 24}));
    EXPECT_EQ(edges(log, log.writes), (Edges{29, 30}));
    EXPECT_EQ(log.ends[0] - log.starts[0], 31);
  }
}

// The table's byte as it is: signs, zero points, clamp and wrap are not looked at; nothing saturates.
TEST(VectorTiming, ALookupIsTheTableAlone) {
  VectorScene scene = lookup_scene(4);
  isa::Vector& command = command_of(scene);
  command.za = 7, command.zy = -9, command.lo = command.hi = 0;
  scene.activations[0] = 0x80;  // as int8 -128: entry 128
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(log.writes[0].bytes, (std::vector<std::uint8_t>{127, 254, 253, 252}));
  EXPECT_EQ(log.saturations[0], 0U);
}

// The table memory is narrower, not the unit: another operation keeps all lanes.
TEST(VectorTiming, TableLanesAreOfLookupsAlone) {
  VectorScene scene = scene_of(isa::VectorOp::rescale, 4, 1, 2);
  scene.machine.vector.table_lanes = 1;
  const VectorLog log = run_vector(scene);
  EXPECT_EQ(edges(log, log.writes), (Edges{8, 9}));
}

// One pixel of two channels, a = {1, 9} and b = {5, -20}.
VectorWrite pair_result(isa::VectorOp op, const std::vector<isa::ParameterRecord>& records,
                        isa::Multiplier multiplier) {
  VectorScene scene = scene_of(op, 2, 1, 1);
  scene.machine.vector.scaling.multiplier = multiplier;
  isa::Vector& command = command_of(scene);
  command.za = 1, command.zb = -2, command.zy = 10;
  command.parameter_records = static_cast<std::uint32_t>(records.size());
  scene.parameters = parameter_bytes(records, {});
  scene.activations[0] = 1, scene.activations[1] = 9;
  scene.activations[1024] = 5, scene.activations[1025] = static_cast<std::uint8_t>(-20);
  const VectorLog log = run_vector(scene);
  return log.writes.empty() ? VectorWrite{} : log.writes[0];
}

std::vector<std::uint8_t> bytes_of(std::initializer_list<int> values) {
  std::vector<std::uint8_t> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::uint8_t>(value));
  return bytes;
}

// a - za = {0, 8}, b - zb = {7, -18}. Subtract with 3/4 and 1/4, half to even: (0 - 7) / 4 = -1.75 to -2; (24 + 18) / 4
// = 10.5 to 10. Scaled by 3/4 and 1/2: a {0, 6}, b 3.5 to 4, -9. All + 10.
TEST(VectorValues, OfTwoFixedPointOperands) {
  const auto fixed = isa::Multiplier::fixed;
  EXPECT_EQ(pair_result(isa::VectorOp::subtract, {{0, 3, 2}, {0, 1, 2}}, fixed).bytes, bytes_of({8, 20}));
  EXPECT_EQ(pair_result(isa::VectorOp::maximum, {{0, 3, 2}, {0, 1, 1}}, fixed).bytes, bytes_of({14, 16}));
  EXPECT_EQ(pair_result(isa::VectorOp::minimum, {{0, 3, 2}, {0, 1, 1}}, fixed).bytes, bytes_of({10, 1}));
}

isa::ParameterRecord float_record(float value) {
  isa::ParameterRecord record;
  std::memcpy(&record.m0, &value, 4);
  return record;
}

// The same in float32; the constant of the subtract is 10 - (0.75 * 1 - 0.25 * -2) = 8.75: 0.75 - 1.25 + 8.75 = 8.25 to
// 8; 6.75 + 5 + 8.75 = 20.5 to 20.
TEST(VectorValues, OfTwoFloat32Operands) {
  const auto float32 = isa::Multiplier::float32;
  EXPECT_EQ(
      pair_result(isa::VectorOp::subtract, {float_record(0.75F), float_record(-0.25F), float_record(8.75F)}, float32)
          .bytes,
      bytes_of({8, 20}));
  EXPECT_EQ(pair_result(isa::VectorOp::maximum, {float_record(0.75F), float_record(0.5F)}, float32).bytes,
            bytes_of({14, 16}));
  EXPECT_EQ(pair_result(isa::VectorOp::minimum, {float_record(0.75F), float_record(0.5F)}, float32).bytes,
            bytes_of({10, 1}));
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
  command_of(scene).op = isa::VectorOp::minimum;
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0: minimum takes 2 parameter records, it has 1");
  command_of(scene).op = isa::VectorOp::lookup;
  command_of(scene).parameter_records = 21;
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0: lookup takes 22 parameter records, it has 21");
  scene.program[0].body = isa::Transfer{};
  EXPECT_EQ(run_vector(scene, 100).fault, "command 0 is not a VECTOR");
}

}  // namespace
}  // namespace intloom::test
