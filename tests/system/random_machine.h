// Machines with every parameter at random within the ranges of a machine file, most of them cramped.
#pragma once

#include <string>

#include "rtl_models/isa/machine_description.h"
#include "tests/unit/compile/random_network.h"

namespace intloom::system_test {

// Arrays of 1 to 20 rows and columns. Its rounding is resolved.
isa::MachineDescription any_machine(test::Random& random);

// What a failure needs to be told apart by.
std::string describe(const isa::MachineDescription& machine);

// The number in an environment variable, or `otherwise`.
unsigned from_environment(const char* name, unsigned otherwise);

}  // namespace intloom::system_test
