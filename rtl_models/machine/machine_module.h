// The top of the hierarchy: clock and reset, the core, the memory, bound to each other.
#pragma once

#include <functional>
#include <memory>
#include <systemc>

#include "rtl_models/core/core.h"
#include "rtl_models/memory/memory.h"

namespace intloom::hw {

class MachineModule : public sc_core::sc_module {
 public:
  sc_core::sc_clock clk;
  sc_core::sc_signal<bool> rst_n{"rst_n"};
  Core core0;
  std::unique_ptr<Memory> memory;

  MachineModule(const sc_core::sc_module_name& name, MachineContext& context, const isa::MachineDescription& machine);

  // Called at each falling edge with the number of the rising edge before it.
  void on_every_cycle(std::function<void(std::int64_t)> observer);

 private:
  void sample();

  MachineContext& context_;
  std::function<void(std::int64_t)> observer_;
};

}  // namespace intloom::hw
