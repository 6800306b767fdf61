#include "rtl_models/timing/requant_timing.h"

#include <algorithm>

namespace intloom::timing {
namespace {

std::uint32_t ceil_div(std::uint32_t a, std::uint32_t b) { return (a + b - 1) / b; }

// R2: parameter words the chunk of channels [begin, end) reads.
std::int64_t parameter_words(const isa::Requant& command, std::uint32_t begin, std::uint32_t end) {
  if (command.per_channel) return std::int64_t{end} - begin;
  const std::int64_t biases = std::int64_t{ceil_div(end, 3)} - ceil_div(begin, 3);
  return begin == 0 ? 1 + biases : biases;
}

// R1: calls visit(begin, end) for each chunk in order.
template <class Visit>
void for_each_chunk(const isa::Requant& command, const isa::MachineDescription& machine, Visit visit) {
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  for (std::uint32_t begin = 0; begin < command.channels;) {
    const std::uint32_t length = std::min(
        {command.channels - begin, rows - begin % rows, command.group_channels - begin % command.group_channels});
    const std::uint32_t chunks = ceil_div(length, static_cast<std::uint32_t>(machine.requant.lanes));
    for (std::uint32_t i = 0; i < chunks; ++i) visit(begin + i * length / chunks, begin + (i + 1) * length / chunks);
    begin += length;
  }
}

}  // namespace

RequantCycles requant_cycles(const isa::Requant& command, const isa::MachineDescription& machine) {
  const std::int64_t pixels = std::int64_t{command.out.height} * command.out.width;
  const std::int64_t read_latency = machine.parameter_buffer.read_latency_cycles;
  RequantCycles cycles;
  std::int64_t streamed = 0;  // rows that hide the fetch of the chunk looked at
  for_each_chunk(command, machine, [&](std::uint32_t begin, std::uint32_t end) {
    // R3: the fetch starts with the first row of the chunk before (or at the start edge) and takes words + latency.
    const std::int64_t words = parameter_words(command, begin, end);
    const std::int64_t fetch = words == 0 ? 0 : words + read_latency;
    cycles.parameter_wait += std::max<std::int64_t>(0, fetch - streamed);
    cycles.rows += pixels;
    streamed = pixels;
  });
  cycles.drain = machine.requant.latency_cycles + 2;  // R4, R5, R6
  return cycles;
}

std::int64_t requant_duration(const isa::Requant& command, const isa::MachineDescription& machine) {
  return requant_cycles(command, machine).total();
}

}  // namespace intloom::timing
