#include "runtime/mapping/transfer_cost.h"

#include <algorithm>

#include "runtime/mapping/tiling.h"

namespace intloom::mapping {
namespace {

// Cycles between a transfer's end and the start of the next (sequencer).
constexpr double kHandover = 2;
// From the issue of a burst to its arrival at the memory, and of the response back.
constexpr double kRequest = 2;

}  // namespace

TransferCost::TransferCost(const isa::MachineDescription& machine, int latency_cycles)
    : memory_cycle_(static_cast<double>(machine.memory.clock_period_ps) / machine.clock_period_ps),
      latency_(latency_cycles * memory_cycle_ + kRequest),
      burst_bytes_(machine.memory.burst_bytes),
      memory_bytes_per_cycle_(machine.memory.bytes_per_cycle),
      buffer_bytes_per_cycle_(machine.dma.bytes_per_cycle),
      slots_(machine.dma.outstanding_bursts) {}

double TransferCost::cycles(const TransferShape& transfer) const {
  const std::int64_t burst_bytes = std::min(burst_bytes_, transfer.run_bytes);
  const std::int64_t bursts = transfer.runs * ceil_div(transfer.run_bytes, burst_bytes);
  const auto bytes = static_cast<double>(transfer.runs * transfer.run_bytes);
  const std::int64_t word_bytes = std::min(transfer.word_bytes, transfer.run_bytes);
  const double buffer =
      bytes / static_cast<double>(word_bytes) * static_cast<double>(ceil_div(word_bytes, buffer_bytes_per_cycle_));
  const double memory = static_cast<double>(bursts * ceil_div(burst_bytes, memory_bytes_per_cycle_)) * memory_cycle_;
  // A burst occupies the slower of the two for `step`; its slot from the issue to its last byte, through both.
  const double memory_step = memory / static_cast<double>(bursts), buffer_step = buffer / static_cast<double>(bursts);
  const double step = std::max(memory_step, buffer_step);
  const double round_trip = latency_ + memory_step + buffer_step;
  if (static_cast<double>(slots_) * step >= round_trip)
    return latency_ + static_cast<double>(bursts) * step + kHandover;
  const std::int64_t rounds = ceil_div(bursts, slots_), last = bursts - (rounds - 1) * slots_;
  return static_cast<double>(rounds - 1) * round_trip + latency_ + static_cast<double>(last) * step + kHandover;
}

TransferCost load_cost(const isa::MachineDescription& machine) { return {machine, machine.memory.read_latency_cycles}; }

TransferCost store_cost(const isa::MachineDescription& machine) {
  return {machine, machine.memory.write_latency_cycles};
}

double load_cycles(const TransferShape& transfer, const isa::MachineDescription& machine) {
  return load_cost(machine).cycles(transfer);
}

double store_cycles(const TransferShape& transfer, const isa::MachineDescription& machine) {
  return store_cost(machine).cycles(transfer);
}

}  // namespace intloom::mapping
