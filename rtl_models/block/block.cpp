#include "rtl_models/block/block.h"

#include <chrono>

namespace intloom::hw {

void MachineContext::raise(const std::string& path, const std::string& message) {
  if (faulted()) return;
  fault_ = {path, message, cycle()};
  sc_core::sc_stop();
}

Block::Block(const sc_core::sc_module_name& name, MachineContext& context) : sc_module(name), context_(context) {
  SC_HAS_PROCESS(Block);
  SC_METHOD(clocked);
  sensitive << clk_i.pos();
  dont_initialize();
}

void Block::wake_on(const sc_core::sc_event& event) {
  wake_events_ |= event;
  can_sleep_ = true;
}

void Block::start_of_simulation() {
  if (can_sleep_) wake_events_ |= rst_ni->negedge_event();  // a reset reaches a sleeping block too
}

void Block::profiled_tick() {
  const auto begin = std::chrono::steady_clock::now();
  tick();
  const auto took = std::chrono::steady_clock::now() - begin;
  tick_nanoseconds_ += std::chrono::duration_cast<std::chrono::nanoseconds>(took).count();
}

void Block::clocked() {
  if (asleep_) {  // woken between two edges: from the next edge on clocked again
    asleep_ = false;
    return;
  }
  ++tick_calls_;
  if (!rst_ni.read()) {
    reset();
    return;
  }
  if (context_.profiling()) {
    profiled_tick();
  } else {
    tick();
  }
  if (can_sleep_ && idle()) {
    asleep_ = true;
    next_trigger(wake_events_);
  }
}

}  // namespace intloom::hw

// libsystemc wants this symbol even of programs that bring their own main.
int sc_main(int /*argc*/, char* /*argv*/[]) { return 0; }
