#include "rtl_models/machine/machine.h"

#include <fmt/format.h>

#include <algorithm>

namespace intloom::hw {

namespace {

// SystemC reports go through exceptions; nothing is printed to the user's terminal.
void quiet_systemc() {
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW);
  sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW);
}

}  // namespace

Machine::Machine(const isa::MachineDescription& description)
    : description_(description), context_(sc_core::sc_time(description.clock_period_ps, sc_core::SC_PS)) {
  quiet_systemc();
  module_ = std::make_unique<MachineModule>("machine", context_, description_);
}

Machine::~Machine() = default;

void Machine::load_program(const isa::CommandStream& program) { module_->core0.load_program(program); }

void Machine::write_memory(std::uint64_t address, const std::uint8_t* bytes, std::size_t count) {
  module_->memory->write(address, bytes, count);
}

void Machine::read_memory(std::uint64_t address, std::uint8_t* bytes, std::size_t count) const {
  module_->memory->read(address, bytes, count);
}

void Machine::read_activations(std::uint32_t address, std::uint8_t* bytes, std::size_t count) const {
  module_->core0.activations.peek(address, bytes, static_cast<std::uint32_t>(count));
}

void Machine::on_command_end(std::function<void(std::uint32_t)> observer) {
  module_->core0.sequencer.on_command_end(std::move(observer));
}

void Machine::on_progress(std::int64_t cycles, std::function<void(std::int64_t)> observer) {
  progress_cycles_ = cycles;
  progress_ = std::move(observer);
}

void Machine::on_every_cycle(std::function<void(std::int64_t)> observer) {
  module_->on_every_cycle(std::move(observer));
}

void Machine::begin_first_run() {
  started_ = true;
  // Cycle 0 is the reset edge; half a period later reset is released, so that cycle 1 is the program's first.
  sc_core::sc_start(context_.clock_period() / 2);
  module_->rst_n.write(true);
}

void Machine::run() {
  const bool first = !started_;
  if (first) begin_first_run();
  // Later runs start at the edge at which the run before has halted: it is their cycle 0.
  base_cycle_ = context_.cycle();
  if (!first) module_->memory->restart();
  module_->core0.feeder.clear_phase_log();
  module_->core0.sequencer.restart(base_cycle_);
  while (!module_->core0.sequencer.halted()) {
    advance();
    const std::int64_t cycle = context_.cycle() - base_cycle_;
    if (context_.faulted()) {
      const Fault& fault = context_.fault();
      fail(fmt::format("{} at cycle {}: {}", fault.path, fault.cycle - base_cycle_, fault.message));
    }
    if (progress_) progress_(cycle);
    if (description_.max_cycles > 0 && cycle >= last_edge() && !module_->core0.sequencer.halted())
      fail(fmt::format("the program has not ended after max_cycles: {} cycles", description_.max_cycles));
  }
}

// A program of max_cycles cycles has halted there.
std::int64_t Machine::last_edge() const { return description_.max_cycles + kEdgesToHalt; }

void Machine::advance() {
  std::int64_t cycles = progress_cycles_;
  if (description_.max_cycles > 0)
    cycles = std::clamp<std::int64_t>(last_edge() - (context_.cycle() - base_cycle_), 1, cycles);
  sc_core::sc_start(context_.clock_period() * static_cast<double>(cycles));
}

void Machine::fail(const std::string& reason) const {
  throw MachineFault(reason + "\nState of the units:\n" + module_->core0.sequencer.describe_state());
}

std::int64_t Machine::cycles() const {
  std::int64_t last = 0;
  for (const CommandTimes& times : module_->core0.sequencer.times()) last = std::max(last, times.end_cycle);
  return last;
}

MachineRecord Machine::record() const {
  const Sequencer& sequencer = module_->core0.sequencer;
  MachineRecord record;
  record.cycles = cycles();
  record.times = sequencer.times();
  for (std::size_t u = 0; u < record.activity.size(); ++u)
    record.activity[u] = sequencer.activity(static_cast<isa::Unit>(u));
  record.feeder_phases = module_->core0.feeder.phase_log();
  for (PhaseChange& change : record.feeder_phases) change.cycle -= base_cycle_;
  return record;
}

std::vector<PathCounter> Machine::counters() const {
  std::vector<PathCounter> list;
  for (const Block* block : module_->core0.blocks())
    for (Counter& counter : block->counters()) list.push_back({block->name(), std::move(counter)});
  for (Counter& counter : module_->memory->counters()) list.push_back({module_->memory->name(), std::move(counter)});
  return list;
}

void Machine::describe_waves(const std::function<WaveScope&(const std::string& path)>& scope_of) const {
  module_->core0.describe_waves(scope_of);
  module_->memory->describe_waves(scope_of(module_->memory->name()));
}

std::vector<Machine::BlockProfile> Machine::profile() const {
  std::vector<BlockProfile> list;
  for (const Block* block : module_->core0.blocks())
    list.push_back({block->name(), block->tick_calls(), block->tick_nanoseconds()});
  return list;
}

}  // namespace intloom::hw
