#include "rtl_models/memory/simple_memory.h"

#include <algorithm>

namespace intloom::hw {

SimpleMemory::SimpleMemory(const sc_core::sc_module_name& name, MachineContext& context,
                           const isa::MachineDescription& machine, int cores)
    : Memory(name, machine, cores),
      context_(context),
      period_(machine.memory.clock_period_ps, sc_core::SC_PS),
      reads_("read_response", machine.memory.read_latency_cycles, machine.memory.bytes_per_cycle),
      writes_("write_response", machine.memory.write_latency_cycles, machine.memory.bytes_per_cycle) {
  SC_HAS_PROCESS(SimpleMemory);
  SC_METHOD(answer_reads);
  sensitive << reads_.event;
  dont_initialize();
  SC_METHOD(answer_writes);
  sensitive << writes_.event;
  dont_initialize();
}

void SimpleMemory::restart() {
  const auto cycle = static_cast<std::uint64_t>(context_.cycle());
  epoch_ = sc_core::sc_time::from_value(context_.clock_period().value() * cycle);
  for (Direction* direction : {&reads_, &writes_}) {
    direction->pipe.restart([](const Request& request) { request.payload->release(); });
    direction->event.cancel();
  }
}

void SimpleMemory::accept(const Request& request) {
  const auto since_epoch = (request.issue - epoch_).value();
  const auto arrival_edge = static_cast<std::int64_t>(since_epoch / period_.value()) + 1;
  Direction& direction = request.is_read() ? reads_ : writes_;
  direction.pipe.push(request, arrival_edge);
  notify_next(direction);
}

sc_core::sc_time SimpleMemory::edge_time(std::int64_t edge) const {
  return epoch_ + sc_core::sc_time::from_value(period_.value() * static_cast<std::uint64_t>(edge));
}

// A pending notification may be too early by now (a burst of the same instant overtook), never too late: answer()
// looks at the times again.
void SimpleMemory::notify_next(Direction& direction) {
  if (direction.pipe.empty()) return;
  direction.event.notify(edge_time(direction.pipe.front().response_edge) - sc_core::sc_time_stamp());
}

void SimpleMemory::answer(Direction& direction) {
  while (!direction.pipe.empty() && edge_time(direction.pipe.front().response_edge) <= sc_core::sc_time_stamp()) {
    const auto entry = direction.pipe.front();
    direction.pipe.pop();
    const auto latency = static_cast<std::uint64_t>(entry.response_edge - entry.arrival_edge);
    MemoryDirectionCounters& counted = direction.counted;
    counted.latency_min = counted.bursts == 0 ? latency : std::min(counted.latency_min, latency);
    counted.latency_max = std::max(counted.latency_max, latency);
    counted.latency_sum += latency;
    ++counted.bursts;
    counted.bytes += entry.request.bytes();
    respond(entry.request);
  }
  notify_next(direction);
}

MemoryDirectionCounters SimpleMemory::Direction::counters() const {
  MemoryDirectionCounters counters = counted;
  counters.busy_cycles = static_cast<std::uint64_t>(pipe.busy_cycles());
  counters.queue_peak = pipe.peak();
  return counters;
}

std::vector<Counter> SimpleMemory::counters() const {
  return MemoryCounters{reads_.counters(), writes_.counters()}.list();
}

void SimpleMemory::describe_waves(WaveScope& scope) const {
  scope.add("reads_in_memory", 16,
            [this](std::uint64_t* words) { words[0] = WaveScope::mask(reads_.pipe.size(), 16); });
  scope.add("writes_in_memory", 16,
            [this](std::uint64_t* words) { words[0] = WaveScope::mask(writes_.pipe.size(), 16); });
}

}  // namespace intloom::hw
