// What a unit does, cycle by cycle, as runs: every cycle belongs to exactly one activity, so the cycles of all
// activities add up to the total by construction.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace intloom::hw {

// `active`: a command runs. The rest says what the command at the head of the unit's queue waits for; `idle`: none is
// there. Definitions: rtl_models/sequencer/README.md.
enum class Activity : std::uint8_t {
  idle,
  active,
  fill_drain,
  weights,
  input,
  accumulator,
  output,
  dependency,
  vector,
  requant,
  dram
};
inline constexpr int kActivities = 11;
std::string_view activity_name(Activity activity);

class ActivityLog {
 public:
  struct Run {
    std::int64_t first_cycle;  // to the next run's first cycle
    Activity activity;
  };

  void clear() { runs_.clear(); }
  // From `cycle` on the unit does `activity`. Cycles do not go back; the last word on a cycle counts.
  void set(std::int64_t cycle, Activity activity);
  const std::vector<Run>& runs() const { return runs_; }
  // Cycles of each activity in [first, end).
  std::array<std::int64_t, kActivities> totals(std::int64_t first, std::int64_t end) const;

 private:
  std::vector<Run> runs_;
};

}  // namespace intloom::hw
