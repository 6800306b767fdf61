// Base of every hardware block: clock, reset, sleep, counters, faults, waveform names.
//
// A block is one method on the rising edge: `tick()` reads its input signals and own registers and writes its outputs,
// which others see after the edge. While a block reports `idle()` after a tick it is not called until one of its wake
// signals changes; the next rising edge after that calls tick() again, so a sleeping block behaves like a clocked
// block with nothing to do. Rules of modelling: docs/architecture.md.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <systemc>
#include <vector>

#include "rtl_models/block/wave.h"
#include "rtl_models/record/counter.h"

namespace intloom::hw {

// What a block does when it meets an illegal command, address or value: the machine stops at this edge.
struct Fault {
  std::string path;     // instance path of the block
  std::string message;  // for a person
  std::int64_t cycle = -1;
};

// Shared by all blocks of a machine: the first fault, the clock period, counting of method calls for profiling.
class MachineContext {
 public:
  explicit MachineContext(const sc_core::sc_time& clock_period) : clock_period_(clock_period) {}

  // Number of the current rising edge: cycle N is the edge at N * clock period.
  std::int64_t cycle() const {
    return static_cast<std::int64_t>(sc_core::sc_time_stamp().value() / clock_period_.value());
  }
  const sc_core::sc_time& clock_period() const { return clock_period_; }

  void raise(const std::string& path, const std::string& message);

  // Where set, each block measures the host time its ticks take (which costs some itself).
  void set_profiling(bool profiling) { profiling_ = profiling; }
  bool profiling() const { return profiling_; }
  bool faulted() const { return fault_.cycle >= 0; }
  const Fault& fault() const { return fault_; }

 private:
  sc_core::sc_time clock_period_;
  Fault fault_;
  bool profiling_ = false;
};

class Block : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clk_i{"clk_i"};
  sc_core::sc_in<bool> rst_ni{"rst_ni"};  // synchronous, active low: clears control, not memories

  ~Block() override = default;

  virtual void reset() = 0;  // called at a rising edge with rst_ni low
  virtual std::vector<Counter> counters() const { return {}; }
  virtual void describe_waves(WaveScope& /*scope*/) const {}  // the block's own registers; buses are named by core/
  std::uint64_t tick_calls() const { return tick_calls_; }
  std::int64_t tick_nanoseconds() const { return tick_nanoseconds_; }  // host time, while profiling

 protected:
  Block(const sc_core::sc_module_name& name, MachineContext& context);

  virtual void tick() = 0;
  // True when further ticks would change nothing until a wake signal changes.
  virtual bool idle() const { return false; }
  // Declares what ends sleep: call for each input whose change matters, before simulation starts (end_of_elaboration
  // or later). A block without wake events never sleeps.
  void wake_on(const sc_core::sc_event& event);

  void raise_fault(const std::string& message) { context_.raise(name(), message); }
  MachineContext& context() { return context_; }
  const MachineContext& context() const { return context_; }

 private:
  void start_of_simulation() override;
  void clocked();
  void profiled_tick();

  MachineContext& context_;
  sc_core::sc_event_or_list wake_events_;
  bool can_sleep_ = false;
  bool asleep_ = false;
  std::uint64_t tick_calls_ = 0;
  std::int64_t tick_nanoseconds_ = 0;
};

}  // namespace intloom::hw
