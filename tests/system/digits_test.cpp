// The digits network on every machine of configs/machines: integers of every layer, recorded outputs, counters.
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/compile/compile.h"
#include "tests/system/counters.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

class Digits : public testing::TestWithParam<std::string> {
 protected:
  Digits()
      : workload_(digits()),
        machine_(machine_for(in_source("configs/machines/" + GetParam() + ".yaml").string(), workload_)),
        program_(compile::compile(workload_.network, machine_)) {}

  sim::RunResult run() const {
    sim::RunOptions options;
    options.checks = sim::Checks::integer;
    options.fidelity = sim::Fidelity::cycle;
    return sim::run(workload_, program_, machine_, digits_images(workload_), options);
  }

  sim::Workload workload_;
  isa::MachineDescription machine_;
  compile::Program program_;
};

// Elements of one inference: every integer that the oracle makes is compared.
std::int64_t elements_of_layers(const quant::Network& network) {
  std::int64_t elements = 0;
  for (const quant::Layer& layer : network.layers) elements += graph::element_count(network.tensor(layer.output).shape);
  return elements;
}

TEST_P(Digits, IntegersAreTheOracles) {
  const sim::RunResult result = run();
  ASSERT_TRUE(result.integer_check.has_value());
  EXPECT_EQ(result.integer_check->total.differences, 0) << "first in " << result.integer_check->first_tensor;
  EXPECT_EQ(result.integer_check->total.elements, 8 * elements_of_layers(workload_.network));
}

// Recorded from ONNX Runtime's integer kernels. Machines whose arithmetic it is not differ by design.
TEST_P(Digits, ExactMachinesGiveOnnxRuntimesOutputs) {
  const auto is_exact = [](const isa::ScalingDescription& scaling) {
    return scaling.rounding == isa::Rounding::half_even &&
           (scaling.multiplier == isa::Multiplier::float32 || scaling.multiplier_bits == 31);
  };
  const graph::TensorData expected =
      inferences_of(read_array(in_source("models/digits/digits-expected.npz"), "logits"), 0, 8);
  const sim::RunResult result = run();
  ASSERT_EQ(result.outputs.size(), 1U);
  if (is_exact(machine_.requant.scaling) && is_exact(machine_.vector.scaling)) {
    EXPECT_EQ(differences(result.outputs[0].data, expected), 0);
  } else {
    EXPECT_EQ(result.outputs[0].data.size(), expected.size());
  }
}

TEST_P(Digits, CountersAddUp) {
  const sim::RunResult result = run();
  expect_counters_add_up(program_, result.cycles, result.layers, result.units, result.statistics);
  std::int64_t macs = 0, split = 0;
  for (const sim::LayerResult& layer : result.layers) macs += layer.macs;
  for (const auto& [cause, cycles] : result.split) split += cycles;
  EXPECT_EQ(result.macs, macs);
  EXPECT_EQ(split, result.cycles);
  // No layer is grouped but the depthwise one, so each product is counted once.
  EXPECT_EQ(statistic(result.statistics, "machine.core0.feeder.useful_macs") +
                statistic(result.statistics, "machine.core0.feeder.padding_macs"),
            static_cast<double>(macs));
}

INSTANTIATE_TEST_SUITE_P(Machines, Digits, testing::ValuesIn(configured_machines()),
                         [](const auto& parameter) { return parameter.param; });

}  // namespace
}  // namespace intloom::system_test
