// Models that cannot be read or have no integer form on the machine.
#include <gmock/gmock.h>

#include "tests/negative/program.h"
#include "tests/negative/wrong_input.h"

namespace intloom::test {
namespace {

const std::vector<WrongInput> kWrong{
    {"Missing", {"run", "nofile.onnx", "--out", "result"}, {"nofile.onnx: No such file or directory"}},
    {"NotOnnx", {"run", "{TESTS}/shapes.txt"}, {"shapes.txt: not an ONNX model, or a truncated one"}},
    {"Empty", {"run", "empty.onnx"}, {"empty.onnx: the file is empty"}, "empty.onnx"},
    {"Folder", {"run", "."}, {"is a folder, not a file"}},
    {"Float", {"run", "{DIGITS}/digits-float.onnx"}, {"node 'stem' (Conv)", "as float", "Remedy: quantize"}},
    {"UnsupportedOperator",
     {"run", "{TESTS}/changed_in_18.onnx"},
     {"node 'ReduceMax_max' (ReduceMax): this operator cannot be lowered", "Nearest: ReduceMean", "docs/operators.md"}},
    {"MoreThanMemoryHolds",
     {"run", "huge.csv"},
     {"memory.capacity_bytes is 1073741824, at least 3200000000 would be needed"},
     "huge.csv",
     "Layer,M,N,K\ngemm,40000,40000,40000\n"},
    {"PerChannelOnPerTensorMachine",
     {"run", "{TESTS}/qdq_u8s8_per_channel_opset11.onnx", "-m", "edge_16x16:requant.per_channel=false"},
     {"layer conv1 (Conv): 4 weight scales", "requant.per_channel: true would do"}},
    {"UnknownDimension",
     {"run", "{MODEL}", "--dim", "Q=3"},
     {"--dim Q=3: the model has no symbolic dimension", "it has N"}},
    {"DimensionWithoutValue", {"run", "{MODEL}", "--dim", "N"}, {"--dim N: expected NAME=N"}},
    {"DimensionOfZero", {"run", "{MODEL}", "--dim", "N=0"}, {"--dim N=0", "at least 1"}},
};

class Model : public ::testing::TestWithParam<WrongInput> {};
TEST_P(Model, IsRefused) { expect_refused(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Negative, Model, ::testing::ValuesIn(kWrong), name_of);

TEST(Model, CutOffAnywhereIsRefused) {
  const std::string whole = read_file(source("models/digits/digits-int8.onnx"));
  for (const std::size_t bytes : {std::size_t{1}, whole.size() / 3, whole.size() - 1}) {
    const WorkFolder folder;
    folder.write("cut.onnx", whole.substr(0, bytes));
    const Ended ended = run_program({"run", "cut.onnx"}, folder.path());
    EXPECT_EQ(ended.exit_code, 2) << bytes << ": " << ended.err;
    EXPECT_THAT(ended.err, ::testing::HasSubstr("cut.onnx"));
  }
}

TEST(Model, ExplainAnswersNoBeforeItFails) {
  const WorkFolder folder;
  const Ended ended = run_program({"explain", source("models/digits/digits-float.onnx")}, folder.path());
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.out, ::testing::StartsWith("NO: node 'stem' (Conv)"));
  const Ended missing = run_program({"explain", "nofile.onnx"}, folder.path());
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_EQ(missing.out, "");
}

}  // namespace
}  // namespace intloom::test
