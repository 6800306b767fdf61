// Comparisons that are refused, and files that a comparison leaves.
#include <gmock/gmock.h>

#include "tests/negative/program.h"
#include "tests/negative/wrong_input.h"

namespace intloom::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

WrongInput compare(const std::string& name, std::vector<std::string> options, std::vector<std::string> says) {
  options.insert(options.begin(), {"compare", "{MODEL}"});
  return {name, std::move(options), std::move(says)};
}
WrongInput compare_file(const std::string& name, const std::string& text, std::vector<std::string> says) {
  return {name, {"compare", "c.yaml"}, std::move(says), "c.yaml", text};
}

const std::vector<WrongInput> kWrong{
    compare("BraceLeftOpen", {"-m", "edge_8x8:array.rows={4,8"}, {"-m: edge_8x8:array.rows={4,8: a '{' without"}),
    compare("EmptyAlternative", {"-m", "edge_8x8:array.rows={4,}"}, {"an alternative of {4,} is empty"}),
    compare("AlternativeOutOfRange", {"-m", "edge_8x8:array.rows={4,999}"},
            {"edge_8x8:array.rows={4,999}: array.rows: 999 is out of range; expected 1..256"}),
    compare("UnknownMachineOfAScan", {"-m", "edge_9x9:array.rows={4,8}"},
            {"no machine named \"edge_9x9\"", "did you mean edge_8x8?"}),
    compare("UnknownSort", {"-m", "edge_8x8", "--sort", "cycle"},
            {"sort 'cycle' is not known", "did you mean cycles?"}),
    compare("DumpWithoutOut", {"-m", "edge_8x8", "--dump", "outputs"}, {"say where with --out DIR"}),
    compare("DumpWithoutValues", {"-m", "edge_8x8", "--dump", "tensors", "--values", "off", "--out", "o"},
            {"there are no tensors to --dump"}),
    compare("LimitWithoutFloat", {"-m", "edge_8x8", "--limit", "max_abs_lsb=1", "--check", "integer"},
            {"--limit needs the float reference"}),
    compare("MachineThatCannotRunIt",
            {"-m", "edge_8x8", "-m", "edge_16x16:scratchpad.bank_bytes=16", "--values", "off"},
            {"machine edge_16x16:scratchpad.bank_bytes=16: "}),
    compare("NoMachineOfAScanRunsIt", {"-m", "edge_16x16:scratchpad.bank_bytes={16,24}", "--values", "off"},
            {"none of the 2 machines can run it"}),
    {"AScanIsNotARun", {"run", "{MODEL}", "-m", "edge_8x8:array.rows={4,8}"}, {"intloom compare takes them"}},
    {"AComparisonIsNotARun",
     {"run", "c.yaml"},
     {"c.yaml:1:1: unknown key models; did you mean model?; for a comparison use intloom compare c.yaml"},
     "c.yaml",
     "models: {MODEL}\nmachines: [edge_8x8]\n"},
    compare_file("ARunIsNotAComparison", "model: {MODEL}\ntrace: w.vcd\n",
                 {"c.yaml:1:1: unknown key model; did you mean models?; for a single run use intloom run c.yaml"}),
    compare_file("MachineOutOfRangeInAFile", "models: {MODEL}\nmachines:\n  - edge_8x8:array.rows=999\n",
                 {"c.yaml:3:5: machines[0]: ", "array.rows: 999 is out of range"}),
    compare_file("UnknownSortInAFile", "models: {MODEL}\nsort: cycle\n", {"c.yaml:2:7: sort: expected one of given"}),
    compare_file("BraceLeftOpenInAFile", "models: {MODEL}\nmachines:\n  - edge_8x8:array.rows={4\n",
                 {"c.yaml:3:5: machines[0]: edge_8x8:array.rows={4: a '{' without"}),
};

class WrongComparison : public ::testing::TestWithParam<WrongInput> {};
TEST_P(WrongComparison, IsRefused) { expect_refused(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Negative, WrongComparison, ::testing::ValuesIn(kWrong), name_of);

const std::string kModel = source("models/digits/digits-int8.onnx");

TEST(CompareJson, ChangesAreThoseOfAllMachinesToo) {
  const WorkFolder folder;
  const Ended ended =
      run_program({"compare", kModel, "--values", "off", "-m", "edge_16x16:array.rows=8,memory.read_latency_cycles=50",
                   "--set", "memory.read_latency_cycles = 60", "--set", "vector.lanes=8", "--format", "json"},
                  folder.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out,
              HasSubstr(R"("changes":{"array.rows":"8","memory.read_latency_cycles":"60","vector.lanes":"8"})"));
}

TEST(CompareFiles, DumpsLieInAFolderOfEachMachine) {
  const WorkFolder folder;
  const Ended ended = run_program({"compare", kModel, "--input", source("models/digits/digits-one.npz"), "-m",
                                   "edge_8x8", "-m", "edge_16x16:array.rows=8", "--out", "result", "--dump", "tensors"},
                                  folder.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  for (const char* machine : {"edge_8x8", "edge_16x16_array.rows_8"})
    for (const char* file : {"/outputs/logits.npy", "/tensors/index.json"})
      EXPECT_THAT(folder.files(), Contains(std::string("result/") + machine + file));
  for (const char* file : {"result/compare.json", "result/compare.csv", "result/totals.csv"})
    EXPECT_THAT(folder.files(), Contains(file));
}

TEST(CompareFiles, AScanSaysWhatCannotRunAndIsDone) {
  const WorkFolder folder;
  const Ended ended = run_program(
      {"compare", kModel, "--values", "off", "-m", "edge_16x16:scratchpad.bank_bytes={16,4KiB,8KiB,16KiB}", "--quiet"},
      folder.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("Cannot run it: 1 of 4 machines"));
  EXPECT_THAT(ended.out, HasSubstr("in both cycles and array size"));
}

// Keys of the run with --set, without a file.
TEST(CompareFiles, SetTakesKeysOfTheComparison) {
  const WorkFolder folder;
  const Ended ended = run_program({"compare", kModel, "-m", "edge_8x8", "-m", "edge_16x16", "--set", "values=off",
                                   "--set", "sort=cycles", "--set", "memory.bytes_per_cycle=2"},
                                  folder.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_EQ(ended.out.find("integers"), std::string::npos);
}

}  // namespace
}  // namespace intloom::test
