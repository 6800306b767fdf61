#include "rtl_models/record/memory_counters.h"

namespace intloom::hw {
namespace {

void append(std::vector<Counter>& list, const std::string& prefix, const MemoryDirectionCounters& counted) {
  list.push_back({prefix + "bursts", counted.bursts, "count", "bursts answered"});
  list.push_back({prefix + "bytes", counted.bytes, "bytes", "bytes of the bursts answered"});
  list.push_back({prefix + "busy_cycles", counted.busy_cycles, "memory cycles",
                  "cycles of the memory's clock in which the data path moved a burst"});
  list.push_back({prefix + "latency_sum_cycles", counted.latency_sum, "memory cycles",
                  "sum over the bursts of the cycles from arrival at the memory to response"});
  list.push_back({prefix + "latency_min_cycles", counted.latency_min, "memory cycles",
                  "shortest time from arrival at the memory to response"});
  list.push_back({prefix + "latency_max_cycles", counted.latency_max, "memory cycles",
                  "longest time from arrival at the memory to response"});
  list.push_back({prefix + "queue_peak", counted.queue_peak, "count", "most bursts in the memory at once"});
}

}  // namespace

std::vector<Counter> MemoryCounters::list() const {
  std::vector<Counter> all;
  append(all, "read_", reads);
  append(all, "write_", writes);
  return all;
}

}  // namespace intloom::hw
