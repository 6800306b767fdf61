#include "rtl_models/fast/scheduler.h"

#include <fmt/format.h>

#include <algorithm>

#include "rtl_models/isa/disassembly.h"
#include "rtl_models/record/machine_fault.h"
#include "rtl_models/record/unit_report.h"
#include "rtl_models/timing/requant_timing.h"
#include "rtl_models/timing/vector_timing.h"

namespace intloom::fast {

using hw::Activity;
using isa::Unit;

namespace {

// Rule Q4: who is looked at first at an edge.
constexpr std::array<Unit, isa::kUnits> kStartOrder{Unit::store, Unit::requant, Unit::vector, Unit::exec, Unit::load};

bool is_end(const isa::Command& command) { return std::holds_alternative<isa::End>(command.body); }

}  // namespace

Schedule schedule(const isa::CommandStream& program, const isa::MachineDescription& machine,
                  const std::optional<Stop>& stop) {
  Schedule result = schedule_until_fault(program, machine, stop);
  if (!result.fault.empty()) throw hw::MachineFault(result.fault);
  return result;
}

Schedule schedule_until_fault(const isa::CommandStream& program, const isa::MachineDescription& machine,
                              const std::optional<Stop>& stop) {
  return Scheduler(program, machine, stop).run();
}

Scheduler::Scheduler(const isa::CommandStream& program, const isa::MachineDescription& machine,
                     const std::optional<Stop>& stop)
    : program_(program),
      machine_(machine),
      stop_(stop),
      exec_acc_users_(static_cast<std::size_t>(machine.accumulator.banks), 0),
      exec_drain_(timing::exec_drain(machine)) {
  const auto& depths = machine.sequencer;
  const std::array<int, isa::kUnits> by_unit{depths.load_queue_depth, depths.exec_queue_depth,
                                             depths.requant_queue_depth, depths.vector_queue_depth,
                                             depths.store_queue_depth};
  for (std::size_t u = 0; u < units_.size(); ++u) units_[u].queue.set_depth(static_cast<std::size_t>(by_unit[u]));
  decoded_.reserve(program.size());
  result_.record.times.resize(program.size());
  result_.start_order.reserve(program.size());
}

Schedule Scheduler::run() {
  try {
    visit_edges();
  } catch (const hw::MachineFault& fault) {
    result_.fault = fault.what();
  }
  for (const hw::CommandTimes& times : result_.record.times)
    result_.record.cycles = std::max(result_.record.cycles, times.end_cycle);
  return std::move(result_);
}

void Scheduler::visit_edges() {
  for (std::int64_t now = 1;; now = next_edge(now)) {
    // What comes first: an edge with something to do, the other block's fault, the limit.
    const bool stop_first = stop_ && stop_->cycle < now;
    const std::int64_t last_edge = machine_.max_cycles + hw::kEdgesToHalt;
    if (machine_.max_cycles > 0 && now > last_edge && !(stop_first && stop_->cycle <= last_edge))
      fail(fmt::format("the program has not ended after max_cycles: {} cycles", machine_.max_cycles));
    if (stop_first) fail(fmt::format("{} at cycle {}: {}", stop_->path, stop_->cycle, stop_->message));
    progressed_ = start_pulse_;
    start_pulse_ = false;
    collect_ends(now);
    start_units(now);
    dispatch(now);
    if (halted(now)) break;
  }
}

std::int64_t Scheduler::next_edge(std::int64_t now) const {
  if (progressed_) return now + 1;
  std::int64_t end = draining_.empty() ? kNever : draining_.front().end_edge;
  for (const UnitState& unit : units_) end = std::min(end, unit.end_edge);
  return end + 1;  // Q3: an end is seen at the edge after
}

void Scheduler::collect_ends(std::int64_t now) {
  UnitState& exec = state_of(Unit::exec);
  if (exec.end_edge < now) {
    exec.running = false;
    exec.held = 0;
    draining_.push_back({exec.current, exec.end_edge + exec_drain_});
    exec.end_edge = kNever;
    progressed_ = true;
  }
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const auto unit = static_cast<Unit>(u);
    if (unit == Unit::exec) {
      if (draining_.empty() || draining_.front().end_edge >= now) continue;
      const std::uint32_t command = draining_.front().command;
      draining_.pop_front();
      end_command(unit, command, now);
    } else if (units_[u].end_edge < now) {
      end_command(unit, units_[u].current, now);
    }
  }
}

