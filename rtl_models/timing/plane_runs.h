// Consecutive planes of a map whose words are accessed equally often, gathered into one count.
#pragma once

#include <cstdint>

#include "rtl_models/timing/word_grid.h"

namespace intloom::timing {

class PlaneRuns {
 public:
  // `grid`: one plane, the map's first.
  PlaneRuns(const WordGrid& grid, BankTally& tally) : grid_(grid), tally_(tally) { grid_.planes = 0; }
  ~PlaneRuns() { flush(); }
  PlaneRuns(const PlaneRuns&) = delete;
  PlaneRuns& operator=(const PlaneRuns&) = delete;

  // The next plane's words are accessed `times` times each.
  void add(std::int64_t times) {
    if (times != times_) flush();
    times_ = times;
    ++grid_.planes;
  }

 private:
  void flush() {
    count_accesses(grid_, times_, tally_);
    grid_.address += grid_.planes * grid_.plane_pitch;
    grid_.planes = 0;
  }

  WordGrid grid_;
  BankTally& tally_;
  std::int64_t times_ = 0;
};

}  // namespace intloom::timing
