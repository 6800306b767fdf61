// A larger weight buffer is more room, never more cycles: weights stay only where that is quicker than slots.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "rtl_models/fast/schedule.h"
#include "runtime/compile/compile.h"
#include "tests/golden/tensors.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

std::int64_t cycles_of(const sim::Workload& workload, const std::string& machine, const std::string& bank_bytes) {
  const isa::MachineDescription description =
      machine_for(fmt::format("{}:weight_buffer.bank_bytes={}", machine, bank_bytes), workload);
  compile::CompileOptions options;
  options.values = false;
  return fast::schedule(compile::compile(workload.network, description, options).commands, description).record.cycles;
}

// The mapper estimates, so half a percent is allowed.
void expect_no_cost(const sim::Workload& workload, const std::string& machine) {
  std::int64_t least = cycles_of(workload, machine, "32KiB");
  for (const char* bank_bytes : {"64KiB", "256KiB", "1MiB"}) {
    const std::int64_t cycles = cycles_of(workload, machine, bank_bytes);
    EXPECT_LE(cycles, least + least / 200) << bank_bytes << " banks on " << machine;
    least = std::min(least, cycles);
  }
}

TEST(LargerWeightBuffer, CostsNothingOnDigits) {
  const sim::Workload workload = digits();
  for (const char* machine : {"edge_8x8", "edge_16x16", "edge_32x32"}) expect_no_cost(workload, machine);
}

class LargerWeightBufferOfShapes : public testing::TestWithParam<const char*> {};

TEST_P(LargerWeightBufferOfShapes, CostsNothing) {
  const sim::Workload workload =
      sim::load_workload(in_source(std::string("configs/workloads/") + GetParam()).string(), {});
  for (const char* machine : {"edge_8x8", "edge_16x16"}) expect_no_cost(workload, machine);
}

INSTANTIATE_TEST_SUITE_P(Workloads, LargerWeightBufferOfShapes,
                         testing::Values("alexnet.csv", "bert_base_block_gemms.csv", "resnet50_mobilenet_layers.csv"));

TEST(LargerWeightBuffer, CostsNothingOnMobileNetV2) {
  const std::filesystem::path model = golden::models() / "onnx/mobilenetv2-qdq.onnx";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << "no " << model << " (INTLOOM_MODELS names another folder)";
  const sim::Workload workload = sim::load_workload(model.string(), {});
  for (const char* machine : {"edge_8x8", "edge_16x16"}) expect_no_cost(workload, machine);
}

}  // namespace
}  // namespace intloom::system_test
