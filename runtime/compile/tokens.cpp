#include "runtime/compile/tokens.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rtl_models/isa/banks.h"
#include "runtime/compile/access_history.h"

namespace intloom::compile {
namespace {

std::size_t index_of(isa::Unit unit) { return static_cast<std::size_t>(unit); }

class TokenPass {
 public:
  TokenPass(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes)
      : commands_(commands), machine_(machine), constant_bytes_(constant_bytes), known_(commands.size(), kNoCommands) {
    last_of_bank_.fill(-1);
    last_of_accumulator_.resize(static_cast<std::size_t>(machine.accumulator.banks), -1);
    ended_.fill(kNoCommands);
  }

  void run() {
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      if (std::holds_alternative<isa::End>(commands_[i].body)) continue;
      UnitCommands waits_for = kNoCommands;
      collect_banks(i, waits_for);
      collect_memory(i, waits_for);
      add_waits(i, waits_for);
    }
  }

 private:
  // The last owner has waited for all owners before it.
  void take_over(std::int64_t& last, std::size_t i, UnitCommands& waits_for) {
    if (last >= 0) {
      std::int64_t& known = waits_for[index_of(commands_[static_cast<std::size_t>(last)].unit)];
      known = std::max(known, last);
    }
    last = static_cast<std::int64_t>(i);
  }

  void collect_banks(std::size_t i, UnitCommands& waits_for) {
    isa::BankMask mask = isa::banks_held(commands_[i], machine_);
    for (std::size_t bank = 0; mask != 0; ++bank, mask >>= 1U)
      if ((mask & 1U) != 0) take_over(last_of_bank_[bank], i, waits_for);
    if (const auto* exec = std::get_if<isa::Exec>(&commands_[i].body))
      take_over(last_of_accumulator_[exec->acc_bank], i, waits_for);
    if (const auto* requant = std::get_if<isa::Requant>(&commands_[i].body))
      take_over(last_of_accumulator_[requant->acc_bank], i, waits_for);
  }

  // A run of constant bytes, as all constants are loaded.
  bool is_constant(const isa::Transfer& transfer) const {
    return transfer.extents[1] == 1 && transfer.extents[2] == 1 && transfer.memory_strides[0] == 1 &&
           transfer.memory_address + transfer.extents[0] <= constant_bytes_;
  }

  void collect_memory(std::size_t i, UnitCommands& waits_for) {
    const auto* transfer = std::get_if<isa::Transfer>(&commands_[i].body);
    if (transfer == nullptr || is_constant(*transfer)) return;
    for (const isa::Access& access : isa::accesses(commands_[i], machine_)) {
      if (access.space != isa::Space::memory || access.end <= constant_bytes_) continue;
      memory_.access(access.begin, access.end, access.write, static_cast<int>(commands_[i].unit),
                     static_cast<std::int64_t>(i), waits_for);
    }
  }

  void add_waits(std::size_t i, UnitCommands& waits_for) {
    isa::Command& command = commands_[i];
    UnitCommands& ended = ended_[index_of(command.unit)];
    waits_for[index_of(command.unit)] = -1;
    // The latest command first: it is the likeliest to imply the others.
    for (;;) {
      const auto last = std::max_element(waits_for.begin(), waits_for.end());
      const std::int64_t producer = *last;
      if (producer < 0) break;
      *last = -1;
      isa::Command& from = commands_[static_cast<std::size_t>(producer)];
      if (ended[index_of(from.unit)] >= producer) continue;
      from.signals = static_cast<std::uint8_t>(from.signals | isa::unit_bit(command.unit));
      command.waits = static_cast<std::uint8_t>(command.waits | isa::unit_bit(from.unit));
      const UnitCommands& knew = known_[static_cast<std::size_t>(producer)];
      for (std::size_t unit = 0; unit < ended.size(); ++unit) ended[unit] = std::max(ended[unit], knew[unit]);
    }
    known_[i] = ended;
    known_[i][index_of(command.unit)] = static_cast<std::int64_t>(i);
  }

  isa::CommandStream& commands_;
  const isa::MachineDescription& machine_;
  std::uint64_t constant_bytes_;
  std::array<std::int64_t, isa::kMaxBanks> last_of_bank_{};
  std::vector<std::int64_t> last_of_accumulator_;
  AccessHistory memory_;
  // For each unit: the last command of each unit that has ended for sure when its next command starts.
  std::array<UnitCommands, isa::kUnits> ended_{};
  // For each command what has ended for sure at its end: whoever waits for it knows that too.
  std::vector<UnitCommands> known_;
};

}  // namespace

void insert_tokens(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes) {
  TokenPass(commands, machine, constant_bytes).run();
}

}  // namespace intloom::compile
