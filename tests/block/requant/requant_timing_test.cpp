// Rules R1..R6 of rtl_models/requant/README.md: edges worked out by hand.
#include "rtl_models/timing/requant_timing.h"

#include <gtest/gtest.h>

#include "rtl_models/isa/parameter_record.h"
#include "tests/block/requant/requant_bench.h"

namespace intloom::test {
namespace {

RequantScene scene_of(std::uint32_t channels, std::uint32_t height, std::uint32_t width) {
  RequantScene scene;
  scene.machine.array.rows = scene.machine.array.cols = 4;
  scene.machine.requant.lanes = 4;
  scene.machine.requant.latency_cycles = 3;
  scene.machine.requant.scaling.rounding = isa::Rounding::half_even;
  scene.machine.parameter_buffer.read_latency_cycles = 2;
  isa::Requant command;
  command.channels = channels;
  command.group_channels = 4;
  command.out.pixel_pitch = 4;
  command.out.row_pitch = 4 * width;
  command.out.block_pitch = 4 * width * height;
  command.out.height = height;
  command.out.width = width;
  scene.program.push_back({0, 0, isa::Unit::requant, 0, 0, command});
  scene.parameters.resize(12 * 64);
  for (int i = 0; i < 64; ++i) isa::write_parameter_record({0, 1, 0}, scene.parameters.data() + 12 * i);
  const std::vector<std::int64_t> row{1, 2, 3, 4, 5};
  scene.accumulators.assign(2, std::vector<std::vector<std::int64_t>>(64, row));
  return scene;
}

std::vector<std::int64_t> row_edges(const RequantLog& log) {
  std::vector<std::int64_t> edges;
  for (const RequantRowRequest& row : log.rows) edges.push_back(row.edge - log.starts[0]);
  return edges;
}

std::vector<std::int64_t> write_edges(const RequantLog& log) {
  std::vector<std::int64_t> edges;
  for (const RequantWrite& write : log.writes) edges.push_back(write.edge - log.starts[0]);
  return edges;
}

std::vector<std::int64_t> parameter_edges(const RequantLog& log) {
  std::vector<std::int64_t> edges;
  for (const std::int64_t edge : log.parameter_requests) edges.push_back(edge - log.starts[0]);
  return edges;
}

using Edges = std::vector<std::int64_t>;

// The worked example of the page: 6 channels (chunks of 4 and 2), 3 pixels, parameter latency 2, unit latency 3.
TEST(RequantTiming, TheWorkedExample) {
  const RequantLog log = run_requant(scene_of(6, 1, 3));
  EXPECT_EQ(parameter_edges(log), (Edges{0, 1, 2, 3, 6, 7}));
  EXPECT_EQ(row_edges(log), (Edges{6, 7, 8, 10, 11, 12}));
  EXPECT_EQ(write_edges(log), (Edges{11, 12, 13, 15, 16, 17}));
  ASSERT_EQ(log.ends.size(), 1U);
  EXPECT_EQ(log.ends[0] - log.starts[0], 18);
}

// R3: four pixels hide the fetch of two words with latency 2 exactly; three do not (above).
TEST(RequantTiming, AFetchIsHiddenByExactlyAsManyRows) {
  const RequantLog log = run_requant(scene_of(6, 2, 2));
  EXPECT_EQ(row_edges(log), (Edges{6, 7, 8, 9, 10, 11, 12, 13}));
  EXPECT_EQ(log.counters.at("parameter_wait_cycles"), 6U);
}

TEST(RequantTiming, PerTensorReadsThreeBiasesAWord) {
  RequantScene scene = scene_of(6, 1, 3);
  std::get<isa::Requant>(scene.program[0].body).per_channel = false;
  const RequantLog log = run_requant(scene);
  // Chunk 0: the record, biases 0-2 and 3-5; the biases of chunk 1 (channels 4, 5) are there already.
  EXPECT_EQ(parameter_edges(log), (Edges{0, 1, 2}));
  EXPECT_EQ(row_edges(log), (Edges{5, 6, 7, 8, 9, 10}));
}

// R1: 5 channels on 4 lanes are chunks of 2 and 3, not of 4 and 1.
TEST(RequantTiming, ChunksAreBalanced) {
  RequantScene scene = scene_of(5, 1, 1);
  scene.machine.array.rows = scene.machine.array.cols = 5;
  std::get<isa::Requant>(scene.program[0].body).group_channels = 5;
  const RequantLog log = run_requant(scene);
  ASSERT_EQ(log.writes.size(), 2U);
  EXPECT_EQ(log.writes[0].bytes, (std::vector<std::uint8_t>{1, 2}));
  EXPECT_EQ(log.writes[1].bytes, (std::vector<std::uint8_t>{3, 4, 5}));
  EXPECT_EQ(row_edges(log), (Edges{4, 9}));
}

TEST(RequantTiming, EachLatencyMovesTheResultByOneEdge) {
  RequantScene scene = scene_of(4, 1, 1);
  for (const int latency : {0, 1, 2, 9}) {
    scene.machine.requant.latency_cycles = latency;
    const RequantLog log = run_requant(scene);
    EXPECT_EQ(write_edges(log), (Edges{6 + 2 + latency}));  // not at N-1, but at N
    ASSERT_EQ(log.ends.size(), 1U);
    EXPECT_EQ(log.ends[0] - log.starts[0], 6 + 2 + latency + 1);
  }
}

TEST(RequantTiming, AnIdleBlockSleeps) {
  RequantScene scene = scene_of(4, 1, 1);
  scene.gaps = {5000};
  const RequantLog log = run_requant(scene);
  ASSERT_EQ(log.ends.size(), 1U);
  EXPECT_LT(log.tick_calls, 50U);
}

TEST(RequantTiming, ResetEndsACommandAndTheNextOneIsWhole) {
  const RequantLog whole = run_requant(scene_of(6, 4, 4));
  RequantScene scene = scene_of(6, 4, 4);
  scene.program.push_back(scene.program[0]);
  scene.gaps = {0, 2};  // behind the reset
  for (int edge = 1; edge < 40; ++edge) {
    scene.reset_at = edge;
    const RequantLog log = run_requant(scene);
    ASSERT_EQ(log.ends.size(), 2U) << edge;
    EXPECT_EQ(log.ends[0], -1);
    std::vector<RequantWrite> behind;
    for (const RequantWrite& write : log.writes) {
      EXPECT_TRUE(write.edge < log.starts[0] + edge || write.edge > log.starts[1]) << edge;
      if (write.edge > log.starts[1]) behind.push_back(write);
    }
    ASSERT_EQ(behind.size(), whole.writes.size()) << edge;
    for (std::size_t i = 0; i < behind.size(); ++i) {
      EXPECT_EQ(behind[i].address, whole.writes[i].address);
      EXPECT_EQ(behind[i].bytes, whole.writes[i].bytes);
      EXPECT_EQ(behind[i].edge - log.starts[1], whole.writes[i].edge - whole.starts[0]);
    }
  }
}

TEST(RequantTiming, AForeignCommandIsAFault) {
  RequantScene scene = scene_of(4, 1, 1);
  scene.program[0].body = isa::Transfer{};
  EXPECT_EQ(run_requant(scene, 100).fault, "command 0 is not a REQUANT");
}

}  // namespace
}  // namespace intloom::test
