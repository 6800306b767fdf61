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

  // Called now and then during a run with the cycle it has come to and a command that runs; it may throw to end the
  // run.
  using Observer = std::function<void(std::int64_t cycle, std::int64_t command)>;
  virtual void on_progress(Observer observer) = 0;

  // Of the last inference.
  virtual hw::MachineRecord record() const = 0;
  virtual const std::vector<hw::CommandEffects>& effects() const = 0;  // by command
  virtual std::vector<hw::PathCounter> counters() const = 0;           // of all blocks
};

}  // namespace intloom::sim
