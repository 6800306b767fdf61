#include "rtl_models/machine/machine_module.h"

namespace intloom::hw {

MachineModule::MachineModule(const sc_core::sc_module_name& name, MachineContext& context,
                             const isa::MachineDescription& machine)
    : sc_module(name),
      clk("clk", context.clock_period(), 0.5, sc_core::SC_ZERO_TIME, true),
      core0("core0", context, machine),
      memory(make_memory("memory", context, machine)),
      context_(context) {
  core0.clk_i(clk);
  core0.rst_ni(rst_n);
  core0.load.memory_socket.bind(memory->load_socket[0]);
  core0.store.memory_socket.bind(memory->store_socket[0]);
}

void MachineModule::on_every_cycle(std::function<void(std::int64_t)> observer) {
  const bool first = !observer_;
  observer_ = std::move(observer);
  if (!first) return;
  sc_core::sc_spawn_options options;
  options.spawn_method();
  options.set_sensitivity(&clk.negedge_event());
  options.dont_initialize();
  sc_core::sc_spawn([this] { sample(); }, "sample", &options);
}

void MachineModule::sample() { observer_(context_.cycle()); }

}  // namespace intloom::hw
