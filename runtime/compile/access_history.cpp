#include "runtime/compile/access_history.h"

#include <algorithm>

namespace intloom::compile {
namespace {

void later(UnitCommands& commands, int unit, std::int64_t command) {
  if (unit < 0) return;
  std::int64_t& known = commands[static_cast<std::size_t>(unit)];
  known = std::max(known, command);
}

}  // namespace

void AccessHistory::access(std::uint64_t begin, std::uint64_t end, bool is_write, int unit, std::int64_t command,
                           UnitCommands& waits_for) {
  if (is_write)
    write(begin, end, unit, command, waits_for);
  else
    read(begin, end, unit, command, waits_for);
}

// The first range that ends behind `at`; cut in two where it begins before.
AccessHistory::Ranges::iterator AccessHistory::first_behind(std::uint64_t at) {
  auto it = ranges_.upper_bound(at);
  if (it == ranges_.begin()) return it;
  const auto before = std::prev(it);
  if (before->second.end <= at) return it;
  return before->first == at ? before : cut(before, at);
}

// The part of the range from `at` on.
AccessHistory::Ranges::iterator AccessHistory::cut(Ranges::iterator range, std::uint64_t at) {
  const auto tail = ranges_.emplace_hint(std::next(range), at, range->second);
  range->second.end = at;
  return tail;
}

void AccessHistory::read(std::uint64_t begin, std::uint64_t end, int unit, std::int64_t command,
                         UnitCommands& waits_for) {
  auto it = first_behind(begin);
  for (std::uint64_t at = begin; at < end; ++it) {
    const std::uint64_t gap_end = it == ranges_.end() ? end : std::min(end, it->first);
    if (at < gap_end) {  // not touched before
      it = ranges_.emplace_hint(it, at, Range{gap_end, -1, -1, kNoCommands});
    } else if (it->second.end > end) {
      cut(it, end);
    }
    Range& range = it->second;
    later(waits_for, range.writer_unit, range.writer);
    later(range.readers, unit, command);
    at = range.end;
  }
}

void AccessHistory::write(std::uint64_t begin, std::uint64_t end, int unit, std::int64_t command,
                          UnitCommands& waits_for) {
  auto it = first_behind(begin);
  while (it != ranges_.end() && it->first < end) {
    if (it->second.end > end) cut(it, end);
    const Range& range = it->second;
    later(waits_for, range.writer_unit, range.writer);
    for (int reader = 0; reader < isa::kUnits; ++reader)
      later(waits_for, reader, range.readers[static_cast<std::size_t>(reader)]);
    if (it->first == begin && range.end == end) {  // the same tile as before
      it->second = Range{end, unit, command, kNoCommands};
      return;
    }
    it = ranges_.erase(it);
  }
  ranges_.emplace_hint(it, begin, Range{end, unit, command, kNoCommands});
}

}  // namespace intloom::compile
