// Fast fidelity: the timed graph of commands, integers by host kernels.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/fast/fast_machine.h"
#include "runtime/compile/program.h"
#include "runtime/quant/network.h"
#include "sim/session/simulation.h"
#include "sim/session/tensor_collector.h"

namespace intloom::sim {

class FastSimulation : public MachineSimulation {
 public:
  // `collect_tensors`: take out every layer's output, else only the model's. `inferences`: how many are to come.
  FastSimulation(const quant::Network& network, const compile::Program& program, const isa::MachineDescription& machine,
                 int threads, std::int64_t inferences, bool collect_tensors);

  std::vector<reference::IntegerTensor> run(const std::vector<reference::IntegerTensor>& inputs) override;
  void on_progress(Observer observer) override { progress_ = std::move(observer); }
  hw::MachineRecord record() const override { return machine_.record(); }
  const std::vector<hw::CommandEffects>& effects() const override { return machine_.effects(); }
  std::vector<hw::PathCounter> counters() const override { return machine_.counters(); }

 private:
  void observe_end(std::uint32_t command);

  const compile::Program& program_;
  fast::FastMachine machine_;
  TensorCollector collector_;
  Observer progress_;
};

}  // namespace intloom::sim
