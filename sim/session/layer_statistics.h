// Cycles of layers and units by cause, from what the blocks have logged. Definitions: docs/statistics.md.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/command_effects.h"
#include "rtl_models/record/counter.h"
#include "rtl_models/record/machine_record.h"
#include "runtime/compile/program.h"
#include "sim/session/session.h"

namespace intloom::sim {

// The array's cycles as runs of one cause each: compute, weights and fill_drain while its feeder runs, what the next
// EXEC waits for otherwise, and where none is there, the unit that works instead.
class ArrayTimeline {
 public:
  explicit ArrayTimeline(const hw::MachineRecord& record);
  // Cycles by cause in [first, end); they add up to end - first.
  std::map<std::string, std::int64_t> split(std::int64_t first, std::int64_t end) const;

 private:
  struct Run {
    std::int64_t first_cycle;
    std::uint8_t cause;
  };
  std::vector<Run> runs_;
};

// Name, op, span, cycles, causes, bytes; checks are not filled in.
std::vector<LayerResult> layer_results(const hw::MachineRecord& record, const isa::MachineDescription& machine,
                                       const compile::Program& program, const std::vector<hw::CommandEffects>& effects);

std::vector<UnitStatistics> unit_statistics(const hw::MachineRecord& record);
std::vector<Statistic> block_statistics(const std::vector<hw::PathCounter>& counters);

// The cause with the most cycles.
std::string largest_cause(const std::map<std::string, std::int64_t>& split);

}  // namespace intloom::sim
