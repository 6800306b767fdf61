// The sequencer alone, its units played by the test: starts, tokens, bank ownership, queues, halting, deadlock.
// Expected cycles are worked out by hand from rules Q1 to Q9 of rtl_models/sequencer/README.md.
#include "rtl_models/sequencer/sequencer.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "rtl_models/block/simulation_context.h"

namespace intloom::hw {
namespace {

using isa::Command;
using isa::Unit;
using isa::unit_bit;

Command load(std::uint32_t address, std::uint8_t waits = 0, std::uint8_t signals = 0) {
  Command command;
  command.unit = Unit::load;
  command.waits = waits;
  command.signals = signals;
  isa::Transfer transfer;
  transfer.buffer_address = address;
  transfer.extents = {16, 1, 1};
  command.body = transfer;
  return command;
}

Command store(std::uint32_t address, std::uint8_t waits = 0, std::uint8_t signals = 0) {
  Command command = load(address, waits, signals);
  command.unit = Unit::store;
  return command;
}

Command exec(std::uint32_t x, std::uint32_t bank, std::uint8_t waits = 0, std::uint8_t signals = 0) {
  Command command;
  command.unit = Unit::exec;
  command.waits = waits;
  command.signals = signals;
  isa::Exec body;
  body.x = {x, 16, 16, 16, 1, 1, true};
  body.acc_bank = bank;
  command.body = body;
  return command;
}

Command end() {
  Command command;
  command.body = isa::End{};
  return command;
}

// Ends each command a fixed number of cycles after its start edge.
class Harness {
 public:
  explicit Harness(isa::CommandStream program, isa::MachineDescription machine = {})
      : machine_(std::move(machine)),
        program_(std::move(program)),
        context_(sc_core::sc_time(1, sc_core::SC_NS)),
        clock_("clk", sc_core::sc_time(1, sc_core::SC_NS), 0.5, sc_core::SC_ZERO_TIME, true),
        sequencer_("sequencer", context_, machine_) {
    sequencer_.clk_i(clock_);
    sequencer_.rst_ni(rst_n_);
    for (unsigned u = 0; u < isa::kUnits; ++u) {
      sequencer_.start_valid_o[u](start_valid_[u]);
      sequencer_.start_command_o[u](start_command_[u]);
      sequencer_.done_i[u](done_[u]);
    }
    sequencer_.feed_done_i(feed_done_);
    sequencer_.halted_o(halted_);
    sequencer_.load_program(&program_);
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.set_sensitivity(&clock_.posedge_event());
    options.dont_initialize();
    sc_core::sc_spawn([this] { play_units(); }, "units", &options);
  }

  // Runs to the halt; false on a fault or after `limit` cycles.
  bool run(int limit = 2000) {
    sc_core::sc_start(sc_core::sc_time(500, sc_core::SC_PS));
    rst_n_.write(true);
    sequencer_.restart(0);
    for (int i = 0; i < limit && !sequencer_.halted() && !context_.faulted(); ++i)
      sc_core::sc_start(sc_core::sc_time(1, sc_core::SC_NS));
    return sequencer_.halted();
  }

  int duration[isa::kUnits] = {10, 10, 10, 10, 10};  // from start edge to end edge
  int drain = 5;                                     // of exec, from feed end to its end
  const Sequencer& sequencer() const { return sequencer_; }
  const MachineContext& context() const { return context_; }
  CommandTimes times(std::size_t command) const { return sequencer_.times()[command]; }

 private:
  void play_units() {
    const std::int64_t now = context_.cycle();
    for (unsigned u = 0; u < isa::kUnits; ++u) {
      if (start_valid_[u].read()) finish_[u] = now + duration[u];
      const bool ends = finish_[u] == now;
      if (u == static_cast<unsigned>(Unit::exec)) {
        feed_done_.write(ends);
        if (ends) drains_.push_back(now + drain);
      } else {
        done_[u].write(ends);
      }
    }
    const bool drained = !drains_.empty() && drains_.front() == now;
    done_[1].write(drained);
    if (drained) drains_.erase(drains_.begin());
  }

