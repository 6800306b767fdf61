// Concat: a requantizing copy of each input into its range of the output.
#pragma once

#include <vector>

#include "runtime/compile/vector_job.h"

namespace intloom::compile {

// Along channels: an output block may hold channels of two inputs, so a tile has all channels, and is stored when all
// inputs have been copied into it.
void emit_channel_concat(Context& context, const quant::Layer& layer, std::vector<Operand> operands);

// Along another axis each input makes rows or columns of its own: jobs that share nothing.
void emit_spatial_concat(Context& context, const quant::Layer& layer, const std::vector<Operand>& operands);

// A copy of one input, but for its maps.
isa::Vector copy_command(const Context& context, const quant::Layer& layer, const Operand& operand,
                         std::uint32_t parameter_address);
// A record for each input.
std::vector<std::uint8_t> concat_parameters(const Context& context, const quant::Layer& layer);
// Axis of the model's shape, counted from the front.
std::size_t concat_axis(const quant::Layer& layer, const quant::Tensor& out);

}  // namespace intloom::compile