void Scheduler::end_command(Unit unit, std::uint32_t command, std::int64_t now) {
  progressed_ = true;
  result_.record.times[command].end_cycle = now - 1;
  if (unit == Unit::exec) {
    --exec_acc_users_[static_cast<std::size_t>(decoded_[command].acc_bank)];
  } else {
    UnitState& state = state_of(unit);
    state.running = false;
    state.held = 0;
    state.end_edge = kNever;
  }
  for (std::size_t to = 0; to < units_.size(); ++to)
    if ((program_[command].signals & isa::unit_bit(static_cast<Unit>(to))) != 0)
      ++units_[to].tokens[static_cast<std::size_t>(unit)];
}

void Scheduler::start_units(std::int64_t now) {
  for (const Unit unit : kStartOrder) {
    UnitState& state = state_of(unit);
    if (state.running) continue;
    if (state.queue.empty()) {
      log_of(unit).set(now, unit == Unit::exec && !draining_.empty() ? Activity::fill_drain : Activity::idle);
      continue;
    }
    const std::uint32_t command = state.queue.front();
    if (const std::optional<Activity> unmet = unmet_condition(unit, command)) {
      log_of(unit).set(now, *unmet);
      continue;
    }
    state.queue.pop();
    start(unit, command, now);
  }
}

void Scheduler::start(Unit unit, std::uint32_t command, std::int64_t now) {
  progressed_ = true;
  start_pulse_ = true;
  UnitState& state = state_of(unit);
  for (std::size_t from = 0; from < units_.size(); ++from)
    if ((program_[command].waits & isa::unit_bit(static_cast<Unit>(from))) != 0) --state.tokens[from];
  state.running = true;
  state.held = decoded_[command].banks;
  state.current = command;
  result_.record.times[command].start_cycle = now + 1;
  result_.start_order.push_back(command);
  state.end_edge = begin_work(unit, program_[command], now + 1);
  if (unit == Unit::exec) ++exec_acc_users_[static_cast<std::size_t>(decoded_[command].acc_bank)];
  log_of(unit).set(now, Activity::dependency);
  log_of(unit).set(now + 1, Activity::active);
}

std::int64_t Scheduler::begin_work(Unit unit, const isa::Command& command, std::int64_t start_edge) {
  switch (unit) {
    case Unit::load: {
      const auto timing =
          timing::load_timing(std::get<isa::Transfer>(command.body), machine_, start_edge, result_.reads);
      result_.loads.add(start_edge, timing);
      return timing.end_edge;
    }
    case Unit::store: {
      const auto timing =
          timing::store_timing(std::get<isa::Transfer>(command.body), machine_, start_edge, result_.writes);
      result_.stores.add(start_edge, timing);
      return timing.end_edge;
    }
    case Unit::requant:
      return start_edge + timing::requant_duration(std::get<isa::Requant>(command.body), machine_);
    case Unit::vector:
      return start_edge + timing::vector_duration(std::get<isa::Vector>(command.body), machine_);
    case Unit::exec:
      return begin_exec(std::get<isa::Exec>(command.body), start_edge);
  }
  return kNever;
}

// The phases of the feeder, from the edge after the start edge on (rules F2, F3, F5).
std::int64_t Scheduler::begin_exec(const isa::Exec& exec, std::int64_t start_edge) {
  using Kind = timing::FeedRun::Kind;
  std::vector<hw::PhaseChange>& phases = result_.record.feeder_phases;
  feed_runs_.clear();
  timing::append_feed_runs(exec, machine_, feed_runs_);
  std::int64_t edge = start_edge + 1;
  for (const timing::FeedRun& run : feed_runs_) {
    phases.push_back({edge, run.kind == Kind::compute   ? hw::Phase::compute
                            : run.kind == Kind::weights ? hw::Phase::weights
                                                        : hw::Phase::fill_drain});
    edge += run.cycles;
  }
  phases.push_back({edge, hw::Phase::idle});
  return edge - 1;
}

