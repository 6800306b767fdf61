// Whole public networks through importer, lowering and the two oracles, against outputs recorded from ONNX Runtime
// (AVX512-VNNI, one thread; README of the models).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "runtime/check/compare_tensors.h"
#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "runtime/quant/lower.h"
#include "runtime/reference/float_reference.h"
#include "runtime/reference/integer_reference.h"
#include "tests/golden/integer_network.h"
#include "tests/golden/tensors.h"

namespace intloom::golden {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

graph::TensorData read_entry(const std::string& file, const std::string& entry) {
  std::map<std::string, graph::TensorData> entries = graph::read_tensor_file((models() / "onnx" / file).string());
  return entry.empty() ? entries.begin()->second : entries.at(entry);
}

std::vector<float> inference_of(const graph::TensorData& batch, std::int64_t index) {
  const std::int64_t elements = batch.size() / batch.shape.at(0);
  const float* first = batch.as<float>() + index * elements;
  return {first, first + elements};
}

std::int64_t differences(const std::vector<float>& ours, const std::vector<float>& theirs) {
  EXPECT_EQ(ours.size(), theirs.size());
  std::int64_t count = 0;
  for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i) count += ours[i] != theirs[i] ? 1 : 0;
  return count;
}

class WholeNetworks : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(models() / "onnx")) {
      GTEST_SKIP() << "no models in " << models() << " (INTLOOM_MODELS names another folder)";
    }
  }
  static graph::Graph import(const std::string& file) {
    return graph::import_onnx((models() / "onnx" / file).string());
  }
};

isa::MachineDescription machine_of(isa::Multiplier multiplier) {
  isa::MachineDescription machine;
  for (isa::ScalingUnitDescription* unit :
       std::initializer_list<isa::ScalingUnitDescription*>{&machine.requant, &machine.vector}) {
    unit->scaling.multiplier = multiplier;
    unit->scaling.rounding = isa::Rounding::half_even;
  }
  return machine;
}

TEST_F(WholeNetworks, MobileNetV2GivesEveryLogitOfOnnxRuntime) {
  const graph::Graph model = import("mobilenetv2-qdq.onnx");
  const quant::Network network = quant::lower(model);
  const graph::TensorData expected = read_entry("mobilenetv2-qdq.output_0.pb", "");
  const std::vector<reference::IntegerTensor> input{
      boundary_input(network, network.inputs.at(0), read_entry("mobilenetv2-qdq.input_0.pb", ""), 0)};
  for (const isa::Multiplier multiplier : {isa::Multiplier::fixed, isa::Multiplier::float32}) {
    const Clock::time_point start = Clock::now();
    const auto values = reference::run_integer_reference(network, machine_of(multiplier), input);
    fmt::print("integer oracle on MobileNetV2: {:.3f} s\n", seconds_since(start));
    const quant::Boundary& output = network.outputs.at(0);
    const std::vector<float> ours =
        boundary_output(network, output, values.at(static_cast<std::size_t>(output.tensor)));
    EXPECT_EQ(differences(ours, inference_of(expected, 0)), 0);
  }
}

TEST_F(WholeNetworks, EfficientNetGivesEveryOutputOfOnnxRuntimeInFloat32) {
  const graph::Graph model = import("efficientnet-lite0-qdq-u8s8.onnx");
  const quant::Network network = quant::lower(model);
  const graph::TensorData photos = read_entry("efficientnet-lite0.inputs.npz", "x");
  const graph::TensorData expected = read_entry("efficientnet-lite0.outputs.npz", "quantized");
  const quant::Boundary& output = network.outputs.at(0);
  for (std::int64_t photo = 0; photo < photos.shape[0]; ++photo) {
    const std::vector<reference::IntegerTensor> input{boundary_input(network, network.inputs.at(0), photos, photo)};
    const std::vector<float> theirs = inference_of(expected, photo);
    const auto run = [&](isa::Multiplier multiplier) {
      const auto values = reference::run_integer_reference(network, machine_of(multiplier), input);
      return boundary_output(network, output, values.at(static_cast<std::size_t>(output.tensor)));
    };
    EXPECT_EQ(differences(run(isa::Multiplier::float32), theirs), 0) << "photo " << photo;
    const std::vector<float> fixed = run(isa::Multiplier::fixed);
    fmt::print("photo {}: {} of {} outputs differ with 31-bit multipliers\n", photo, differences(fixed, theirs),
               theirs.size());
    EXPECT_EQ(check::argmax(fixed), check::argmax(theirs)) << "photo " << photo;
  }
}

// The QDQ graph in float is no bit reference: within 2 LSB of the logits, same class.
TEST_F(WholeNetworks, MobileNetV2InFloatIsWithinTwoLsb) {
  const graph::Graph model = import("mobilenetv2-qdq.onnx");
  const quant::Network network = quant::lower(model);
  const quant::Boundary& output = network.outputs.at(0);
  const Clock::time_point start = Clock::now();
  const auto values = reference::run_float_reference(
      model, {{model.tensor(model.inputs.at(0)).name, read_entry("mobilenetv2-qdq.input_0.pb", "")}}, {});
  fmt::print("float oracle on MobileNetV2: {:.3f} s\n", seconds_since(start));
  const std::vector<float>& ours = values.at(output.name).values;
  const std::vector<float> theirs = inference_of(read_entry("mobilenetv2-qdq.output_0.pb", ""), 0);
  ASSERT_EQ(ours.size(), theirs.size());
  const float lsb = network.tensor(output.tensor).scale;
  for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_NEAR(ours[i], theirs[i], 2.01F * lsb) << "logit " << i;
  EXPECT_EQ(check::argmax(ours), check::argmax(theirs));
}

// Small QDQ models without recorded outputs (u8u8, s8s8, per channel): the integers and
// the same graph in float stay within one step of each other.
TEST_F(WholeNetworks, IntegersAndFloatAgreeOnSmallModels) {
  for (const std::string file : {"conv_qdq_u8u8.onnx", "conv_qdq_s8s8.onnx", "conv_qdq_s8s8_perchannel.onnx"}) {
    SCOPED_TRACE(file);
    const graph::Graph model = import(file);
    const quant::Network network = quant::lower(model);
    const graph::Tensor& input = model.tensor(model.inputs.at(0));
    graph::TensorData data = graph::make_tensor(graph::DataType::float32, input.shape);
    const quant::Tensor& first = network.tensor(network.inputs.at(0).tensor);
    const int lowest = first.type == graph::DataType::int8 ? -128 : 0;
    for (std::int64_t i = 0; i < data.size(); ++i) {
      // Every integer of the input's range in turn.
      data.as<float>()[i] = first.scale * static_cast<float>(lowest + i * 37 % 256 - first.zero_point);
    }
    const auto values =
        reference::run_exact_reference(network, {boundary_input(network, network.inputs.at(0), data, 0)});
    const auto floats = reference::run_float_reference(model, {{input.name, data}}, {});
    for (const quant::Boundary& output : network.outputs) {
      const quant::Tensor& tensor = network.tensor(output.tensor);
      const check::FloatComparison comparison =
          check::compare_with_float(values.at(static_cast<std::size_t>(output.tensor)), tensor.type, tensor.scale,
                                    tensor.zero_point, floats.at(output.name).values);
      fmt::print("{}: largest difference {:.3f} LSB, SQNR {:.1f} dB\n", file, comparison.max_abs_lsb,
                 comparison.sqnr_db);
      EXPECT_LE(comparison.max_abs_lsb, 1.01);
      EXPECT_GT(comparison.elements, 0);
    }
  }
}

}  // namespace
}  // namespace intloom::golden
