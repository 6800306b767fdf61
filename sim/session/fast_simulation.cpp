#include "sim/session/fast_simulation.h"

#include <cstring>

namespace intloom::sim {

FastSimulation::FastSimulation(const quant::Network& network, const compile::Program& program,
                               const isa::MachineDescription& machine, int threads, std::int64_t inferences,
                               bool collect_tensors)
    : program_(program), machine_(machine, threads), collector_(network, program, machine.array.rows, collect_tensors) {
  machine_.expect_runs(inferences);
  machine_.load_program(program.commands);
  for (const compile::MemorySegment& segment : program_.segments)
    machine_.write_memory(segment.address, segment.bytes.data(), segment.bytes.size());
  machine_.on_command_end([this](std::uint32_t command) { observe_end(command); });
}

std::vector<reference::IntegerTensor> FastSimulation::run(const std::vector<reference::IntegerTensor>& inputs) {
  collector_.begin(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    machine_.write_memory(program_.inputs[i].address, inputs[i].data(), inputs[i].size());
  machine_.run();
  return collector_.finish([this](std::uint64_t address, std::uint8_t* bytes, std::size_t count) {
    machine_.read_memory(address, bytes, count);
  });
}

void FastSimulation::observe_end(std::uint32_t command) {
  constexpr std::uint32_t kProgressCommands = 64;
  collector_.take(command, [this](std::uint32_t address, std::uint8_t* bytes, std::size_t count) {
    std::memcpy(bytes, machine_.activations(address), count);
  });
  if (progress_ && command % kProgressCommands == 0)
    progress_(machine_.record().times[command].end_cycle, static_cast<std::int64_t>(command));
}

}  // namespace intloom::sim
