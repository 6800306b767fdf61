// What a person sees: never wider than 100 columns, machines told apart, front and failures named.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sim/report/text_width.h"
#include "tests/unit/compare/comparisons.h"

namespace intloom::sim {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Comparison scan() {
  std::vector<ComparedMachine> machines;
  std::vector<ComparedRun> runs;
  for (const int side : {8, 16, 32})
    for (const int bandwidth : {4, 16})
      for (const int bank : {4096, 16384}) {
        machines.push_back(variant({{"array.rows", std::to_string(side)},
                                    {"array.cols", std::to_string(side)},
                                    {"memory.bytes_per_cycle", std::to_string(bandwidth)},
                                    {"scratchpad.bank_bytes", std::to_string(bank)}}));
        runs.push_back(
            run_of(side, side, 640000000 / (side * side) + 4000000 / bandwidth + 1000000000 / bank, 1234567));
      }
  machines.push_back(variant({{"array.rows", "64"}, {"array.cols", "64"}}));
  runs.push_back(
      failed_run("layer 'stem': a bank of the scratchpad holds no row of the array; " + std::string(150, 'x')));
  return compare({"networks/mobile.onnx"}, machines, runs);
}

TEST(Text, AScanHasATableOfTotalsSortedByCycles) {
  const std::string said = text(scan(), {});
  EXPECT_LE(widest_line(said), 100U) << said;
  EXPECT_THAT(said, HasSubstr("13 machines, by cycles; speed-up over 8x8"));
  EXPECT_THAT(said, HasSubstr("--verbose, --format json or csv"));
  EXPECT_THAT(said, Not(HasSubstr("Layer by layer")));
  EXPECT_LT(said.find("\n*"), said.find("cycles") + 200) << "the fastest machine, on the front, comes first:\n" << said;
  EXPECT_THAT(said, AllOf(HasSubstr("Cannot run it: 1 of 13 machines"),
                          HasSubstr("edge_16x16:array.rows=64,array.cols=64: layer 'stem'")));
}

// Of each array size the most bandwidth and the largest banks are the fastest, by the formula above.
TEST(Text, TheFrontIsOneSentence) {
  std::string said = text(scan(), {});
  const std::size_t at = said.find("* no other machine beats these 3 in both cycles and array size: ");
  ASSERT_NE(at, std::string::npos) << said;
  said = said.substr(at, said.find("\n\n", at) - at);
  for (const char* array : {"8x8 ", "16x16 ", "32x32 "}) EXPECT_THAT(said, HasSubstr(array));
  EXPECT_THAT(said, HasSubstr("16384"));
  EXPECT_THAT(said, Not(HasSubstr("4096")));
}

TEST(Text, MachinesThatTieAreOneAndHowManyMore) {
  std::vector<ComparedMachine> machines;
  std::vector<ComparedRun> runs;
  for (int depth = 1; depth <= 14; ++depth) {
    machines.push_back(variant({{"sequencer.exec_queue_depth", std::to_string(depth)}}));
    runs.push_back(run_of(16, 16, depth < 3 ? 4000 - depth : 2552));
  }
  const std::string said = text(compare({"m.onnx"}, machines, runs), {});
  EXPECT_THAT(said, HasSubstr("beats these 12 in both cycles and array size:"));
  EXPECT_THAT(said, HasSubstr("exec_queue_depth=3 (and 11 more"));
}

TEST(Text, ThreeMachinesLayerByLayerFit) {
  std::vector<std::pair<std::string, std::int64_t>> layers;
  for (int i = 0; i < 60; ++i)
    layers.emplace_back(fmt::format("/features/features.{}/features.{}.0/conv/Conv_quantized", i, i), 12345678 + i);
  std::vector<ComparedRun> runs;
  for (const int side : {8, 16, 32}) runs.push_back(with_layers(run_of(side, side, 700000000 / side), layers));
  const std::vector<ComparedMachine> machines{
      preset("edge_8x8"),
      variant({{"memory.bytes_per_cycle", "4"}, {"requant.multiplier_bits", "8"}, {"scratchpad.bank_bytes", "32KiB"}}),
      preset("edge_32x32")};
  for (const bool all : {false, true}) {
    const std::string said = text(compare({"m.onnx"}, machines, runs), {std::nullopt, all});
    EXPECT_LE(widest_line(said), 100U) << said;
    EXPECT_THAT(said, AllOf(HasSubstr("Layer by layer"), HasSubstr("machine 2"), HasSubstr("Why not N times")));
    EXPECT_THAT(said, HasSubstr("..nv_quantized")) << "the ends of the layers' names tell them apart";
  }
}

TEST(Text, AllLayersOfManyMachinesInTablesSideBySide) {
  std::vector<ComparedMachine> machines;
  std::vector<ComparedRun> runs;
  for (int i = 1; i <= 5; ++i) {
    machines.push_back(preset(fmt::format("m{}", i)));
    runs.push_back(with_layers(run_of(i, i, 1000), {{"one", 400 + i}, {"two", 600 - i}}));
  }
  const std::string said = text(compare({"m.onnx"}, machines, runs), {SortBy::given, true});
  for (int i = 1; i <= 5; ++i) EXPECT_THAT(said, HasSubstr(std::to_string(400 + i)));
  EXPECT_LE(widest_line(said), 100U);
}

TEST(Text, WhereOnlyArraysDifferThereAreNoLabels) {
  std::vector<ComparedMachine> machines;
  std::vector<ComparedRun> runs;
  for (const int side : {4, 8, 16, 32}) {
    machines.push_back(variant({{"array.rows", std::to_string(side)},
                                {"array.cols", std::to_string(side)},
                                {"description", "a long text that all of the machines have in common"}}));
    runs.push_back(run_of(side, side, 10000 / side));
  }
  const std::string said = text(compare({"m.onnx"}, machines, runs), {});
  EXPECT_THAT(said, AllOf(HasSubstr("array size: 32x32, 16x16, 8x8, 4x4"), HasSubstr("they differ in")));
  EXPECT_LE(widest_line(said), 100U);
}

TEST(Width, WrappedBreaksAtBlanksAndLongWordsAnywhere) {
  const std::string said = wrapped("  begin " + std::string(230, 'w') + " end", 4);
  EXPECT_EQ(widest_line(said), 100U);
  EXPECT_EQ(said.substr(0, 8), "  begin\n");
  EXPECT_EQ(wrapped("a b", 2), "a b\n");
}

TEST(Width, ElidedLosesItsMiddle) {
  EXPECT_EQ(elided("abcdefghij", 10), "abcdefghij");
  EXPECT_EQ(elided("abcdefghijk", 8), "ab..hijk");
  const std::string umlauts = "\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f";  // four characters of two bytes
  EXPECT_EQ(elided(umlauts + "-abc", 7), "\xc3\xa4..-abc");
}

}  // namespace
}  // namespace intloom::sim
