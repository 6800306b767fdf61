// Which banks and bytes a command touches: for reservation by the sequencer, for hazards in the compiler, for faults.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::isa {

// Bits of a bank mask: activation banks from bit 0, then weight banks, then parameter banks.
using BankMask = std::uint64_t;

// Where a command reads or writes. Half-open [begin, end): byte addresses of a buffer or of memory; for
// accumulators the bank number.
enum class Space : std::uint8_t { activations, weights, parameters, accumulator, memory };
struct Access {
  Space space = Space::activations;
  std::uint64_t begin = 0, end = 0;
  bool write = false;
};

// Every access of the command; feature maps as one range a channel block.
std::vector<Access> accesses(const Command& command, const MachineDescription& machine);

// Banks a command holds from start to end. All accesses are inside the machine (find_fault).
BankMask banks_held(const Command& command, const MachineDescription& machine);

// The accumulator bank that an EXEC writes or a REQUANT reads; -1 for other commands.
std::int32_t accumulator_bank(const Command& command);

// Empty when the command is legal on the machine, else what is wrong with it: the hardware's fault and a compiler's
// bug.
std::string find_fault(const Command& command, const MachineDescription& machine);

// Channels of a depthwise group: as many lanes of one input block as the array's columns take, all groups equal.
int depthwise_group(const MachineDescription& machine);

// Channels one accumulator row of the command holds: array.cols, or the depthwise group.
int group_channels(const Exec& exec, const MachineDescription& machine);

constexpr std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

}  // namespace intloom::isa
