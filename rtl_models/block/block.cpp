#include "rtl_models/block/block.h"

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
  tick();
  if (can_sleep_ && idle()) {
    asleep_ = true;
    next_trigger(wake_events_);
  }
}

}  // namespace intloom::hw

// libsystemc wants this symbol even of programs that bring their own main.
int sc_main(int /*argc*/, char* /*argv*/[]) { return 0; }
