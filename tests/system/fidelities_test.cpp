// Both fidelities are one machine: integers, cycles, every layer's span and causes, and every counter are equal.
//
// Random pairs of network and machine; half of the programs have lost some of the tokens that order scratchpad and
// accumulator banks, so that units also meet at banks (such a program's integers are not the network's, but they are
// the same in both machines, unless LOAD and STORE race in memory). Some machines stop at the first overflow or at a
// limit of cycles: then the message is the same.
//
// INTLOOM_FIDELITY_PAIRS: how many pairs a part; INTLOOM_RANDOM_SEED: the first seed (a failure names its own).
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "runtime/compile/compile.h"
#include "sim/session/host_boundary.h"
#include "sim/session/input.h"
#include "sim/stats/causes.h"
#include "tests/golden/tensors.h"
#include "tests/system/random_machine.h"
#include "tests/system/two_fidelities.h"
#include "tests/system/workloads.h"

namespace intloom::system_test {
namespace {

constexpr unsigned kParts = 8, kPairsOfPart = 250, kSeedsOfPart = 1'000'000;

// The k-th signal from one unit to another is taken by the k-th wait: removes such a pair here and there. Tokens
// between load and store stay: they order memory, which no bank does.
void drop_tokens(test::Random& random, isa::CommandStream& commands) {
  for (int from = 0; from < isa::kUnits; ++from)
    for (int to = 0; to < isa::kUnits; ++to) {
      const auto source = static_cast<isa::Unit>(from), target = static_cast<isa::Unit>(to);
      const bool memory = (source == isa::Unit::load && target == isa::Unit::store) ||
                          (source == isa::Unit::store && target == isa::Unit::load);
      if (memory) continue;
      std::vector<std::size_t> signals, waits;
      for (std::size_t c = 0; c < commands.size(); ++c) {
        if (commands[c].unit == source && (commands[c].signals & isa::unit_bit(target)) != 0) signals.push_back(c);
        if (commands[c].unit == target && (commands[c].waits & isa::unit_bit(source)) != 0) waits.push_back(c);
      }
      for (std::size_t k = 0; k < std::min(signals.size(), waits.size()); ++k) {
        if (!test::chance(random, 0.3)) continue;
        commands[signals[k]].signals &= static_cast<std::uint8_t>(~isa::unit_bit(target));
        commands[waits[k]].waits &= static_cast<std::uint8_t>(~isa::unit_bit(source));
      }
    }
}

// Some machines stop at the first overflow, some at a limit of cycles.
void add_faults(test::Random& random, isa::MachineDescription& machine) {
  if (test::chance(random, 0.1)) {
    machine.accumulator.overflow = isa::Overflow::error;
    machine.accumulator.width_bits = static_cast<int>(test::between(random, 12, 20));
  }
  if (test::chance(random, 0.05)) machine.max_cycles = test::between(random, 1, 4000);
}

struct Tally {
  unsigned ran = 0, failed = 0, raced = 0;
  std::map<std::string, unsigned> pairs_with;  // by cause
};

// Leaves the tally as it is where the machine cannot run the network.
void check_pair(unsigned seed, Tally& tally) {
  test::Random random(seed);
  auto pair = random_pair(random, 4, [&](isa::MachineDescription& machine) { add_faults(random, machine); });
  if (!pair) return;
  auto& [network, machine, program] = *pair;
  SCOPED_TRACE(fmt::format("seed {}, max_cycles {}, {}", seed, machine.max_cycles, describe(machine)));
  const bool complete = test::chance(random, 0.5);
  if (!complete) drop_tokens(random, program.commands);
  std::vector<std::vector<reference::IntegerTensor>> inferences;
  for (unsigned i = 0; i < 1 + seed % 2; ++i) inferences.push_back(test::random_inputs(random, network));
  const Observed observed =
      expect_equal_fidelities(network, program, machine, inferences, 1 + static_cast<int>(seed % 3));
  ++tally.ran;
  tally.failed += observed.failed ? 1U : 0U;
  tally.raced += observed.memory_race ? 1U : 0U;
  EXPECT_FALSE(complete && observed.memory_race) << "a compiled program orders memory by tokens";
  for (const std::string& cause : observed.causes) ++tally.pairs_with[cause];
}

class RandomPairs : public testing::TestWithParam<unsigned> {};

TEST_P(RandomPairs, AreEqualInBothFidelities) {
  const unsigned pairs = from_environment("INTLOOM_FIDELITY_PAIRS", kPairsOfPart);
  const unsigned first = from_environment("INTLOOM_RANDOM_SEED", 0) + GetParam() * kSeedsOfPart;
  Tally tally;
  unsigned seed = first;
  for (; tally.ran < pairs && seed - first < 20 * pairs && !HasFailure(); ++seed) check_pair(seed, tally);
  fmt::print("{} pairs: {} stop at a fault, {} race in memory (times only); {} machines could not run theirs\n",
             tally.ran, tally.failed, tally.raced, seed - first - tally.ran);
  for (const auto& [cause, count] : tally.pairs_with) fmt::print("  {:<12}{:>6} pairs\n", cause, count);
  if (HasFailure()) return;
  EXPECT_EQ(tally.ran, pairs);
  // 20 pairs of all parts together; `host` belongs to machines with a host unit.
  for (const std::string_view cause : sim::kCauses) {
    if (cause == "host") continue;
    EXPECT_GE(tally.pairs_with[std::string(cause)] * kParts * kPairsOfPart, 20U * pairs) << cause;
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, RandomPairs, testing::Range(0U, kParts));

std::vector<std::vector<reference::IntegerTensor>> generated(const sim::Workload& workload, int inferences) {
  std::vector<std::vector<reference::IntegerTensor>> list;
  for (int i = 0; i < inferences; ++i) {
    const sim::InputData input = sim::generate_input(workload, static_cast<std::uint64_t>(i) + 1);
    list.emplace_back();
    for (const quant::Boundary& boundary : workload.network.inputs)
      list.back().push_back(sim::to_integers(workload.network, boundary, input.tensors.at(boundary.name), 0));
  }
  return list;
}

class EveryMachine : public testing::TestWithParam<std::string> {
 protected:
  static Observed run(const sim::Workload& workload, int inferences) {
    const isa::MachineDescription machine =
        machine_for(in_source("configs/machines/" + GetParam() + ".yaml").string(), workload);
    const compile::Program program = compile::compile(workload.network, machine);
    return expect_equal_fidelities(workload.network, program, machine, generated(workload, inferences), 2);
  }
};

TEST_P(EveryMachine, RunsDigitsEquallyInBothFidelities) { EXPECT_FALSE(run(digits(), 3).failed); }

TEST_P(EveryMachine, RunsMobileNetV2EquallyInBothFidelities) {
  const auto model = golden::models() / "onnx" / "mobilenetv2-qdq.onnx";
  if (!std::filesystem::exists(model)) GTEST_SKIP() << "no " << model << " (INTLOOM_MODELS names another folder)";
  EXPECT_FALSE(run(sim::load_workload(model.string(), {}), 1).failed);
}

INSTANTIATE_TEST_SUITE_P(Machines, EveryMachine, testing::ValuesIn(configured_machines()));

}  // namespace
}  // namespace intloom::system_test
