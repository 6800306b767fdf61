// The backend node cases of Debian's libonnx-testdata: all but the first input given as constants, as their weights,
// scales and axes are. Expected shapes are those of the cases' own recorded outputs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <onnx/onnx_pb.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <set>

#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

namespace fs = std::filesystem;
const fs::path kCases = "/usr/lib/python3/dist-packages/onnx/backend/test/data/node";

onnx::ModelProto parse(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  onnx::ModelProto model;
  model.ParseFromIstream(&file);
  return model;
}

struct Outcome {
  std::optional<Graph> graph;
  std::string error;
};

Outcome import_case(const fs::path& folder) {
  Outcome outcome;
  const onnx::ModelProto model = parse(folder / "model.onnx");
  try {
    std::map<std::string, TensorData> constants;
    for (int i = 1; i < model.graph().input_size(); ++i) {
      const std::string path = folder / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb");
      constants[model.graph().input(i).name()] = read_tensor_file(path).begin()->second;
    }
    outcome.graph = import_onnx(folder / "model.onnx", {}, constants);
  } catch (const ModelError& error) {
    outcome.error = error.what();
  } catch (const TensorFileError& error) {
    outcome.error = error.what();
  }
  return outcome;
}

// The recorded outputs have the case's own batch.
void expect_recorded_outputs(const fs::path& folder, const Graph& graph) {
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const std::string path = folder / "test_data_set_0" / ("output_" + std::to_string(i) + ".pb");
    const TensorData recorded = read_tensor_file(path).begin()->second;
    const Tensor& tensor = graph.tensor(graph.outputs[i]);
    EXPECT_EQ(tensor.type, recorded.type) << folder;
    Shape expected = recorded.shape;
    if (!graph.batch_dims.empty() && !expected.empty()) expected[0] = 1;
    EXPECT_EQ(to_string(tensor.shape), to_string(expected)) << folder;
  }
}

class NodeCases : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::is_directory(kCases)) GTEST_SKIP() << "libonnx-testdata is not installed";
  }
};

class SupportedNodeCase : public NodeCases, public testing::WithParamInterface<const char*> {};

// The cases of the operators that lower to integers, as far as their first dimension is a batch.
TEST_P(SupportedNodeCase, HasItsRecordedShapes) {
  fs::path folder = kCases / (std::string("test_") + GetParam());
  if (!fs::exists(folder)) folder += "_uint8_float32";  // onnx 1.17 has a case for each pair of types
  ASSERT_TRUE(fs::is_directory(folder));
  const Outcome outcome = import_case(folder);
  ASSERT_TRUE(outcome.graph) << outcome.error;
  expect_recorded_outputs(folder, *outcome.graph);
}

INSTANTIATE_TEST_SUITE_P(
    Lowered, SupportedNodeCase,
    testing::Values("qlinearconv", "qlinearmatmul_2D", "quantizelinear", "quantizelinear_axis", "dequantizelinear",
                    "dequantizelinear_axis", "convinteger_with_padding", "convinteger_without_padding", "matmulinteger",
                    "basic_conv_with_padding", "basic_conv_without_padding", "conv_with_autopad_same",
                    "conv_with_strides_and_asymmetric_padding", "conv_with_strides_no_padding",
                    "conv_with_strides_padding", "maxpool_1d_default", "maxpool_2d_ceil", "maxpool_2d_default",
                    "maxpool_2d_dilations", "maxpool_2d_pads", "maxpool_2d_precomputed_pads",
                    "maxpool_2d_precomputed_same_upper", "maxpool_2d_same_lower", "maxpool_2d_same_upper",
                    "maxpool_2d_strides", "maxpool_2d_uint8", "maxpool_3d_default", "averagepool_1d_default",
                    "averagepool_2d_ceil", "averagepool_2d_default", "averagepool_2d_pads",
                    "averagepool_2d_pads_count_include_pad", "averagepool_2d_precomputed_pads",
                    "averagepool_2d_precomputed_same_upper", "averagepool_2d_same_lower", "averagepool_2d_same_upper",
                    "averagepool_2d_strides", "globalaveragepool", "globalaveragepool_precomputed", "relu",
                    "clip_default_min", "clip_default_inbounds", "flatten_axis1", "flatten_default_axis",
                    "gemm_default_no_bias", "gemm_default_vector_bias", "gemm_transposeB", "matmul_2d", "add_bcast",
                    "mul_bcast", "transpose_all_permutations_0"),
    [](const auto& test) { return std::string(test.param); });

TEST_F(NodeCases, EachIsReadWithItsRecordedShapesOrRefusedWithItsName) {
  int read = 0, refused = 0;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    const Outcome outcome = import_case(entry.path());
    if (outcome.graph) {
      ++read;
      expect_recorded_outputs(entry.path(), *outcome.graph);
    } else {
      ++refused;
      EXPECT_THAT(outcome.error, testing::HasSubstr(entry.path().filename().string()));
    }
  }
  RecordProperty("read", read);
  RecordProperty("refused", refused);
  std::printf("%d cases read, %d refused (types, sequences, control flow, first dimensions that are no batch)\n", read,
              refused);
  EXPECT_GT(read, 450);
}

}  // namespace
}  // namespace intloom::graph
