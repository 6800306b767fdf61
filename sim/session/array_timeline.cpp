#include <algorithm>
#include <array>

#include "sim/session/layer_statistics.h"
#include "sim/stats/causes.h"

namespace intloom::sim {

namespace {

using hw::Activity;

// In the order of kCauses.
enum Cause : std::uint8_t {
  compute,
  fill_drain,
  weights,
  input,
  accumulator,
  output,
  dependency,
  vector,
  requant,
  dram,
  host
};

// Reads a list of runs forward: the activity at a cycle, and where it changes next.
class Cursor {
 public:
  explicit Cursor(const std::vector<hw::ActivityLog::Run>& runs) : runs_(runs) {}
  Activity at(std::int64_t cycle) {
    while (next_ < runs_.size() && runs_[next_].first_cycle <= cycle) ++next_;
    return next_ == 0 ? Activity::idle : runs_[next_ - 1].activity;
  }
  std::int64_t change_after() const { return next_ < runs_.size() ? runs_[next_].first_cycle : INT64_MAX; }

 private:
  const std::vector<hw::ActivityLog::Run>& runs_;
  std::size_t next_ = 0;
};

class PhaseCursor {
 public:
  explicit PhaseCursor(const std::vector<hw::PhaseChange>& changes) : changes_(changes) {}
  hw::Phase at(std::int64_t cycle) {
    while (next_ < changes_.size() && changes_[next_].cycle <= cycle) ++next_;
    return next_ == 0 ? hw::Phase::idle : changes_[next_ - 1].phase;
  }
  std::int64_t change_after() const { return next_ < changes_.size() ? changes_[next_].cycle : INT64_MAX; }

 private:
  const std::vector<hw::PhaseChange>& changes_;
  std::size_t next_ = 0;
};

Cause cause_of_wait(Activity activity) {
  switch (activity) {
    case Activity::fill_drain:
      return fill_drain;
    case Activity::weights:
      return weights;
    case Activity::input:
      return input;
    case Activity::accumulator:
      return accumulator;
    case Activity::output:
      return output;
    case Activity::vector:
      return vector;
    case Activity::requant:
      return requant;
    case Activity::dram:
      return dram;
    default:
      return dependency;
  }
}

Cause cause_of_phase(hw::Phase phase) {
  switch (phase) {
    case hw::Phase::compute:
      return compute;
    case hw::Phase::weights:
      return weights;
    default:
      return fill_drain;
  }
}

// No EXEC is there: who works instead, the unit nearest to the array first.
Cause cause_of_absence(Activity vector_does, Activity requant_does, Activity load_does, Activity store_does) {
  if (vector_does == Activity::active) return vector;
  if (requant_does == Activity::active) return requant;
  if (load_does == Activity::active) return dram;
  if (store_does == Activity::active) return output;
  return dependency;
}

}  // namespace

ArrayTimeline::ArrayTimeline(const hw::MachineRecord& record) {
  Cursor exec(record.activity_of(isa::Unit::exec).runs()), vector_unit(record.activity_of(isa::Unit::vector).runs());
  Cursor requant_unit(record.activity_of(isa::Unit::requant).runs()), load(record.activity_of(isa::Unit::load).runs());
  Cursor store(record.activity_of(isa::Unit::store).runs());
  PhaseCursor phase(record.feeder_phases);
  const std::int64_t end = record.cycles;
  for (std::int64_t cycle = 0; cycle < end;) {
    const Activity exec_does = exec.at(cycle);
    const hw::Phase feeder_phase = phase.at(cycle);
    const Activity v = vector_unit.at(cycle), r = requant_unit.at(cycle), l = load.at(cycle), s = store.at(cycle);
    const Cause cause = exec_does == Activity::active ? cause_of_phase(feeder_phase)
                        : exec_does == Activity::idle ? cause_of_absence(v, r, l, s)
                                                      : cause_of_wait(exec_does);
    if (runs_.empty() || runs_.back().cause != cause) runs_.push_back({cycle, cause});
    cycle = std::min({exec.change_after(), vector_unit.change_after(), requant_unit.change_after(), load.change_after(),
                      store.change_after(), phase.change_after(), end});
  }
}

std::map<std::string, std::int64_t> ArrayTimeline::split(std::int64_t first, std::int64_t end) const {
  std::array<std::int64_t, kCauses.size()> totals{};
  auto run = std::upper_bound(runs_.begin(), runs_.end(), first,
                              [](std::int64_t cycle, const Run& r) { return cycle < r.first_cycle; });
  for (std::int64_t covered = first; covered < end; ++run) {
    const std::int64_t until = run == runs_.end() ? end : std::min(end, run->first_cycle);
    const std::uint8_t cause = run == runs_.begin() ? static_cast<std::uint8_t>(dependency) : std::prev(run)->cause;
    totals[cause] += until - covered;
    covered = until;
    if (run == runs_.end()) break;
  }
  std::map<std::string, std::int64_t> split;
  for (std::size_t i = 0; i < kCauses.size(); ++i)
    if (totals[i] != 0) split[std::string(kCauses[i])] = totals[i];
  return split;
}

}  // namespace intloom::sim
