// Duration of VECTOR, from rules V1..V6 of rtl_models/vector/README.md.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::timing {

// Where the cycles of one command go: duration = steps + parameter_wait + drain.
struct VectorCycles {
  std::int64_t steps = 0;           // one tap of one chunk of one pixel
  std::int64_t parameter_wait = 0;  // reading the records, before the first step
  std::int64_t drain = 0;           // behind the last step
  std::int64_t total() const { return steps + parameter_wait + drain; }
};

VectorCycles vector_cycles(const isa::Vector& command, const isa::MachineDescription& machine);

// Edges from the start edge to the end edge.
std::int64_t vector_duration(const isa::Vector& command, const isa::MachineDescription& machine);

}  // namespace intloom::timing
