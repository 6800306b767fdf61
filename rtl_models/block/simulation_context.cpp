#include "rtl_models/block/simulation_context.h"

namespace intloom::hw {

SimulationContext::SimulationContext()
    : outer_(sc_core::sc_curr_simcontext),
      outer_default_(sc_core::sc_default_global_context),
      own_(std::make_unique<sc_core::sc_simcontext>()) {
  sc_core::sc_curr_simcontext = own_.get();
  sc_core::sc_default_global_context = own_.get();
}

SimulationContext::~SimulationContext() {
  own_.reset();
  sc_core::sc_curr_simcontext = outer_;
  sc_core::sc_default_global_context = outer_default_;
}

}  // namespace intloom::hw
