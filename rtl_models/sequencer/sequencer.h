// Sequencer: dispatches commands in program order to the queues of the five units, and starts the head of each queue
// once its tokens, its accumulator bank and its scratchpad banks are free. Timing rules Q1..Q9: README.md.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <optional>

#include "rtl_models/block/block.h"
#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/record/machine_record.h"
#include "rtl_models/record/sequencer_counters.h"

namespace intloom::hw {

class Sequencer : public Block {
 public:
  // By unit, in the order of isa::Unit. done_i of exec is the accumulator's exec_done.
  sc_core::sc_vector<sc_core::sc_out<bool>> start_valid_o{"start_valid_o", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_out<std::uint32_t>> start_command_o{"start_command_o", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_in<bool>> done_i{"done_i", isa::kUnits};
  sc_core::sc_in<bool> feed_done_i{"feed_done_i"};
  sc_core::sc_out<bool> halted_o{"halted_o"};

  Sequencer(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  void load_program(const isa::CommandStream* program);
  // The next rising edge is cycle 1 of a run of the program; `base_cycle` is its absolute number less one.
  void restart(std::int64_t base_cycle);
  // Called at the edge after a command's end, before its banks change owner.
  void on_command_end(std::function<void(std::uint32_t command)> observer) { observer_ = std::move(observer); }

  bool halted() const { return halted_; }
  std::int64_t halt_cycle() const { return halt_cycle_; }
  const std::vector<CommandTimes>& times() const { return times_; }
  const ActivityLog& activity(isa::Unit unit) const { return state_of(unit).log; }
  std::int64_t base_cycle() const { return base_cycle_; }
  // The command a unit runs now, or that it took last; -1 before the first.
  std::int64_t current_command(isa::Unit unit) const { return state_of(unit).current; }
  bool running(isa::Unit unit) const { return state_of(unit).running; }  // exec: its feeder
  // State of every unit for a person: what runs, what waits for what.
  std::string describe_state() const;

  void reset() override;
  std::vector<Counter> counters() const override { return counted_.list(); }
  void describe_waves(WaveScope& scope) const override;

 protected:
  void end_of_elaboration() override;
  void tick() override;
  bool idle() const override { return !progressed_; }

 private:
  struct UnitState {
    std::deque<std::uint32_t> queue;
    std::size_t queue_depth = 1;
    bool running = false;  // exec: its feeder runs
    std::int64_t current = -1;
    isa::BankMask held = 0;
    std::array<std::uint32_t, isa::kUnits> tokens{};  // by the unit that signalled
    bool start_valid = false;                         // as last written
    ActivityLog log;
  };
  struct Decoded {
    isa::BankMask banks = 0;
    std::int32_t acc_bank = -1;
    std::string fault;
  };

  UnitState& state_of(isa::Unit unit) { return units_[static_cast<std::size_t>(unit)]; }
  const UnitState& state_of(isa::Unit unit) const { return units_[static_cast<std::size_t>(unit)]; }

  void lower_start_pulses();
  void collect_ends(std::int64_t now);
  void end_command(isa::Unit unit, std::uint32_t command, std::int64_t now);
  void start_units(std::int64_t now);
  void start(isa::Unit unit, std::uint32_t command, std::int64_t now);
  // What the command at the head of the unit's queue waits for; empty when it can start.
  std::optional<Activity> unmet_condition(isa::Unit unit, std::uint32_t command) const;
  std::optional<Activity> missing_token(isa::Unit unit, const isa::Command& command) const;
  bool accumulator_bank_taken(isa::Unit unit, std::uint32_t command) const;
  std::optional<Activity> taken_bank(isa::Unit unit, std::uint32_t command) const;
  void dispatch();
  void finish_or_complain(std::int64_t now);
  bool all_idle() const;

  const isa::MachineDescription& machine_;
  const isa::CommandStream* program_ = nullptr;
  std::vector<Decoded> decoded_;
  std::array<UnitState, isa::kUnits> units_;
  std::deque<std::uint32_t> draining_;         // EXECs whose feeding has ended, oldest first
  std::vector<std::uint32_t> exec_acc_users_;  // EXECs in flight, by accumulator bank
  std::size_t pc_ = 0;
  bool halted_ = true;
  bool progressed_ = false;
  std::int64_t halt_cycle_ = 0;
  std::int64_t base_cycle_ = 0;
  std::vector<CommandTimes> times_;
  SequencerCounters counted_;
  std::function<void(std::uint32_t)> observer_;
  sc_core::sc_event restarted_;
};

}  // namespace intloom::hw
