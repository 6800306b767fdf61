// One machine that runs inferences of one program, at either fidelity, and what it leaves behind.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "rtl_models/record/command_effects.h"
#include "rtl_models/record/counter.h"
#include "rtl_models/record/machine_record.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::sim {

class MachineSimulation {
 public:
  virtual ~MachineSimulation() = default;

  // One inference: inputs by Network::inputs; the result as TensorCollector::finish() gives it.
  // Throws hw::MachineFault.
  virtual std::vector<reference::IntegerTensor> run(const std::vector<reference::IntegerTensor>& inputs) = 0;

  // Inferences 0 to count-1 with the inputs that inputs_of() gives for each, called on any thread, several at a time.
  // take() gets each one's inputs and result, in order and on the calling thread, when record(), effects() and
  // counters() are of it; with the inferences behind it perhaps run already. Throws what run(), inputs_of() or take()
  // throws for the first inference that fails.
  using Tensors = std::vector<reference::IntegerTensor>;
  using InputsOf = std::function<Tensors(std::int64_t inference)>;
  using Take = std::function<void(std::int64_t inference, const Tensors& inputs, const Tensors& result)>;
  virtual void run_batch(std::int64_t count, const InputsOf& inputs_of, const Take& take) {
    for (std::int64_t i = 0; i < count; ++i) {
      const Tensors inputs = inputs_of(i);
      take(i, inputs, run(inputs));
    }
  }

  // Called now and then during a run, on the thread that has called it, with the cycle it has come to and a command
  // that runs; it may throw to end the run.
  using Observer = std::function<void(std::int64_t cycle, std::int64_t command)>;
  virtual void on_progress(Observer observer) = 0;

  // Of the last inference.
  virtual hw::MachineRecord record() const = 0;
  virtual const std::vector<hw::CommandEffects>& effects() const = 0;  // by command
  virtual std::vector<hw::PathCounter> counters() const = 0;           // of all blocks
};

}  // namespace intloom::sim
