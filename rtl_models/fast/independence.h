// Whether inferences of a program have nothing to do with each other: none reads a byte or a sum that the one before
// has left behind. So it is with every compiled program; only then may images run in memories of their own, at the same
// time, and still have the integers of one machine that runs one after another.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::fast {

// Half-open addresses of memory.
struct AddressRange {
  std::uint64_t begin = 0, end = 0;
};

// `order`: the commands that run, as they start. Memory below `constants_end` holds constants, `inputs` are written
// before and `outputs` are read behind each inference. Follows every byte through the program; no false true.
bool inferences_are_independent(const isa::CommandStream& program, const std::vector<std::uint32_t>& order,
                                const isa::MachineDescription& machine, std::uint64_t constants_end,
                                const std::vector<AddressRange>& inputs, const std::vector<AddressRange>& outputs);

}  // namespace intloom::fast
