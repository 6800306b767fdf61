#include "runtime/mapping/transfer_cost.h"

#include <algorithm>

#include "runtime/mapping/tiling.h"

namespace intloom::mapping {
namespace {

// Cycles between a transfer's end and the start of the next (sequencer).
constexpr double kHandover = 2;
// From the issue of a burst to its arrival at the memory, and of the response back.
constexpr double kRequest = 2;

double transfer_cycles(const TransferShape& transfer, const isa::MachineDescription& machine, int latency_cycles) {
  const double memory_cycle = static_cast<double>(machine.memory.clock_period_ps) / machine.clock_period_ps;
  const std::int64_t burst_bytes = std::min<std::int64_t>(machine.memory.burst_bytes, transfer.run_bytes);
  const std::int64_t bursts = transfer.runs * ceil_div(transfer.run_bytes, burst_bytes);
  const auto bytes = static_cast<double>(transfer.runs * transfer.run_bytes);
  const std::int64_t word_bytes = std::min(transfer.word_bytes, transfer.run_bytes);
  const double buffer =
      bytes / static_cast<double>(word_bytes) * static_cast<double>(ceil_div(word_bytes, machine.dma.bytes_per_cycle));
  const double memory =
      static_cast<double>(bursts * ceil_div(burst_bytes, machine.memory.bytes_per_cycle)) * memory_cycle;
  // A burst occupies the slower of the two for `step`; its slot from the issue to its last byte, through both.
  const double memory_step = memory / static_cast<double>(bursts), buffer_step = buffer / static_cast<double>(bursts);
  const double step = std::max(memory_step, buffer_step);
  const double latency = latency_cycles * memory_cycle + kRequest;
  const std::int64_t slots = machine.dma.outstanding_bursts;
  const double round_trip = latency + memory_step + buffer_step;
  if (static_cast<double>(slots) * step >= round_trip) return latency + static_cast<double>(bursts) * step + kHandover;
  const std::int64_t rounds = ceil_div(bursts, slots), last = bursts - (rounds - 1) * slots;
  return static_cast<double>(rounds - 1) * round_trip + latency + static_cast<double>(last) * step + kHandover;
}

}  // namespace

double load_cycles(const TransferShape& transfer, const isa::MachineDescription& machine) {
  return transfer_cycles(transfer, machine, machine.memory.read_latency_cycles);
}

double store_cycles(const TransferShape& transfer, const isa::MachineDescription& machine) {
  return transfer_cycles(transfer, machine, machine.memory.write_latency_cycles);
}

}  // namespace intloom::mapping
