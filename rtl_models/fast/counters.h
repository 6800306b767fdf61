// The counters of all blocks after a run of a program at fast fidelity: names, order, units and values of the clocked
// machine's. They come from the commands by the rules of the blocks' pages, and from the schedule.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/fast/schedule.h"
#include "rtl_models/record/counter.h"

namespace intloom::fast {

// What only a run with values knows, summed over the program. Zero without values.
struct ValueTotals {
  std::int64_t overflows = 0, requant_saturations = 0, vector_saturations = 0;
};

std::vector<hw::PathCounter> counters(const isa::CommandStream& program, const isa::MachineDescription& machine,
                                      const Schedule& schedule, const ValueTotals& values);

}  // namespace intloom::fast
