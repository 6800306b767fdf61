// Tokens: which command waits for which, so that no two units disturb each other's data.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::compile {

// Sets `waits` and `signals` of all commands such that, for any two commands of different units that touch the same
// bytes (of a buffer or of memory; a bank of an accumulator) and of which one writes, the later one in program order
// starts after the end of the earlier one. Commands of one unit keep their order anyway.
//
// For each other unit a command waits at most for the latest one it conflicts with, and not at all where something it
// has waited for already implies that. Since a pair of units only ever gets pairs of commands later than the pair
// before on both sides, the n-th token taken is the n-th given.
//
// Memory below `constant_bytes` is never written and needs no order.
void insert_tokens(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes);

}  // namespace intloom::compile
