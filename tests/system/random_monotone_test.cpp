// Random networks on random machines, and each program again on a machine with one of its speeds raised: never a cycle
// more. INTLOOM_RANDOM_PAIRS and INTLOOM_RANDOM_SEED as in random_networks_test.cpp.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/compile/compile.h"
#include "sim/session/clocked_simulation.h"
#include "tests/system/random_machine.h"

namespace intloom::system_test {
namespace {

std::string raise_one(test::Random& random, isa::MachineDescription& machine) {
  isa::SequencerDescription& queues = machine.sequencer;
  const std::vector<std::pair<std::string, int*>> speeds{
      {"memory.bytes_per_cycle", &machine.memory.bytes_per_cycle},
      {"dma.bytes_per_cycle", &machine.dma.bytes_per_cycle},
      {"dma.outstanding_bursts", &machine.dma.outstanding_bursts},
      {"requant.lanes", &machine.requant.lanes},
      {"vector.lanes", &machine.vector.lanes},
      {"vector.table_lanes", &machine.vector.table_lanes},
      {"load_queue_depth", &queues.load_queue_depth},
      {"exec_queue_depth", &queues.exec_queue_depth},
      {"requant_queue_depth", &queues.requant_queue_depth},
      {"vector_queue_depth", &queues.vector_queue_depth},
      {"store_queue_depth", &queues.store_queue_depth},
  };
  const auto& [name, value] =
      speeds[static_cast<std::size_t>(test::between(random, 0, static_cast<std::int64_t>(speeds.size()) - 1))];
  const int before = *value;
  *value += static_cast<int>(test::chance(random, 0.5) ? 1 : test::between(random, 1, 24));
  return fmt::format("{} from {} to {}", name, before, *value);
}

std::int64_t cycles_of(const quant::Network& network, const compile::Program& program,
                       const isa::MachineDescription& machine, const std::vector<reference::IntegerTensor>& inputs) {
  sim::ClockedSimulation run(network, program, machine, false);
  run.run(inputs);
  return run.machine().cycles();
}

// False where the machine cannot run the network.
bool check_pair(unsigned seed) {
  test::Random random(seed);
  const auto pair = random_pair(random, 5);
  if (!pair) return false;
  const auto& [network, machine, program] = *pair;
  SCOPED_TRACE(fmt::format("seed {}, {}", seed, describe(machine)));
  const std::vector<reference::IntegerTensor> inputs = test::random_inputs(random, network);
  const std::int64_t slower = cycles_of(network, program, machine, inputs);
  for (int change = 0; change < 3; ++change) {
    isa::MachineDescription faster = machine;
    const std::string text = raise_one(random, faster);
    EXPECT_LE(cycles_of(network, program, faster, inputs), slower) << text;
  }
  return true;
}

TEST(RandomNetworks, MoreSpeedNeverCostsACycle) {
  const unsigned pairs = from_environment("INTLOOM_RANDOM_PAIRS", 100);
  const unsigned first = from_environment("INTLOOM_RANDOM_SEED", 0);
  unsigned ran = 0, seed = first;
  for (; ran < pairs && seed - first < 20 * pairs && !HasFailure(); ++seed) ran += check_pair(seed) ? 1U : 0U;
  fmt::print("{} pairs of network and machine, 3 changes each\n", ran);
  if (!HasFailure()) {
    EXPECT_EQ(ran, pairs);
  }
}

}  // namespace
}  // namespace intloom::system_test
