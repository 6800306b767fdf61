// One program on both machines: the clocked one and the fast one must leave the same behind.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/counter.h"
#include "runtime/compile/program.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::system_test {

// What both have seen. Where the machine has failed, in both with the same text, `causes` are those of the first
// inference, or none where it did not end.
struct Observed {
  std::set<std::string> causes;  // of stalls: of any unit, and of the array's cycles
  bool failed = false;
  bool memory_race = false;  // a LOAD and a STORE of the same bytes at the same time: only times were compared
};

void expect_equal_counters(const std::vector<hw::PathCounter>& fast, const std::vector<hw::PathCounter>& clocked);

// Runs each of the inferences on both and expects equal integers of every layer, command times, unit activities, layer
// tables, and all counters. `threads`: of the fast machine.
Observed expect_equal_fidelities(const quant::Network& network, const compile::Program& program,
                                 const isa::MachineDescription& machine,
                                 const std::vector<std::vector<reference::IntegerTensor>>& inferences, int threads);

}  // namespace intloom::system_test
