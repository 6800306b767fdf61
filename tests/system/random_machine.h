// Machines with every parameter at random within the ranges of a machine file, most of them cramped.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/program.h"
#include "tests/unit/compile/random_network.h"

namespace intloom::system_test {

// Arrays of 1 to 20 rows and columns. Its rounding is resolved.
isa::MachineDescription any_machine(test::Random& random);

// A network, a machine that can run it, and its program there.
struct RandomPair {
  quant::Network network;
  isa::MachineDescription machine;
  compile::Program program;
};
// `adjust` changes the machine before it is compiled for. Nothing where the machine cannot run the network.
std::optional<RandomPair> random_pair(test::Random& random, int most_layers,
                                      const std::function<void(isa::MachineDescription&)>& adjust = {});

// What a failure needs to be told apart by.
std::string describe(const isa::MachineDescription& machine);

// The number in an environment variable, or `otherwise`.
unsigned from_environment(const char* name, unsigned otherwise);

}  // namespace intloom::system_test
