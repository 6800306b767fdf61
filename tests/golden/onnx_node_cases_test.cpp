// ONNX's backend node cases through the importer and the float oracle: floats within 1e-4, integers exact.
//
// Every case whose name begins with a family below is run, or stands in the list of those that cannot be, with the
// reason; a case that fails for another reason fails the test. Both lists are printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/reference/float_reference.h"
#include "tests/golden/node_cases.h"
#include "tests/golden/tensors.h"

namespace intloom::golden {
namespace {

namespace fs = std::filesystem;

const CaseSelection kFloatCases{
    {"add",
     "averagepool",
     "basic_conv_",
     "batchnorm",
     "cast_",
     "clip",
     "concat",
     "conv_",
     "dequantizelinear",
     "div",
     "flatten",
     "gemm",
     "globalaveragepool",
     "identity",
     "matmul_",
     "maxpool",
     "mul",
     "qlinear",
     "quantizelinear",
     "relu",
     "reshape",
     "sigmoid",
     "softmax",
     "squeeze",
     "sub",
     "transpose",
     "unsqueeze"},
    {},
    {{"identity_opt", "", "sequences and optionals are no tensors"},
     {"averagepool_3d", "one or two spatial axes", "three spatial axes"},
     {"maxpool_3d", "one or two spatial axes", "three spatial axes"},
     {"maxpool_with_argmax", "output 1 is used", "the index output of MaxPool"},
     {"batchnorm", "output 1 is used", "BatchNormalization in training"},
     {"cast_", "no input", "the case's tensors do not bear the names of the model's inputs"}}};

void expect_equal(const graph::TensorData& expected, const reference::FloatTensor& actual) {
  ASSERT_EQ(graph::to_string(expected.shape), graph::to_string(actual.shape));
  for (std::int64_t i = 0; i < expected.size(); ++i) {
    const double theirs = graph::element_as_double(expected, i);
    const auto ours = static_cast<double>(actual.values[static_cast<std::size_t>(i)]);
    if (expected.type == graph::DataType::float32) {
      ASSERT_NEAR(ours, theirs, 1e-4 * std::max(1.0, std::abs(theirs))) << "element " << i;
    } else {
      ASSERT_EQ(ours, theirs) << "element " << i;
    }
  }
}

// Inputs enter as constants, by the names their files hold: a case's first dimension is no batch.
void run_case(const fs::path& folder) {
  std::map<std::string, graph::TensorData> inputs;
  for (const fs::path& file : tensor_files(folder, "input")) inputs.merge(graph::read_tensor_file(file.string()));
  const graph::Graph model = graph::import_onnx((folder / "model.onnx").string(), {}, inputs);
  const auto values = reference::run_float_reference(model, {}, {});
  const std::vector<fs::path> outputs = tensor_files(folder, "output");
  ASSERT_EQ(outputs.size(), model.outputs.size());
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    expect_equal(read_single(outputs[o]), values.at(model.tensor(model.outputs[o]).name));
  }
}

TEST(OnnxNodeCases, FloatReference) {
  if (!fs::exists(onnx_node_cases())) GTEST_SKIP() << "libonnx-testdata is not installed: no " << onnx_node_cases();
  EXPECT_GE(run_cases(kFloatCases, run_case), 138);
}

}  // namespace
}  // namespace intloom::golden
