#include "rtl_models/timing/vector_timing.h"

#include <algorithm>

namespace intloom::timing {
namespace {

// V1: chunks of all channel blocks of one pixel.
std::int64_t chunks(const isa::Vector& command, const isa::MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  std::int64_t count = 0;
  for (std::uint32_t channel = 0; channel < command.channels; ++count) {
    channel += std::min({static_cast<std::uint32_t>(machine.vector.lanes), command.channels - channel,
                         rows - channel % rows, rows - (channel + command.out_lane) % rows});
  }
  return count;
}

std::int64_t taps(const isa::Vector& command) {
  const bool pools = command.op == isa::VectorOp::max_pool || command.op == isa::VectorOp::average_pool;
  return pools ? std::int64_t{command.window.kernel_h} * command.window.kernel_w : 1;
}

}  // namespace

VectorCycles vector_cycles(const isa::Vector& command, const isa::MachineDescription& machine) {
  VectorCycles cycles;
  cycles.parameter_wait = std::int64_t{command.parameter_records} + machine.parameter_buffer.read_latency_cycles;  // V2
  cycles.steps = chunks(command, machine) * command.out.height * command.out.width * taps(command);                // V3
  // From the last step: V4 operands, V5 results, V6 end.
  cycles.drain = machine.scratchpad.read_latency_cycles + machine.vector.latency_cycles + 1;
  return cycles;
}

std::int64_t vector_duration(const isa::Vector& command, const isa::MachineDescription& machine) {
  return vector_cycles(command, machine).total();
}

}  // namespace intloom::timing
