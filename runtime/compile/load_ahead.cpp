#include "runtime/compile/load_ahead.h"

#include <algorithm>
#include <cmath>

namespace intloom::compile {

double LoadAhead::idle_cycles() const { return idle_ < 1 ? 0 : std::exp2(std::floor(std::log2(idle_))); }

void LoadAhead::add_layer(double cycles, double load_cycles, double commands) {
  const double queued = machine_.sequencer.exec_queue_depth + 1.0;
  horizon_ = commands >= queued ? cycles * queued / commands : cycles + horizon_ * (queued - commands) / queued;
  idle_ = std::clamp(idle_ + cycles - load_cycles, 0.0, horizon_);
}

}  // namespace intloom::compile
