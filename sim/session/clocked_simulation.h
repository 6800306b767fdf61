// Cycle fidelity: the clocked SystemC machine.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/machine/machine.h"
#include "runtime/compile/program.h"
#include "runtime/quant/network.h"
#include "sim/session/simulation.h"
#include "sim/session/tensor_collector.h"

namespace intloom::sim {

class ClockedSimulation : public MachineSimulation {
 public:
  // `collect_tensors`: take out every layer's output, else only the model's.
  ClockedSimulation(const quant::Network& network, const compile::Program& program,
                    const isa::MachineDescription& machine, bool collect_tensors);

  hw::Machine& machine() { return machine_; }

  std::vector<reference::IntegerTensor> run(const std::vector<reference::IntegerTensor>& inputs) override;
  void on_progress(Observer observer) override;
  hw::MachineRecord record() const override { return machine_.record(); }
  const std::vector<hw::CommandEffects>& effects() const override { return effects_; }
  std::vector<hw::PathCounter> counters() const override { return machine_.counters(); }

 private:
  void observe_end(std::uint32_t command);

  const compile::Program& program_;
  hw::Machine machine_;
  TensorCollector collector_;
  std::vector<hw::CommandEffects> effects_;
  std::uint64_t saturations_seen_ = 0, overflows_seen_ = 0, vector_saturations_seen_ = 0;
};

}  // namespace intloom::sim
