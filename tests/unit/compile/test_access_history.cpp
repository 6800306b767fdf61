// Against a history kept for every byte on its own.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "runtime/compile/access_history.h"

namespace intloom {
namespace {

using compile::kNoCommands;
using compile::UnitCommands;

struct ByteHistory {
  int writer_unit = -1;
  std::int64_t writer = -1;
  UnitCommands readers = kNoCommands;
};

void later(UnitCommands& commands, int unit, std::int64_t command) {
  if (unit >= 0) commands[static_cast<std::size_t>(unit)] = std::max(commands[static_cast<std::size_t>(unit)], command);
}

RC_GTEST_PROP(AccessHistory, EqualsAHistoryOfEachByte, ()) {
  constexpr int kBytes = 40;
  compile::AccessHistory history;
  std::vector<ByteHistory> bytes(kBytes);
  const int accesses = *rc::gen::inRange(1, 120);
  for (int command = 0; command < accesses; ++command) {
    const int begin = *rc::gen::inRange(0, kBytes), end = *rc::gen::inRange(begin + 1, kBytes + 1);
    const int unit = *rc::gen::inRange(0, isa::kUnits);
    const bool write = *rc::gen::inRange(0, 3) == 0;
    UnitCommands expected = kNoCommands, actual = kNoCommands;
    for (int at = begin; at < end; ++at) {
      ByteHistory& byte = bytes[static_cast<std::size_t>(at)];
      later(expected, byte.writer_unit, byte.writer);
      if (write) {
        for (int reader = 0; reader < isa::kUnits; ++reader)
          later(expected, reader, byte.readers[static_cast<std::size_t>(reader)]);
        byte = {unit, command, kNoCommands};
      } else {
        later(byte.readers, unit, command);
      }
    }
    history.access(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(end), write, unit, command, actual);
    RC_ASSERT(actual == expected);
  }
}

}  // namespace
}  // namespace intloom
