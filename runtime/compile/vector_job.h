// One elementwise operation or pooling over a whole map, or over the part of the output that one input of a Concat
// makes: what there is to compute, before it is cut into commands.
#pragma once

#include <string>
#include <vector>

#include "runtime/compile/operands.h"
#include "runtime/compile/placement.h"
#include "runtime/mapping/vector_mapping.h"

namespace intloom::compile {

struct VectorJob {
  isa::Vector command;  // op, zero points, clamp, window of the whole map, parameters
  mapping::VectorShape shape;
  std::vector<Operand> operands;
  quant::TensorId output = -1;
  std::int64_t y0 = 0, x0 = 0;                      // of the output that the job makes: its first row and column
  const quant::ResizeParameters* resize = nullptr;  // where rows and columns are repeated or left out
};

// LOADs records into the parameter buffer; their address.
std::uint32_t load_parameters(Context& context, std::vector<std::uint8_t> records, const std::string& layer_name);

// Zero point and clamp of the layer's output.
void set_output_range(isa::Vector& command, const Context& context, const quant::Layer& layer);

std::vector<StorageId> storages_of(const std::vector<Operand>& operands);

// Copies where the operands lie into the shape.
void set_residency(VectorJob& job, const Context& context, const Placement& placement);

// The whole map of an operand, on chip or in memory.
BlockedMap operand_map(const Context& context, const Operand& operand);
bool on_chip(const Context& context, const Operand& operand);

// The commands of the job. `placement` is applied.
void emit_job(Context& context, const VectorJob& job, const mapping::VectorMapping& mapping,
              const Placement& placement);

// "tile 4 blocks of 16x122 px; output on chip"
std::string vector_text(const mapping::VectorMapping& mapping, bool output_on_chip);

}  // namespace intloom::compile
