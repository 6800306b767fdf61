// The sequencer and its five units as a machine of events: what rtl_models/sequencer does at an edge (rules Q1..Q9),
// done only at edges at which something happens.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "rtl_models/fast/schedule.h"
#include "rtl_models/isa/banks.h"
#include "rtl_models/timing/exec_timing.h"

namespace intloom::fast {

class Scheduler {
 public:
  Scheduler(const isa::CommandStream& program, const isa::MachineDescription& machine, const std::optional<Stop>& stop);

  Schedule run();

 private:
  static constexpr std::int64_t kNever = INT64_MAX;

  // Commands that were dispatched and have not started, oldest first.
  class Queue {
   public:
    void set_depth(std::size_t depth) { slots_.resize(depth); }
    bool empty() const { return size_ == 0; }
    bool full() const { return size_ == slots_.size(); }
    std::uint32_t front() const { return slots_[head_]; }
    void push(std::uint32_t command) { slots_[(head_ + size_++) % slots_.size()] = command; }
    void pop() {
      if (++head_ == slots_.size()) head_ = 0;
      --size_;
    }

   private:
    std::vector<std::uint32_t> slots_;
    std::size_t head_ = 0, size_ = 0;
  };
  struct UnitState {
    Queue queue;
    bool running = false;  // exec: its feeder runs
    std::uint32_t current = 0;
    std::int64_t end_edge = kNever;  // of what runs; exec: of its feeder
    isa::BankMask held = 0;
    std::array<std::uint32_t, isa::kUnits> tokens{};  // by the unit that signalled
  };
  struct Draining {
    std::uint32_t command;
    std::int64_t end_edge;
  };
  struct Decoded {
    isa::BankMask banks = 0;
    std::int32_t acc_bank = -1;
  };

  UnitState& state_of(isa::Unit unit) { return units_[static_cast<std::size_t>(unit)]; }
  const UnitState& state_of(isa::Unit unit) const { return units_[static_cast<std::size_t>(unit)]; }
  hw::ActivityLog& log_of(isa::Unit unit) { return result_.record.activity[static_cast<std::size_t>(unit)]; }

  void visit_edges();
  void collect_ends(std::int64_t now);
  void end_command(isa::Unit unit, std::uint32_t command, std::int64_t now);
  void start_units(std::int64_t now);
  void start(isa::Unit unit, std::uint32_t command, std::int64_t now);
  // The edge at which the unit ends; exec: its feeder.
  std::int64_t begin_work(isa::Unit unit, const isa::Command& command, std::int64_t start_edge);
  std::int64_t begin_exec(const isa::Exec& exec, std::int64_t start_edge);
  std::optional<hw::Activity> unmet_condition(isa::Unit unit, std::uint32_t command) const;
  std::optional<hw::Activity> missing_token(isa::Unit unit, const isa::Command& command) const;
  bool accumulator_bank_taken(isa::Unit unit, std::uint32_t command) const;
  std::optional<hw::Activity> taken_bank(isa::Unit unit, std::uint32_t command) const;
  void dispatch(std::int64_t now);
  void decode(const isa::Command& command, std::int64_t now);
  bool all_idle() const;
  bool halted(std::int64_t now);
  std::int64_t next_edge(std::int64_t now) const;
  std::string describe_state() const;
  [[noreturn]] void fail(const std::string& reason) const;
  [[noreturn]] void fail_in_sequencer(std::int64_t now, const std::string& message) const;

  const isa::CommandStream& program_;
  const isa::MachineDescription& machine_;
  std::optional<Stop> stop_;
  std::array<UnitState, isa::kUnits> units_;
  std::vector<Decoded> decoded_;               // of the commands looked at so far
  std::deque<Draining> draining_;              // EXECs whose feeding has ended, oldest first
  std::vector<std::uint32_t> exec_acc_users_;  // EXECs in flight, by accumulator bank
  std::int64_t exec_drain_ = 0;
  std::size_t pc_ = 0;
  bool progressed_ = false;
  bool start_pulse_ = false;                // a start was decided at the edge before
  std::vector<timing::FeedRun> feed_runs_;  // room for one command's
  Schedule result_;
};

}  // namespace intloom::fast
