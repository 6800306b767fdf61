// What the feeder does at each edge, as run lengths: how the cycles of EXEC split into causes.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtl_models/record/feeder_phase.h"

namespace intloom::hw {

class PhaseRecorder {
 public:
  Phase current() const { return current_; }
  // Changes since the last clear(), oldest first. The edges of a command are those after its start edge, up to and with
  // its feed_done edge.
  const std::vector<PhaseChange>& changes() const { return changes_; }
  void clear() { changes_.clear(); }
  // Edges spent in the phase so far (idle edges are not counted: the block sleeps).
  std::uint64_t cycles(Phase phase) const { return cycles_[static_cast<std::size_t>(phase)]; }

  // Call once an edge; `cycle` is only called at a change.
  template <class Cycle>
  void enter(Phase phase, Cycle&& cycle) {
    ++cycles_[static_cast<std::size_t>(phase)];
    if (phase == current_) return;
    current_ = phase;
    changes_.push_back({cycle(), phase});
  }

 private:
  Phase current_ = Phase::idle;
  std::vector<PhaseChange> changes_;
  std::array<std::uint64_t, kPhases> cycles_{};
};

}  // namespace intloom::hw
