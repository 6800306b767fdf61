#include "rtl_models/record/activity_log.h"

#include <algorithm>

namespace intloom::hw {

std::string_view activity_name(Activity activity) {
  constexpr std::array<std::string_view, kActivities> names{"idle",   "active",      "fill_drain", "weights",
                                                            "input",  "accumulator", "output",     "dependency",
                                                            "vector", "requant",     "dram"};
  return names[static_cast<std::size_t>(activity)];
}

void ActivityLog::set(std::int64_t cycle, Activity activity) {
  while (!runs_.empty() && runs_.back().first_cycle >= cycle) runs_.pop_back();
  if (runs_.empty() || runs_.back().activity != activity) runs_.push_back({cycle, activity});
}

std::array<std::int64_t, kActivities> ActivityLog::totals(std::int64_t first, std::int64_t end) const {
  std::array<std::int64_t, kActivities> totals{};
  auto run = std::upper_bound(runs_.begin(), runs_.end(), first,
                              [](std::int64_t cycle, const Run& r) { return cycle < r.first_cycle; });
  std::int64_t covered = first;
  Activity activity = run == runs_.begin() ? Activity::idle : std::prev(run)->activity;
  for (; covered < end; ++run) {
    const std::int64_t until = run == runs_.end() ? end : std::min(end, run->first_cycle);
    totals[static_cast<std::size_t>(activity)] += until - covered;
    covered = until;
    if (run == runs_.end()) break;
    activity = run->activity;
  }
  return totals;
}

}  // namespace intloom::hw
