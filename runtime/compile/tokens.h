// Tokens: which command waits for which, so that no two units disturb each other.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::compile {

// Sets `waits` and `signals` of all commands such that two commands of different units keep their order in the program
// when they
//   - use the same bank of an on-chip buffer or of the accumulator, even if both only read: a unit holds its banks
//     alone, so one has to be first, and which one is settled here, not by a race;
//   - touch the same bytes of memory and one of them writes.
// The later one then starts after the end of the earlier one. Commands of one unit keep their order anyway. So a bank
// is always free when the tokens of a command are there, and a program's time is a recurrence over its commands: a
// faster unit, memory or deeper queue cannot make any command start later.
//
// For each other unit a command waits at most for the latest one it conflicts with, and not at all where something it
// has waited for already implies that. Since a pair of units only ever gets pairs of commands later than the pair
// before on both sides, the n-th token taken is the n-th given; and no command signals the same unit twice.
//
// Memory below `constant_bytes` is never written and needs no order.
void insert_tokens(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes);

}  // namespace intloom::compile
