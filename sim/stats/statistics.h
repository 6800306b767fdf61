// Statistics with a written definition each.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace intloom::sim {

// active + each stall + idle = total; stalls by cause (causes.h).
struct UnitStatistics {
  std::string path;  // machine.core0.exec
  std::int64_t active_cycles = 0, idle_cycles = 0, total_cycles = 0;
  std::map<std::string, std::int64_t> stalls;
};

struct Statistic {
  std::string path;  // machine.core0.load.read_bytes
  double value = 0;
  std::string unit;
  std::string description;
};

}  // namespace intloom::sim