std::optional<Activity> Scheduler::unmet_condition(Unit unit, std::uint32_t command) const {
  if (const auto missing = missing_token(unit, program_[command])) {
    if (unit == Unit::exec && *missing == Activity::requant && accumulator_bank_taken(unit, command))
      return Activity::accumulator;
    return missing;
  }
  if (accumulator_bank_taken(unit, command)) return Activity::accumulator;
  return taken_bank(unit, command);
}

std::optional<Activity> Scheduler::missing_token(Unit unit, const isa::Command& command) const {
  if (command.waits == 0) return std::nullopt;
  for (std::size_t from = 0; from < units_.size(); ++from)
    if ((command.waits & isa::unit_bit(static_cast<Unit>(from))) != 0 && state_of(unit).tokens[from] == 0)
      return hw::wait_for_token(static_cast<Unit>(from));
  return std::nullopt;
}

bool Scheduler::accumulator_bank_taken(Unit unit, std::uint32_t command) const {
  const std::int32_t bank = decoded_[command].acc_bank;
  if (unit == Unit::requant) return exec_acc_users_[static_cast<std::size_t>(bank)] != 0;
  if (unit != Unit::exec) return false;
  const UnitState& requant = state_of(Unit::requant);
  return requant.running && decoded_[requant.current].acc_bank == bank;
}

std::optional<Activity> Scheduler::taken_bank(Unit unit, std::uint32_t command) const {
  isa::BankMask taken = 0;
  for (std::size_t u = 0; u < units_.size(); ++u)
    if (u != static_cast<std::size_t>(unit)) taken |= units_[u].held;
  const isa::BankMask conflict = taken & decoded_[command].banks;
  if (conflict == 0) return std::nullopt;
  return hw::wait_for_banks(unit, conflict, machine_);
}

void Scheduler::dispatch(std::int64_t now) {
  if (pc_ >= program_.size() || is_end(program_[pc_])) return;
  const isa::Command& command = program_[pc_];
  if (pc_ == decoded_.size()) decode(command, now);
  UnitState& state = state_of(command.unit);
  if (state.queue.full()) return;
  state.queue.push(static_cast<std::uint32_t>(pc_++));
  progressed_ = true;
}

void Scheduler::decode(const isa::Command& command, std::int64_t now) {
  if (const std::string fault = isa::find_fault(command, machine_); !fault.empty())
    fail_in_sequencer(now, fmt::format("command {} is illegal: {}: {}", pc_, fault, isa::disassemble(command)));
  decoded_.push_back({isa::banks_held(command, machine_), isa::accumulator_bank(command)});
}

bool Scheduler::all_idle() const {
  for (const UnitState& unit : units_)
    if (unit.running) return false;
  return draining_.empty();
}

// Q7, Q8.
bool Scheduler::halted(std::int64_t now) {
  if (progressed_ || !all_idle()) return false;
  for (const UnitState& unit : units_)
    if (!unit.queue.empty())
      fail_in_sequencer(now, "deadlock: no unit runs and no command can start\n" + describe_state());
  return true;
}

std::string Scheduler::describe_state() const {
  std::array<hw::UnitReport, isa::kUnits> reports;
  for (std::size_t u = 0; u < units_.size(); ++u) {
    const UnitState& state = units_[u];
    if (state.running) {
      reports[u].running = state.current;
    } else if (!state.queue.empty()) {
      reports[u].waiting = state.queue.front();
      reports[u].wait = unmet_condition(static_cast<Unit>(u), state.queue.front());
    }
  }
  return hw::describe_units(reports, program_, pc_);
}

void Scheduler::fail(const std::string& reason) const {
  throw hw::MachineFault(reason + "\nState of the units:\n" + describe_state());
}

void Scheduler::fail_in_sequencer(std::int64_t now, const std::string& message) const {
  fail(fmt::format("machine.core0.sequencer at cycle {}: {}", now, message));
}

}  // namespace intloom::fast
