#include "rtl_models/sequencer/sequencer.h"

#include <fmt/format.h>

#include "rtl_models/isa/disassembly.h"
#include "rtl_models/record/unit_report.h"

namespace intloom::hw {

using isa::Unit;

namespace {

// Rule Q4: who is looked at first in a cycle, so that results leave before more work enters.
constexpr std::array<Unit, isa::kUnits> kStartOrder{Unit::store, Unit::requant, Unit::vector, Unit::exec, Unit::load};

constexpr std::uint32_t kExec = static_cast<std::uint32_t>(Unit::exec);

bool is_end(const isa::Command& command) { return std::holds_alternative<isa::End>(command.body); }

}  // namespace

Sequencer::Sequencer(const sc_core::sc_module_name& name, MachineContext& context,
                     const isa::MachineDescription& machine)
    : Block(name, context), machine_(machine), exec_acc_users_(static_cast<std::size_t>(machine.accumulator.banks), 0) {
  const auto& depths = machine.sequencer;
  const std::array<int, isa::kUnits> by_unit{depths.load_queue_depth, depths.exec_queue_depth,
                                             depths.requant_queue_depth, depths.vector_queue_depth,
                                             depths.store_queue_depth};
  for (std::size_t u = 0; u < units_.size(); ++u) units_[u].queue_depth = static_cast<std::size_t>(by_unit[u]);
}

void Sequencer::end_of_elaboration() {
  for (const auto& done : done_i) wake_on(done.posedge_event());
  wake_on(feed_done_i.posedge_event());
  wake_on(restarted_);
}

void Sequencer::load_program(const isa::CommandStream* program) {
  program_ = program;
  decoded_.clear();
  decoded_.reserve(program->size());
  for (const isa::Command& command : *program) {
    Decoded decoded;
    decoded.fault = isa::find_fault(command, machine_);
    if (decoded.fault.empty()) decoded.banks = isa::banks_held(command, machine_);
    decoded.acc_bank = isa::accumulator_bank(command);
    decoded_.push_back(std::move(decoded));
  }
}

void Sequencer::restart(std::int64_t base_cycle) {
  base_cycle_ = base_cycle;
  pc_ = 0;
  halted_ = false;
  times_.assign(program_->size(), {});
  counted_ = {};
  for (UnitState& unit : units_) {
    unit.log.clear();
    unit.current = -1;
  }
  restarted_.notify(sc_core::SC_ZERO_TIME);
}

void Sequencer::reset() {
  for (UnitState& unit : units_) {
    unit.queue.clear();
    unit.running = false;
    unit.held = 0;
    unit.tokens.fill(0);
  }
  draining_.clear();
  std::fill(exec_acc_users_.begin(), exec_acc_users_.end(), 0U);
  progressed_ = true;
}

void Sequencer::tick() {
  progressed_ = false;
  lower_start_pulses();
  if (halted_) return;
  const std::int64_t now = context().cycle() - base_cycle_;
  collect_ends(now);
  start_units(now);
  dispatch();
  finish_or_complain(now);
}

void Sequencer::lower_start_pulses() {
  for (std::size_t u = 0; u < units_.size(); ++u) {
    if (!units_[u].start_valid) continue;
    units_[u].start_valid = false;
    start_valid_o[u].write(false);
    progressed_ = true;
  }
}

void Sequencer::collect_ends(std::int64_t now) {
  UnitState& exec = state_of(Unit::exec);
  if (feed_done_i.read()) {
    exec.running = false;
    exec.held = 0;
    draining_.push_back(static_cast<std::uint32_t>(exec.current));
    progressed_ = true;
  }
  for (std::uint32_t u = 0; u < isa::kUnits; ++u) {
    if (!done_i[u].read()) continue;
    const std::uint32_t command = u == kExec ? draining_.front() : static_cast<std::uint32_t>(units_[u].current);
    end_command(static_cast<Unit>(u), command, now);
  }
}

void Sequencer::end_command(Unit unit, std::uint32_t command, std::int64_t now) {
  progressed_ = true;
  times_[command].end_cycle = now - 1;
  if (unit == Unit::exec) {
    draining_.pop_front();
    --exec_acc_users_[static_cast<std::size_t>(decoded_[command].acc_bank)];
  } else {
    state_of(unit).running = false;
    state_of(unit).held = 0;
  }
  for (std::size_t to = 0; to < units_.size(); ++to)
    if (((*program_)[command].signals & isa::unit_bit(static_cast<Unit>(to))) != 0)
      ++units_[to].tokens[static_cast<std::size_t>(unit)];
  if (observer_) observer_(command);
}

void Sequencer::start_units(std::int64_t now) {
  for (const Unit unit : kStartOrder) {
    UnitState& state = state_of(unit);
    if (state.running) continue;
    if (state.queue.empty()) {
      state.log.set(now, unit == Unit::exec && !draining_.empty() ? Activity::fill_drain : Activity::idle);
      continue;
    }
    const std::optional<Activity> unmet = unmet_condition(unit, state.queue.front());
    if (unmet) {
      state.log.set(now, *unmet);
      continue;
    }
    const std::uint32_t command = state.queue.front();
    state.queue.pop_front();
    start(unit, command, now);
  }
}

void Sequencer::start(Unit unit, std::uint32_t command, std::int64_t now) {
  progressed_ = true;
  UnitState& state = state_of(unit);
  const auto u = static_cast<std::uint32_t>(unit);
  for (std::size_t from = 0; from < units_.size(); ++from)
    if (((*program_)[command].waits & isa::unit_bit(static_cast<Unit>(from))) != 0) --state.tokens[from];
  if (unit == Unit::exec) ++exec_acc_users_[static_cast<std::size_t>(decoded_[command].acc_bank)];
  state.running = true;
  state.held = decoded_[command].banks;
  state.current = command;
  ++counted_.commands[u];
  state.start_valid = true;
  start_valid_o[u].write(true);
  start_command_o[u].write(command);
  times_[command].start_cycle = now + 1;
  // The deciding cycle is a dependency's last: the unit takes the command at the next edge.
  state.log.set(now, Activity::dependency);
  state.log.set(now + 1, Activity::active);
}

std::optional<Activity> Sequencer::unmet_condition(Unit unit, std::uint32_t command) const {
  if (const auto missing = missing_token(unit, (*program_)[command])) {
    // A token of the requantizer that still drains the bank this EXEC writes: the accumulator is full.
    if (unit == Unit::exec && *missing == Activity::requant && accumulator_bank_taken(unit, command))
      return Activity::accumulator;
    return missing;
  }
  if (accumulator_bank_taken(unit, command)) return Activity::accumulator;
  return taken_bank(unit, command);
}

std::optional<Activity> Sequencer::missing_token(Unit unit, const isa::Command& command) const {
  for (std::size_t from = 0; from < units_.size(); ++from)
    if ((command.waits & isa::unit_bit(static_cast<Unit>(from))) != 0 && state_of(unit).tokens[from] == 0)
      return wait_for_token(static_cast<Unit>(from));
  return std::nullopt;
}

bool Sequencer::accumulator_bank_taken(Unit unit, std::uint32_t command) const {
  const std::int32_t bank = decoded_[command].acc_bank;
  if (unit == Unit::requant) return exec_acc_users_[static_cast<std::size_t>(bank)] != 0;
  if (unit != Unit::exec) return false;
  const UnitState& requant = state_of(Unit::requant);
  return requant.running && decoded_[static_cast<std::size_t>(requant.current)].acc_bank == bank;
}

std::optional<Activity> Sequencer::taken_bank(Unit unit, std::uint32_t command) const {
  isa::BankMask taken = 0;
  for (std::size_t u = 0; u < units_.size(); ++u)
    if (u != static_cast<std::size_t>(unit)) taken |= units_[u].held;
  const isa::BankMask conflict = taken & decoded_[command].banks;
  if (conflict == 0) return std::nullopt;
  return wait_for_banks(unit, conflict, machine_);
}

void Sequencer::dispatch() {
  if (pc_ >= program_->size() || is_end((*program_)[pc_])) return;
  if (!decoded_[pc_].fault.empty()) {
    raise_fault(
        fmt::format("command {} is illegal: {}: {}", pc_, decoded_[pc_].fault, isa::disassemble((*program_)[pc_])));
    return;
  }
  UnitState& state = state_of((*program_)[pc_].unit);
  if (state.queue.size() >= state.queue_depth) return;
  state.queue.push_back(static_cast<std::uint32_t>(pc_++));
  progressed_ = true;
}

bool Sequencer::all_idle() const {
  for (const UnitState& unit : units_)
    if (unit.running) return false;
  return draining_.empty();
}

void Sequencer::finish_or_complain(std::int64_t now) {
  if (progressed_ || !all_idle() || context().faulted()) return;
  bool queued = false;
  for (const UnitState& unit : units_) queued = queued || !unit.queue.empty();
  if (queued) {
    raise_fault("deadlock: no unit runs and no command can start\n" + describe_state());
    return;
  }
  halted_ = true;
  halt_cycle_ = now;
  halted_o.write(true);
  sc_core::sc_pause();
}

std::string Sequencer::describe_state() const {
  std::array<UnitReport, isa::kUnits> reports;
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const UnitState& state = units_[u];
    if (state.running) {
      reports[u].running = static_cast<std::uint32_t>(state.current);
    } else if (!state.queue.empty()) {
      reports[u].waiting = state.queue.front();
      reports[u].wait = unmet_condition(static_cast<Unit>(u), state.queue.front());
    }
  }
  return describe_units(reports, program_ == nullptr ? isa::CommandStream{} : *program_, pc_);
}

void Sequencer::describe_waves(WaveScope& scope) const {
  scope.add("next_command", 32, [this](std::uint64_t* words) { words[0] = pc_; });
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const UnitState& state = units_[u];
    const auto unit = std::string(isa::unit_name(static_cast<Unit>(u)));
    scope.add(unit + "_queue_level", 8, [&state](std::uint64_t* words) { words[0] = state.queue.size() & 0xFF; });
    scope.add(unit + "_running", 1, [&state](std::uint64_t* words) { words[0] = state.running ? 1 : 0; });
  }
}

}  // namespace intloom::hw
