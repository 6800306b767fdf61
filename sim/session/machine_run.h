// Drives one machine through inferences of a program and takes every layer's integers out of it.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/machine/machine.h"
#include "runtime/compile/program.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::sim {

// What a command did that only the block's counters know.
struct CommandEffects {
  std::int64_t saturations = 0;  // of REQUANT and VECTOR
  std::int64_t overflows = 0;    // of EXEC: sums that did not fit the accumulator
};

class MachineRun {
 public:
  // `collect_tensors`: take out every layer's output, else only the model's.
  MachineRun(const quant::Network& network, const compile::Program& program, const isa::MachineDescription& machine,
             bool collect_tensors);

  hw::Machine& machine() { return machine_; }

  // One inference: inputs by Network::inputs. Result by tensor id: the integers as the machine left them, row major in
  // the model's order; empty for constants and, without collect_tensors, for tensors that are no output.
  std::vector<reference::IntegerTensor> run(const std::vector<reference::IntegerTensor>& inputs);

  const std::vector<CommandEffects>& effects() const { return effects_; }  // of the last inference, by command

 private:
  void load_segments();
  void observe_end(std::uint32_t command);
  void take_pieces(std::uint32_t command);
  void take_piece(const compile::OutputPiece& piece);
  void take_aliases();
  void read_outputs();

  const quant::Network& network_;
  const compile::Program& program_;
  bool collect_tensors_;
  hw::Machine machine_;
  std::vector<std::uint32_t> first_piece_;  // by command; one more than commands
  std::vector<reference::IntegerTensor> tensors_;
  std::vector<CommandEffects> effects_;
  std::uint64_t saturations_seen_ = 0, overflows_seen_ = 0, vector_saturations_seen_ = 0;
  std::vector<std::uint8_t> row_;  // scratch for take_piece
};

}  // namespace intloom::sim