  SimulationContext simulation_;
  isa::MachineDescription machine_;
  isa::CommandStream program_;
  MachineContext context_;
  sc_core::sc_clock clock_;
  sc_core::sc_signal<bool> rst_n_{"rst_n"}, feed_done_{"feed_done"}, halted_{"halted"};
  sc_core::sc_vector<sc_core::sc_signal<bool>> start_valid_{"start_valid", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_signal<std::uint32_t>> start_command_{"start_command", isa::kUnits};
  sc_core::sc_vector<sc_core::sc_signal<bool>> done_{"done", isa::kUnits};
  std::int64_t finish_[isa::kUnits] = {-1, -1, -1, -1, -1};
  std::vector<std::int64_t> drains_;
  Sequencer sequencer_;
};

constexpr std::uint32_t kBank = 16384;  // bytes of an activation bank of the default machine

TEST(Sequencer, StartsTheFirstCommandInCycleTwoAndHalts) {
  Harness harness({load(0), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(0).start_cycle, 3);  // dispatched in 1, decided in 2, taken in 3
  EXPECT_EQ(harness.times(0).end_cycle, 13);
}

TEST(Sequencer, NextCommandOfAUnitIsTakenTwoCyclesAfterTheEnd) {
  Harness harness({load(0), load(kBank), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(1).start_cycle, harness.times(0).end_cycle + 2);
}

TEST(Sequencer, TokenHoldsBackUntilTheCycleAfterTheEnd) {
  Harness harness({load(0, 0, unit_bit(Unit::exec)), exec(0, 0, unit_bit(Unit::load)), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(0).end_cycle, 13);
  EXPECT_EQ(harness.times(1).start_cycle, 15);  // not at 14
  const auto totals = harness.sequencer().activity(Unit::exec).totals(3, 14);
  EXPECT_EQ(totals[static_cast<std::size_t>(Activity::dram)], 11);
}

TEST(Sequencer, TokensCount) {
  const std::uint8_t to_exec = unit_bit(Unit::exec), from_load = unit_bit(Unit::load);
  Harness harness(
      {load(0, 0, to_exec), load(kBank, 0, to_exec), exec(0, 0, from_load), exec(kBank, 1, from_load), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(2).start_cycle, harness.times(0).end_cycle + 2);
  EXPECT_EQ(harness.times(3).start_cycle, harness.times(1).end_cycle + 2);
}

TEST(Sequencer, BankHeldByAnotherUnitDelaysTheStart) {
  Harness harness({load(0), store(16), store(kBank), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(1).start_cycle, harness.times(0).end_cycle + 2);  // same bank as the load
  const auto totals = harness.sequencer().activity(Unit::store).totals(0, 30);
  EXPECT_EQ(totals[static_cast<std::size_t>(Activity::output)], harness.times(0).end_cycle + 1 - 3);
}

TEST(Sequencer, BanksApartRunAtOnce) {
  Harness harness({load(0), store(kBank), end()});
  ASSERT_TRUE(harness.run());
  EXPECT_EQ(harness.times(1).start_cycle, harness.times(0).start_cycle + 1);
}

TEST(Sequencer, ExecFreesFeederAndBanksWithFeedDoneButSignalsAtItsEnd) {
  Harness harness({exec(0, 0, 0, unit_bit(Unit::store)), exec(kBank, 1), store(0, unit_bit(Unit::exec)), end()});
  ASSERT_TRUE(harness.run());
  const CommandTimes first = harness.times(0);
  EXPECT_EQ(first.end_cycle, first.start_cycle + 10 + 5);
  EXPECT_EQ(harness.times(1).start_cycle, first.start_cycle + 10 + 2);
  EXPECT_EQ(harness.times(2).start_cycle, first.end_cycle + 2);
}

TEST(Sequencer, FullQueueHoldsBackTheCommandsBehind) {
  isa::MachineDescription machine;
  machine.sequencer.load_queue_depth = 1;
  Harness harness({load(0), load(kBank), load(2 * kBank), store(3 * kBank), end()}, machine);
  ASSERT_TRUE(harness.run());
  // Load 2 enters the queue when load 1 starts; the store behind it one cycle later.
  EXPECT_EQ(harness.times(3).start_cycle, harness.times(1).start_cycle + 2);
}

TEST(Sequencer, DeadlockIsAFaultThatNamesTheUnit) {
  Harness harness({exec(0, 0, unit_bit(Unit::load)), end()});
  EXPECT_FALSE(harness.run());
  ASSERT_TRUE(harness.context().faulted());
  EXPECT_NE(harness.context().fault().message.find("deadlock"), std::string::npos);
  EXPECT_NE(harness.context().fault().message.find("exec    waits with command 0 for dram"), std::string::npos);
}

TEST(Sequencer, IllegalCommandIsAFaultThatNamesTheCommand) {
  Harness harness({load(0), load(1U << 30), end()});
  EXPECT_FALSE(harness.run());
  ASSERT_TRUE(harness.context().faulted());
  EXPECT_NE(harness.context().fault().message.find("command 1 is illegal"), std::string::npos);
}

TEST(Sequencer, EveryCycleOfAUnitHasOneActivity) {
  Harness harness({load(0, 0, unit_bit(Unit::exec)), exec(0, 0, unit_bit(Unit::load), unit_bit(Unit::store)),
                   store(kBank, unit_bit(Unit::exec)), end()});
  ASSERT_TRUE(harness.run());
  for (int u = 0; u < isa::kUnits; ++u) {
    std::int64_t sum = 0;
    for (const std::int64_t cycles : harness.sequencer().activity(static_cast<Unit>(u)).totals(0, 200)) sum += cycles;
    EXPECT_EQ(sum, 200);
  }
}

}  // namespace
}  // namespace intloom::hw
