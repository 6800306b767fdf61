#include "sim/session/clocked_simulation.h"

namespace intloom::sim {

namespace {

constexpr std::int64_t kProgressCycles = 1 << 16;

}  // namespace

ClockedSimulation::ClockedSimulation(const quant::Network& network, const compile::Program& program,
                                     const isa::MachineDescription& machine, bool collect_tensors)
    : program_(program), machine_(machine), collector_(network, program, machine.array.rows, collect_tensors) {
  machine_.load_program(program.commands);
  for (const compile::MemorySegment& segment : program_.segments)
    machine_.write_memory(segment.address, segment.bytes.data(), segment.bytes.size());
  machine_.on_command_end([this](std::uint32_t command) { observe_end(command); });
}

std::vector<reference::IntegerTensor> ClockedSimulation::run(const std::vector<reference::IntegerTensor>& inputs) {
  effects_.assign(program_.commands.size(), {});
  collector_.begin(inputs);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    machine_.write_memory(program_.inputs[i].address, inputs[i].data(), inputs[i].size());
  machine_.run();
  return collector_.finish([this](std::uint64_t address, std::uint8_t* bytes, std::size_t count) {
    machine_.read_memory(address, bytes, count);
  });
}

void ClockedSimulation::on_progress(Observer observer) {
  machine_.on_progress(kProgressCycles, [this, observer = std::move(observer)](std::int64_t cycle) {
    observer(cycle, machine_.core().sequencer.current_command(isa::Unit::exec));
  });
}

void ClockedSimulation::observe_end(std::uint32_t command) {
  const isa::Unit unit = program_.commands[command].unit;
  const auto difference = [](std::uint64_t now, std::uint64_t& seen) {
    const std::uint64_t since = now - seen;
    seen = now;
    return static_cast<std::int64_t>(since);
  };
  const hw::Core& core = machine_.core();
  if (unit == isa::Unit::exec) effects_[command].overflows = difference(core.accumulator.overflows(), overflows_seen_);
  if (unit == isa::Unit::requant)
    effects_[command].saturations = difference(core.requant.saturations(), saturations_seen_);
  if (unit == isa::Unit::vector)
    effects_[command].saturations = difference(core.vector.saturations(), vector_saturations_seen_);
  collector_.take(command, [this](std::uint32_t address, std::uint8_t* bytes, std::size_t count) {
    machine_.read_activations(address, bytes, count);
  });
}

}  // namespace intloom::sim
