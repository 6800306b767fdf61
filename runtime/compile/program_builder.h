// Collects the commands of a program, layer by layer.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "runtime/compile/program.h"

namespace intloom::compile {

// What the mapper chose for a layer, in words, with what it would have chosen next (ProgramLayer).
struct MappingReport {
  std::string text, runner_up;
  double cost = 0, runner_up_cost = 0;
  std::int64_t candidates = 0;
};

class ProgramBuilder {
 public:
  // `layers`: of the network, a guess at how much there will be.
  ProgramBuilder(bool values, std::size_t layers);

  // Commands pushed from here on belong to this layer, until the next begins.
  void begin_layer(std::string name, std::string op, int network_layer, std::int64_t macs);
  // A layer that is mapped in two parts costs what both cost, and is described by the last.
  void set_mapping(MappingReport report);

  // Appends a command; its number.
  template <class Body>
  std::uint32_t push(isa::Unit unit, std::uint32_t tile, const Body& body) {
    const auto layer = static_cast<std::uint32_t>(program_.layers.size() - 1);
    program_.commands.push_back({layer, tile, unit, 0, 0, body});
    ++program_.layers.back().commands;
    return static_cast<std::uint32_t>(program_.commands.size() - 1);
  }
  // The command last pushed leaves this part of an output in the scratchpad. Ignored without values.
  void add_piece(OutputPiece piece);

  Program& program() { return program_; }

 private:
  Program program_;
};

}  // namespace intloom::compile
