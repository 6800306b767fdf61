#include "rtl_models/record/unit_report.h"

#include <fmt/format.h>

#include "rtl_models/isa/disassembly.h"

namespace intloom::hw {

using isa::Unit;

Activity wait_for_token(Unit from) {
  constexpr std::array<Activity, isa::kUnits> kWaits{Activity::dram, Activity::dependency, Activity::requant,
                                                     Activity::vector, Activity::output};
  return kWaits[static_cast<std::size_t>(from)];
}

Activity wait_for_banks(Unit unit, isa::BankMask conflict, const isa::MachineDescription& machine) {
  const int weights_bit = machine.scratchpad.banks;
  const int parameters_bit = weights_bit + machine.weight_buffer.banks;
  if ((conflict & ((isa::BankMask{1} << weights_bit) - 1)) != 0)
    return unit == Unit::exec || unit == Unit::load ? Activity::input : Activity::output;
  return (conflict >> parameters_bit) == 0 ? Activity::weights : Activity::requant;
}

std::string describe_units(const std::array<UnitReport, isa::kUnits>& units, const isa::CommandStream& program,
                           std::size_t next_command) {
  std::string text;
  for (std::size_t u = 0; u < units.size(); ++u) {
    const UnitReport& state = units[u];
    text += fmt::format("  {:<8}", isa::unit_name(static_cast<Unit>(u)));
    if (state.running)
      text += fmt::format("runs command {}", *state.running);
    else if (!state.waiting)
      text += "has nothing to do";
    else
      text +=
          fmt::format("waits with command {} for {}: {}", *state.waiting,
                      state.wait ? activity_name(*state.wait) : "its turn", isa::disassemble(program[*state.waiting]));
    text += '\n';
  }
  return text + fmt::format("  next command to dispatch: {} of {}\n", next_command, program.size());
}

}  // namespace intloom::hw
