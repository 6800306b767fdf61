// Public networks on the whole machine, against outputs recorded from ONNX Runtime (AVX512-VNNI, one thread).
//
// The models are not in the repository: INTLOOM_MODELS, or shared/models beside the source. MobileNetV2 runs at
// cycle fidelity, the four photos of EfficientNet-Lite0 at fast fidelity.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "runtime/check/compare_tensors.h"
#include "runtime/compile/compile.h"
#include "tests/golden/tensors.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

std::filesystem::path model(const std::string& file) { return golden::models() / "onnx" / file; }

graph::TensorData run_on(const sim::Workload& workload, const std::string& spec, const sim::InputData& input,
                         sim::Fidelity fidelity) {
  const isa::MachineDescription machine = machine_for(spec, workload);
  const compile::Program program = compile::compile(workload.network, machine);
  sim::RunOptions options;
  options.checks = sim::Checks::none;
  options.fidelity = fidelity;
  const sim::RunResult result = sim::run(workload, program, machine, input, options);
  fmt::print("{}: {} cycles in {:.1f} s\n", spec, result.cycles, result.host_seconds);
  return result.outputs.at(0).data;
}

// All outputs, in the model's order.
std::vector<graph::TensorData> outputs_on(const sim::Workload& workload, const std::string& spec,
                                          const sim::InputData& input, sim::Fidelity fidelity) {
  const isa::MachineDescription machine = machine_for(spec, workload);
  sim::RunOptions options;
  options.checks = sim::Checks::none;
  options.fidelity = fidelity;
  const sim::RunResult result =
      sim::run(workload, compile::compile(workload.network, machine), machine, input, options);
  std::vector<graph::TensorData> outputs;
  for (const auto& output : result.outputs) outputs.push_back(output.data);
  return outputs;
}

class MobileNetV2 : public testing::TestWithParam<std::string> {};

// However the layers are mapped, not an integer changes.
TEST_P(MobileNetV2, GivesEveryLogitOfOnnxRuntime) {
  if (!std::filesystem::exists(model("mobilenetv2-qdq.onnx")))
    GTEST_SKIP() << "no " << model("mobilenetv2-qdq.onnx") << " (INTLOOM_MODELS names another folder)";
  const sim::Workload workload = sim::load_workload(model("mobilenetv2-qdq.onnx").string(), {});
  const sim::InputData input =
      single_input(workload, read_array(model("mobilenetv2-qdq.input_0.pb")), "mobilenetv2-qdq.input_0.pb");
  const graph::TensorData ours = run_on(workload, GetParam(), input, sim::Fidelity::cycle);
  const graph::TensorData expected = read_array(model("mobilenetv2-qdq.output_0.pb"));
  EXPECT_EQ(expected.size(), 1000);
  EXPECT_EQ(differences(ours, expected), 0);
}

INSTANTIATE_TEST_SUITE_P(Machines, MobileNetV2,
                         testing::Values("edge_16x16", "edge_8x8", "edge_32x32",
                                         "edge_16x16:array.rows=12,array.cols=20", "small_buffers"));

class EfficientNetLite0 : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(model(kFile)))
      GTEST_SKIP() << "no " << model(kFile) << " (INTLOOM_MODELS names another folder)";
    workload_ = sim::load_workload(model(kFile).string(), {});
    const graph::TensorData photos = read_array(model("efficientnet-lite0.inputs.npz"), "x");
    const std::int64_t count = photos.shape.at(0);
    input_ = single_input(workload_, inferences_of(photos, 0, count), "efficientnet-lite0.inputs.npz");
    expected_ = inferences_of(read_array(model("efficientnet-lite0.outputs.npz"), "quantized"), 0, count);
  }

  static constexpr const char* kFile = "efficientnet-lite0-qdq-u8s8.onnx";
  sim::Workload workload_;
  sim::InputData input_;
  graph::TensorData expected_;
};

TEST_F(EfficientNetLite0, Float32RequantizerGivesEveryOutputOfOnnxRuntime) {
  EXPECT_EQ(differences(run_on(workload_, "float32_requant", input_, sim::Fidelity::fast), expected_), 0);
}

TEST_F(EfficientNetLite0, FixedRequantizerFindsTheSameClasses) {
  const graph::TensorData ours = run_on(workload_, "edge_16x16", input_, sim::Fidelity::fast);
  fmt::print("{} of {} outputs differ with 31-bit multipliers\n", differences(ours, expected_), expected_.size());
  for (std::int64_t photo = 0; photo < input_.inferences; ++photo)
    EXPECT_EQ(check::argmax(floats_of(inferences_of(ours, photo, 1))),
              check::argmax(floats_of(inferences_of(expected_, photo, 1))))
        << "photo " << photo;
}

// The detector with SiLU: Conv, Sigmoid, Mul, Add, Concat, Split, Resize, MaxPool. Recorded: ONNX Runtime's integer
// execution (session.qdqisint8allowed=1). Sigmoids are tables, and a 31-bit multiplier loses nothing.
class SiluDetector : public testing::TestWithParam<std::string> {};

TEST_P(SiluDetector, GivesEveryOutputOfOnnxRuntime) {
  const std::string name = "silu-detector-480x640";
  if (!std::filesystem::exists(model(name + "-qdq-s8s8.onnx")))
    GTEST_SKIP() << "no " << model(name + "-qdq-s8s8.onnx") << " (INTLOOM_MODELS names another folder)";
  const sim::Workload workload = sim::load_workload(model(name + "-qdq-s8s8.onnx").string(), {});
  const std::filesystem::path file = model(name + ".input_0.npz");
  const sim::InputData input = single_input(workload, read_array(file), file.string());
  const std::vector<graph::TensorData> ours = outputs_on(workload, GetParam(), input, sim::Fidelity::fast);
  ASSERT_EQ(ours.size(), 3U);
  for (std::size_t i = 0; i < ours.size(); ++i)
    EXPECT_EQ(differences(ours[i], read_array(model(name + ".outputs.npz"), "int8_" + std::to_string(i))), 0) << i;
}

INSTANTIATE_TEST_SUITE_P(Machines, SiluDetector,
                         testing::Values("float32_requant", "edge_32x32", "edge_16x16", "small_buffers",
                                         "edge_16x16:array.rows=12,array.cols=20,vector.table_lanes=5"));

}  // namespace
}  // namespace intloom::system_test
