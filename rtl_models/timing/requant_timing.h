// Duration of REQUANT, from rules R1..R6 of rtl_models/requant/README.md.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::timing {

// Where the cycles of one command go: duration = rows + parameter_wait + drain.
struct RequantCycles {
  std::int64_t rows = 0;            // a row of the accumulator is requested
  std::int64_t parameter_wait = 0;  // rows are left, their parameters are not there yet
  std::int64_t drain = 0;           // behind the last row
  std::int64_t total() const { return rows + parameter_wait + drain; }
};

RequantCycles requant_cycles(const isa::Requant& command, const isa::MachineDescription& machine);

// Edges from the start edge to the end edge.
std::int64_t requant_duration(const isa::Requant& command, const isa::MachineDescription& machine);

}  // namespace intloom::timing
