// What a unit waits for, in the words of the activities, and the state of all units as text: the same at both
// fidelities. What decides whether a command waits is each machine's own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/activity_log.h"

namespace intloom::hw {

// A wait for a token of `from` (README of the sequencer, counters).
Activity wait_for_token(isa::Unit from);

// A wait of `unit` for banks that others hold: `conflict`, not empty.
Activity wait_for_banks(isa::Unit unit, isa::BankMask conflict, const isa::MachineDescription& machine);

struct UnitReport {
  std::optional<std::uint32_t> running;  // the command that runs; exec: that its feeder runs
  std::optional<std::uint32_t> waiting;  // else the one at the head of the queue
  std::optional<Activity> wait;          // what that one waits for
};

// For a person: what each unit runs or waits for, and the number of the next command to be dispatched.
std::string describe_units(const std::array<UnitReport, isa::kUnits>& units, const isa::CommandStream& program,
                           std::size_t next_command);

}  // namespace intloom::hw
