#include "runtime/compile/program_builder.h"

namespace intloom::compile {

void ProgramBuilder::begin_layer(std::string name, std::string op, int network_layer, std::int64_t macs) {
  ProgramLayer layer;
  layer.name = std::move(name);
  layer.op = std::move(op);
  layer.network_layer = network_layer;
  layer.macs = macs;
  layer.first_command = static_cast<std::uint32_t>(program_.commands.size());
  program_.layers.push_back(std::move(layer));
}

std::uint32_t ProgramBuilder::push(isa::Command command) {
  program_.commands.push_back(std::move(command));
  ++program_.layers.back().commands;
  return static_cast<std::uint32_t>(program_.commands.size() - 1);
}

void ProgramBuilder::add_piece(OutputPiece piece) {
  piece.command = static_cast<std::uint32_t>(program_.commands.size() - 1);
  program_.pieces.push_back(piece);
}

}  // namespace intloom::compile
