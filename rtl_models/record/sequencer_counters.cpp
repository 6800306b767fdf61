#include "rtl_models/record/sequencer_counters.h"

#include <fmt/format.h>

namespace intloom::hw {

std::vector<Counter> SequencerCounters::list() const {
  std::vector<Counter> all;
  for (std::size_t unit = 0; unit < commands.size(); ++unit)
    all.push_back({fmt::format("{}_commands", isa::unit_name(static_cast<isa::Unit>(unit))), commands[unit], "count",
                   "commands started on the unit"});
  return all;
}

}  // namespace intloom::hw
