// What a program's order of commands tells of the bytes that commands read, before any inference runs: so that what is
// made of them need not be made again.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::fast {

// By command of the program.
struct KnownOperands {
  // EXEC: its weights, REQUANT: its parameters are the same bytes of memory's constants in every inference.
  std::vector<std::uint8_t> constant;
  // LOAD: no command reads its bytes but such EXECs and REQUANTs.
  std::vector<std::uint8_t> for_constant_only;
  // Dense EXECs of one number, which is not 0, read the same activations in the same geometry.
  std::vector<std::uint32_t> activations;
};

// `order`: the commands that run, as they start. Memory below `constants_end` holds constants.
KnownOperands known_operands(const isa::CommandStream& program, const std::vector<std::uint32_t>& order,
                             const isa::MachineDescription& machine, std::uint64_t constants_end);

}  // namespace intloom::fast
