// Who last touched what, over ranges of addresses: which earlier commands a new access has to wait for.
#pragma once

#include <array>
#include <cstdint>
#include <map>

#include "rtl_models/isa/command.h"

namespace intloom::compile {

// A command number for each unit; -1: none.
using UnitCommands = std::array<std::int64_t, isa::kUnits>;
inline constexpr UnitCommands kNoCommands{-1, -1, -1, -1, -1};

class AccessHistory {
 public:
  // `waits_for` becomes, for each unit, the later of what it is and that unit's latest command that conflicts with this
  // access: the writers of the range for a read; writers and readers since for a write. Then the access is recorded.
  void access(std::uint64_t begin, std::uint64_t end, bool write, int unit, std::int64_t command,
              UnitCommands& waits_for);

 private:
  // [key, end): the latest write, and the latest read since by each unit. Ranges do not overlap.
  struct Range {
    std::uint64_t end = 0;
    int writer_unit = -1;
    std::int64_t writer = -1;
    UnitCommands readers = kNoCommands;
  };
  using Ranges = std::map<std::uint64_t, Range>;

  Ranges::iterator first_behind(std::uint64_t at);
  Ranges::iterator cut(Ranges::iterator range, std::uint64_t at);
  void read(std::uint64_t begin, std::uint64_t end, int unit, std::int64_t command, UnitCommands& waits_for);
  void write(std::uint64_t begin, std::uint64_t end, int unit, std::int64_t command, UnitCommands& waits_for);

  Ranges ranges_;
};

}  // namespace intloom::compile
