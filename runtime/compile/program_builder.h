// Collects the commands of a program, layer by layer.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "runtime/compile/program.h"

namespace intloom::compile {

class ProgramBuilder {
 public:
  // Commands pushed from here on belong to this layer, until the next begins.
  void begin_layer(std::string name, std::string op, int network_layer, std::int64_t macs);
  void set_mapping(std::string text) { program_.layers.back().mapping = std::move(text); }

  // Appends a command; its number.
  template <class Body>
  std::uint32_t push(isa::Unit unit, std::uint32_t tile, Body body) {
    isa::Command command;
    command.layer = static_cast<std::uint32_t>(program_.layers.size() - 1);
    command.tile = tile;
    command.unit = unit;
    command.body = std::move(body);
    return push(std::move(command));
  }
  // The command last pushed leaves this part of an output in the scratchpad.
  void add_piece(OutputPiece piece);

  Program& program() { return program_; }

 private:
  std::uint32_t push(isa::Command command);

  Program program_;
};

}  // namespace intloom::compile
