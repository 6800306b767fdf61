// Random networks on random machines: what the commands do, element by element, is what the layers are defined to be,
// whatever the tiling; and the tokens make every order that a machine may run them in as good as the program's.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "runtime/compile/compile.h"
#include "tests/unit/compile/direct_layers.h"
#include "tests/unit/compile/program_executor.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using test::Bytes;

std::string describe(const isa::MachineDescription& m) {
  return fmt::format("array {}x{}, accumulator {}x{}, scratchpad {}x{}, weights {}x{}, parameters {}x{}", m.array.rows,
                     m.array.cols, m.accumulator.banks, m.accumulator.rows_per_bank, m.scratchpad.banks,
                     m.scratchpad.bank_bytes, m.weight_buffer.banks, m.weight_buffer.bank_bytes,
                     m.parameter_buffer.banks, m.parameter_buffer.bank_bytes);
}

bool is_alias(const compile::Program& program, quant::TensorId tensor) {
  return std::any_of(program.alias_of.begin(), program.alias_of.end(),
                     [&](const compile::Alias& alias) { return alias.tensor == tensor; });
}

void expect_layer(const quant::Network& network, const compile::Program& program, const test::ProgramExecutor& executor,
                  quant::TensorId tensor, const Bytes& expected) {
  const std::string name = network.tensor(tensor).name;
  if (is_alias(program, tensor)) {
    EXPECT_EQ(executor.tensors().count(tensor), 0U) << name;
    return;
  }
  ASSERT_EQ(executor.tensors().count(tensor), 1U) << "no pieces of " << name;
  EXPECT_TRUE(executor.tensors().at(tensor) == expected) << "values of " << name;
  const std::vector<int>& coverage = executor.coverage().at(tensor);
  EXPECT_TRUE(std::all_of(coverage.begin(), coverage.end(), [](int count) { return count == 1; }))
      << "an element of " << name << " is not covered once";
}

// False where the machine cannot run the network.
bool check(const quant::Network& network, const isa::MachineDescription& machine, const std::vector<Bytes>& inputs) {
  compile::Program program;
  try {
    program = compile::compile(network, machine);
  } catch (const compile::CompileError& error) {
    EXPECT_NE(std::string(error.what()).find("would do"), std::string::npos) << error.what();
    return false;
  }
  const std::vector<Bytes> expected = test::run_directly(network, machine, inputs);
  test::ProgramExecutor executor(network, program, machine);
  executor.run(inputs);
  EXPECT_TRUE(executor.complaints().empty()) << executor.complaints().front();
  for (const quant::Layer& layer : network.layers)
    expect_layer(network, program, executor, layer.output, expected[static_cast<std::size_t>(layer.output)]);
  for (const quant::Boundary& output : network.outputs)
    EXPECT_TRUE(executor.output(output.tensor) == expected[static_cast<std::size_t>(output.tensor)])
        << "output " << output.name;
  return true;
}

class RandomNetworks : public testing::TestWithParam<int> {};

TEST_P(RandomNetworks, EqualTheirDefinition) {
  constexpr unsigned kNetworks = 60;
  int compiled = 0;
  for (unsigned i = 0; i < kNetworks && !HasFailure(); ++i) {
    const unsigned seed = static_cast<unsigned>(GetParam()) * 1000 + i;
    test::Random random(seed);
    const quant::Network network = test::random_network(random, static_cast<int>(test::between(random, 1, 8)));
    const isa::MachineDescription machine = test::random_machine(random);
    SCOPED_TRACE(fmt::format("seed {}, {}", seed, describe(machine)));
    compiled += check(network, machine, test::random_inputs(random, network)) ? 1 : 0;
  }
  EXPECT_GT(compiled, 25);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomNetworks, testing::Range(0, 6));

}  // namespace
}  // namespace intloom
