// The committed waveform of the digits network's last layer is what the program writes today, byte for byte. A change
// of time or of a signal's name shows here: look at both in a viewer before replacing traces/classifier.vcd.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "runtime/compile/compile.h"
#include "sim/session/input.h"
#include "sim/session/session.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

sim::LayerResult layer_named(const sim::RunResult& result, const std::string& name) {
  for (const sim::LayerResult& layer : result.layers)
    if (layer.name == name) return layer;
  return {};
}

TEST(GoldenWaveform, TheClassifierOfTheDigitsNetwork) {
  const sim::Workload workload = digits();
  const isa::MachineDescription machine = machine_for("edge_16x16", workload);
  const compile::Program program = compile::compile(workload.network, machine);
  const sim::InputData input = sim::load_inputs({in_source("models/digits/digits-one.npz").string()}, workload);
  sim::RunOptions options;
  options.checks = sim::Checks::none;
  const sim::RunResult plain = sim::run(workload, program, machine, input, options);

  const std::filesystem::path written = std::filesystem::path(testing::TempDir()) / "classifier.vcd";
  std::filesystem::remove(written);
  options.trace.path = written.string();
  options.trace.first_cycle = layer_named(plain, "mean").end_cycle;
  options.trace.last_cycle = plain.cycles;
  const sim::RunResult traced = sim::run(workload, program, machine, input, options);
  EXPECT_EQ(traced.cycles, plain.cycles);
  const std::string golden = bytes_of(in_source("traces/classifier.vcd")), now = bytes_of(written);
  ASSERT_FALSE(golden.empty());
  EXPECT_TRUE(golden == now) << "traces/classifier.vcd (" << golden.size() << " bytes) and " << written << " ("
                             << now.size() << " bytes) differ";
}

}  // namespace
}  // namespace intloom::system_test
