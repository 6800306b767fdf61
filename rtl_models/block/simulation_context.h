// A SystemC context of its own for one simulation, so that a process can run several, one after another.
//
// Construct before the first module or signal, destroy all of them before it. Not for two at once.
#pragma once

#include <memory>
#include <systemc>

namespace intloom::hw {

class SimulationContext {
 public:
  SimulationContext();
  ~SimulationContext();
  SimulationContext(const SimulationContext&) = delete;
  SimulationContext& operator=(const SimulationContext&) = delete;

 private:
  sc_core::sc_simcontext* outer_;
  sc_core::sc_simcontext* outer_default_;
  std::unique_ptr<sc_core::sc_simcontext> own_;
};

}  // namespace intloom::hw
