// Takes every layer's integers out of a machine while it runs a program, whatever its fidelity.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "runtime/compile/program.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::sim {

class TensorCollector {
 public:
  // Copies `count` bytes from `address` of the activation scratchpad, or of memory.
  using ReadActivations = std::function<void(std::uint32_t address, std::uint8_t* bytes, std::size_t count)>;
  using ReadMemory = std::function<void(std::uint64_t address, std::uint8_t* bytes, std::size_t count)>;

  // `rows`: of the array. `all_layers`: every layer's output, else only the model's.
  TensorCollector(const quant::Network& network, const compile::Program& program, int rows, bool all_layers);

  void begin(const std::vector<reference::IntegerTensor>& inputs);
  // At the end of a command, before anything can overwrite its results. Several threads may take results of different
  // commands.
  void take(std::uint32_t command, const ReadActivations& read);
  // By tensor id: the integers as the machine left them, row major in the model's order; empty for constants and,
  // without all_layers, for tensors that are no output.
  std::vector<reference::IntegerTensor> finish(const ReadMemory& read);

 private:
  void take_piece(const compile::OutputPiece& piece, const ReadActivations& read);
  void take_aliases();

  const quant::Network& network_;
  const compile::Program& program_;
  std::uint32_t rows_;
  bool all_layers_;
  std::vector<std::uint32_t> first_piece_;  // by command; one more than commands
  std::vector<reference::IntegerTensor> tensors_;
};

}  // namespace intloom::sim
