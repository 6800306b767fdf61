// What one run of a program leaves behind, whatever the fidelity: when each command ran, and what each unit did in each
// cycle. Cycles are counted from the program's start.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/record/activity_log.h"
#include "rtl_models/record/feeder_phase.h"

namespace intloom::hw {

// Edges from a program's last end to the one at which the sequencer has seen that nothing is left (rules Q3, Q7).
inline constexpr std::int64_t kEdgesToHalt = 2;

struct CommandTimes {
  std::int64_t start_cycle = -1;  // edge at which the unit takes the command
  std::int64_t end_cycle = -1;    // edge at which the unit reports its end
};

struct MachineRecord {
  std::int64_t cycles = 0;                        // edge of the last command's end
  std::vector<CommandTimes> times;                // by command
  std::array<ActivityLog, isa::kUnits> activity;  // by unit
  std::vector<PhaseChange> feeder_phases;         // oldest first

  const ActivityLog& activity_of(isa::Unit unit) const { return activity[static_cast<std::size_t>(unit)]; }
};

}  // namespace intloom::hw
