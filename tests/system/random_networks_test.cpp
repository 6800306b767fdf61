// Random networks on random machines through the SystemC hardware: every tensor is the integer oracle's, counters add
// up, and the cycles are the same for any data.
//
// INTLOOM_RANDOM_PAIRS: how many pairs; INTLOOM_RANDOM_SEED: the first seed (a failure names its own).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/compile/compile.h"
#include "runtime/reference/integer_reference.h"
#include "sim/session/clocked_simulation.h"
#include "sim/session/layer_statistics.h"
#include "tests/system/counters.h"
#include "tests/system/random_machine.h"

namespace intloom::system_test {
namespace {

using reference::IntegerTensor;

void expect_tensors(const quant::Network& network, const std::vector<IntegerTensor>& ours,
                    const std::vector<IntegerTensor>& expected) {
  for (const quant::Layer& layer : network.layers) {
    const auto id = static_cast<std::size_t>(layer.output);
    EXPECT_TRUE(ours[id] == expected[id]) << "integers of layer " << layer.name;
  }
}

// False where the machine cannot run the network.
bool check_pair(unsigned seed) {
  test::Random random(seed);
  const auto pair = random_pair(random, 4);
  if (!pair) return false;
  const auto& [network, machine, program] = *pair;
  SCOPED_TRACE(fmt::format("seed {}, {}", seed, describe(machine)));
  try {
    sim::ClockedSimulation run(network, program, machine, true);
    std::int64_t cycles = -1;
    for (int inference = 0; inference < 2; ++inference) {
      const std::vector<IntegerTensor> inputs = test::random_inputs(random, network);
      const std::vector<IntegerTensor> tensors = run.run(inputs);
      expect_tensors(network, tensors, reference::run_integer_reference(network, machine, inputs));
      if (inference > 0) {
        EXPECT_EQ(run.machine().cycles(), cycles) << "cycles depend on the data";
        continue;
      }
      cycles = run.machine().cycles();
      expect_counters_add_up(program, cycles, sim::layer_results(run.record(), machine, program, run.effects()),
                             sim::unit_statistics(run.record()), sim::block_statistics(run.counters()));
    }
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
  return true;
}

TEST(RandomNetworks, IntegersCountersAndCyclesOnTheWholeMachine) {
  const unsigned pairs = from_environment("INTLOOM_RANDOM_PAIRS", 150);
  const unsigned first = from_environment("INTLOOM_RANDOM_SEED", 0);
  unsigned ran = 0, seed = first;
  for (; ran < pairs && seed - first < 20 * pairs && !HasFailure(); ++seed) ran += check_pair(seed) ? 1U : 0U;
  fmt::print("{} pairs of network and machine run; {} machines could not run their network\n", ran, seed - first - ran);
  if (!HasFailure()) {
    EXPECT_EQ(ran, pairs);
  }
}

}  // namespace
}  // namespace intloom::system_test
