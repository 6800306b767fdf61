// ONNX's backend node cases of the operators that the hardware runs, through import, compilation and the whole
// machine: exactly their outputs. The case's first input is the model's, its first dimension the batch; the others are
// constants.
#include "tests/golden/node_cases.h"

#include <gtest/gtest.h>

#include "runtime/compile/compile.h"
#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/quant/lower.h"
#include "tests/golden/tensors.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

namespace fs = std::filesystem;

const char* const kOneScale = "an activation with more scales than one";
const golden::CaseSelection kQuantizedCases{
    {"qlinear", "quantizelinear", "dequantizelinear"},
    {},
    {{"quantizelinear_", "only one a tensor", kOneScale},
     {"dequantizelinear_", "only one a tensor", kOneScale},
     {"qlinearmatmul_3D", "is declared", "its second operand has a batch of its own, inferences have none"}}};

void run_case(const fs::path& folder) {
  const std::vector<fs::path> files = golden::tensor_files(folder, "input");
  std::map<std::string, graph::TensorData> constants;
  for (std::size_t i = 1; i < files.size(); ++i) constants.merge(graph::read_tensor_file(files[i].string()));
  sim::Workload workload;
  workload.graph = graph::import_onnx((folder / "model.onnx").string(), {}, constants);
  workload.network = quant::lower(workload.graph);
  const isa::MachineDescription machine = machine_for("edge_16x16", workload);
  const compile::Program program = compile::compile(workload.network, machine);
  const sim::InputData input = single_input(workload, golden::read_single(files.at(0)), files[0].string());
  const sim::RunResult result = sim::run(workload, program, machine, input, {});
  ASSERT_EQ(result.outputs.size(), 1U);
  const graph::TensorData expected = golden::read_single(golden::tensor_files(folder, "output").at(0));
  EXPECT_EQ(result.outputs[0].data.type, expected.type);
  EXPECT_EQ(graph::to_string(result.outputs[0].data.shape), graph::to_string(expected.shape));
  EXPECT_EQ(differences(result.outputs[0].data, expected), 0);
  EXPECT_EQ(result.integer_check->total.differences, 0);
}

TEST(NodeCases, QuantizedOperatorsGiveExactlyTheirOutputs) {
  if (!fs::exists(golden::onnx_node_cases()))
    GTEST_SKIP() << "libonnx-testdata is not installed: no " << golden::onnx_node_cases();
  const int ran = golden::run_cases(kQuantizedCases, run_case);
  RecordProperty("cases_run", ran);
  EXPECT_GE(ran, 4);
}

}  // namespace
}  // namespace intloom::system_test
