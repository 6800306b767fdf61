// ONNX's backend node cases of quantized operators through importer, lowering and the integer oracle: exactly their
// outputs. The case's first input is the model's, with its first dimension as the batch; the others are constants.
#include <gtest/gtest.h>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/quant/lower.h"
#include "runtime/reference/integer_reference.h"
#include "tests/golden/integer_network.h"
#include "tests/golden/node_cases.h"
#include "tests/golden/tensors.h"

namespace intloom::golden {
namespace {

namespace fs = std::filesystem;

const CaseSelection kIntegerCases{
    {"qlinear", "quantizelinear", "dequantizelinear"},
    {},
    {{"quantizelinear_", "only one a tensor", "an activation with more scales than one"},
     {"dequantizelinear_", "only one a tensor", "an activation with more scales than one"},
     {"qlinearmatmul_3D", "is declared", "its second operand has a batch of its own, inferences have none"}}};

// The outputs of all inferences, one behind the other.
std::vector<float> run_batch(const quant::Network& network, const graph::TensorData& batch) {
  std::vector<float> outputs;
  const std::int64_t elements = graph::element_count(network.inputs.at(0).shape);
  const quant::Boundary& output = network.outputs.at(0);
  for (std::int64_t i = 0; i < batch.size() / elements; ++i) {
    const auto values =
        reference::run_exact_reference(network, {boundary_input(network, network.inputs.at(0), batch, i)});
    const std::vector<float> result =
        boundary_output(network, output, values.at(static_cast<std::size_t>(output.tensor)));
    outputs.insert(outputs.end(), result.begin(), result.end());
  }
  return outputs;
}

void run_case(const fs::path& folder) {
  const std::vector<fs::path> files = tensor_files(folder, "input");
  std::map<std::string, graph::TensorData> constants;
  for (std::size_t i = 1; i < files.size(); ++i) constants.merge(graph::read_tensor_file(files[i].string()));
  const graph::TensorData batch = read_single(files.at(0));
  const quant::Network network = quant::lower(graph::import_onnx((folder / "model.onnx").string(), {}, constants));
  const graph::TensorData expected = read_single(tensor_files(folder, "output").at(0));
  const std::vector<float> ours = run_batch(network, batch);
  ASSERT_EQ(static_cast<std::int64_t>(ours.size()), expected.size());
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(static_cast<double>(ours[static_cast<std::size_t>(i)]), graph::element_as_double(expected, i))
        << "element " << i;
  }
}

TEST(OnnxIntegerCases, IntegerReference) {
  if (!fs::exists(onnx_node_cases())) GTEST_SKIP() << "libonnx-testdata is not installed: no " << onnx_node_cases();
  EXPECT_GE(run_cases(kIntegerCases, run_case), 4);
}

}  // namespace
}  // namespace intloom::golden
