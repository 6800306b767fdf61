#include "tests/unit/compile/token_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace intloom::test {

TokenOrder::TokenOrder(const isa::CommandStream& commands) : commands_(commands) {
  std::array<std::array<std::deque<std::int64_t>, isa::kUnits>, isa::kUnits> given;  // [from][to]
  for (std::size_t i = 0; i < commands.size(); ++i)
    for (unsigned to = 0; to < isa::kUnits; ++to)
      if ((commands[i].signals >> to & 1U) != 0)
        given[static_cast<std::size_t>(commands[i].unit)][to].push_back(static_cast<std::int64_t>(i));
  Clock previous{-1, -1, -1, -1, -1};
  for (std::size_t i = 0; i < commands.size(); ++i) {
    Clock clock{-1, -1, -1, -1, -1};
    const auto learn = [&](std::int64_t ended) {
      const Clock& known = ended_[static_cast<std::size_t>(ended)];
      for (std::size_t unit = 0; unit < clock.size(); ++unit) clock[unit] = std::max(clock[unit], known[unit]);
      std::int64_t& own = clock[static_cast<std::size_t>(commands[static_cast<std::size_t>(ended)].unit)];
      own = std::max(own, ended);
    };
    const auto unit = static_cast<std::size_t>(commands[i].unit);
    if (previous[unit] >= 0) learn(previous[unit]);
    for (std::size_t from = 0; from < isa::kUnits; ++from) {
      if ((commands[i].waits >> from & 1U) == 0) continue;
      std::deque<std::int64_t>& tokens = given[from][unit];
      if (tokens.empty() || tokens.front() >= static_cast<std::int64_t>(i)) {
        complaints_.push_back(fmt::format("command {} waits for a token that no earlier command gives", i));
        continue;
      }
      learn(tokens.front());
      tokens.pop_front();
    }
    ended_.push_back(clock);
    if (!std::holds_alternative<isa::End>(commands[i].body)) previous[unit] = static_cast<std::int64_t>(i);
  }
  for (const auto& row : given)
    for (const auto& tokens : row)
      if (!tokens.empty()) complaints_.push_back(fmt::format("a token of command {} is never taken", tokens.front()));
}

bool TokenOrder::ends_before_start(std::int64_t earlier, std::int64_t later) const {
  const isa::Unit unit = commands_[static_cast<std::size_t>(earlier)].unit;
  if (unit == commands_[static_cast<std::size_t>(later)].unit) return earlier < later;
  return ended_[static_cast<std::size_t>(later)][static_cast<std::size_t>(unit)] >= earlier;
}

}  // namespace intloom::test
