#include "runtime/compile/tokens.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rtl_models/isa/banks.h"
#include "runtime/compile/access_history.h"

namespace intloom::compile {
namespace {

constexpr std::size_t kSpaces = 5;

std::size_t index_of(isa::Unit unit) { return static_cast<std::size_t>(unit); }

class TokenPass {
 public:
  TokenPass(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes)
      : commands_(commands), machine_(machine), constant_bytes_(constant_bytes), known_(commands.size(), kNoCommands) {
    latest_.fill(kNoCommands);
  }

  void run() {
    for (std::size_t i = 0; i < commands_.size(); ++i) {
      if (std::holds_alternative<isa::End>(commands_[i].body)) continue;
      UnitCommands waits_for = kNoCommands;
      collect_conflicts(i, waits_for);
      add_waits(i, waits_for);
    }
  }

 private:
  void collect_conflicts(std::size_t i, UnitCommands& waits_for) {
    const int unit = static_cast<int>(commands_[i].unit);
    std::vector<isa::Access> list = isa::accesses(commands_[i], machine_);
    for (std::size_t k = 0; k < list.size();) {
      isa::Access access = list[k++];
      // Blocks of whole maps follow each other without gaps.
      while (k < list.size() && list[k].space == access.space && list[k].write == access.write &&
             list[k].begin == access.end)
        access.end = list[k++].end;
      if (access.space == isa::Space::memory && access.end <= constant_bytes_) continue;
      history_[static_cast<std::size_t>(access.space)].access(access.begin, access.end, access.write, unit,
                                                              static_cast<std::int64_t>(i), waits_for);
    }
  }

  // `latest_[u]`: for each unit the last command that has ended for sure when unit u starts its next one. What a
  // command knew at its start (known_) everybody knows who waited for its end.
  void add_waits(std::size_t i, UnitCommands& waits_for) {
    isa::Command& command = commands_[i];
    UnitCommands& latest = latest_[index_of(command.unit)];
    waits_for[index_of(command.unit)] = -1;
    // The latest command first: it is the likeliest to imply the others.
    for (;;) {
      const auto last = std::max_element(waits_for.begin(), waits_for.end());
      if (*last < 0) break;
      const std::int64_t producer = *last;
      const auto producer_unit = static_cast<std::size_t>(last - waits_for.begin());
      *last = -1;
      if (latest[producer_unit] >= producer) continue;
      isa::Command& from = commands_[static_cast<std::size_t>(producer)];
      from.signals = static_cast<std::uint8_t>(from.signals | isa::unit_bit(command.unit));
      command.waits = static_cast<std::uint8_t>(command.waits | isa::unit_bit(from.unit));
      const UnitCommands& knew = known_[static_cast<std::size_t>(producer)];
      for (std::size_t u = 0; u < latest.size(); ++u) latest[u] = std::max(latest[u], knew[u]);
      latest[producer_unit] = producer;
    }
    known_[i] = latest;
    known_[i][index_of(command.unit)] = static_cast<std::int64_t>(i);
  }

  isa::CommandStream& commands_;
  const isa::MachineDescription& machine_;
  std::uint64_t constant_bytes_;
  std::array<AccessHistory, kSpaces> history_;
  std::array<UnitCommands, isa::kUnits> latest_;
  std::vector<UnitCommands> known_;
};

}  // namespace

void insert_tokens(isa::CommandStream& commands, const isa::MachineDescription& machine, std::uint64_t constant_bytes) {
  TokenPass(commands, machine, constant_bytes).run();
}

}  // namespace intloom::compile
