#include "runtime/compile/program_builder.h"

#include <cmath>

namespace intloom::compile {

namespace {

// Memory that is not used is not touched: better too many.
constexpr std::size_t kCommandsOfALayer = 256;

}  // namespace

ProgramBuilder::ProgramBuilder(bool values, std::size_t layers) {
  program_.values = values;
  program_.commands.reserve(layers * kCommandsOfALayer);
  program_.layers.reserve(layers + layers / 4);
}

void ProgramBuilder::begin_layer(std::string name, std::string op, int network_layer, std::int64_t macs) {
  ProgramLayer layer;
  layer.name = std::move(name);
  layer.op = std::move(op);
  layer.network_layer = network_layer;
  layer.macs = macs;
  layer.first_command = static_cast<std::uint32_t>(program_.commands.size());
  program_.layers.push_back(std::move(layer));
}

void ProgramBuilder::set_mapping(MappingReport report) {
  ProgramLayer& layer = program_.layers.back();
  layer.mapping = std::move(report.text);
  layer.mapping_cost_cycles += std::llround(report.cost);
  layer.runner_up = std::move(report.runner_up);
  layer.runner_up_cost_cycles += layer.runner_up.empty() ? 0 : std::llround(report.runner_up_cost);
  layer.mappings_compared += report.candidates;
}

void ProgramBuilder::add_piece(OutputPiece piece) {
  if (!program_.values) return;
  piece.command = static_cast<std::uint32_t>(program_.commands.size() - 1);
  program_.pieces.push_back(piece);
}

}  // namespace intloom::compile
