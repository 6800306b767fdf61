#include "rtl_models/timing/vector_timing.h"

#include <algorithm>

#include "rtl_models/isa/vector_operation.h"

namespace intloom::timing {
namespace {

// V1: chunks of all channels of one pixel.
std::int64_t chunks(const isa::Vector& command, const isa::MachineDescription& machine) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const std::uint32_t longest = isa::longest_chunk(command.op, machine.vector);
  std::int64_t count = 0;
  for (std::uint32_t channel = 0; channel < command.channels; ++count) {
    channel += std::min({longest, command.channels - channel, rows - (channel + command.in_lane) % rows,
                         rows - (channel + command.out_lane) % rows});
  }
  return count;
}

std::int64_t taps(const isa::Vector& command) {
  return isa::is_pool(command.op) ? std::int64_t{command.window.kernel_h} * command.window.kernel_w : 1;
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
