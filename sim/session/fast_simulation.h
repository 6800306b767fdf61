// Fast fidelity: the timed graph of commands, integers by host kernels. With several threads, images of a batch run at
// the same time, and one image alone on all threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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
  void run_batch(std::int64_t count, const InputsOf& inputs_of, const Take& take) override;
  void on_progress(Observer observer) override { progress_ = std::move(observer); }
  hw::MachineRecord record() const override { return machine_.record(); }
  const std::vector<hw::CommandEffects>& effects() const override { return effects_; }
  std::vector<hw::PathCounter> counters() const override { return machine_.counters(effects_); }

 private:
  // What one inference at a time takes.
  struct Lane {
    std::unique_ptr<fast::Image> image;
    TensorCollector collector;
  };
  struct Outcome;

  Lane& lane(std::size_t number);
  bool images_are_independent();
  std::vector<reference::IntegerTensor> run(Lane& lane, const std::vector<reference::IntegerTensor>& inputs,
                                            bool on_all_threads);
  // Inferences [first, first + outcomes.size()), at the same time.
  void run_together(std::int64_t first, const InputsOf& inputs_of, std::vector<Outcome>& outcomes);
  void observe_end(Lane& lane, std::uint32_t command);

  const quant::Network& network_;
  const compile::Program& program_;
  bool collect_tensors_;
  fast::FastMachine machine_;
  std::vector<std::unique_ptr<Lane>> lanes_;  // as many as have run at the same time
  std::optional<bool> independent_;           // images_are_independent(), once asked
  std::vector<hw::CommandEffects> effects_;
  Observer progress_;
};

}  // namespace intloom::sim
