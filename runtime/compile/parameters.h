// Parameter records of layers as the requantizer and the vector unit read them (isa/parameter_record.h).
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

// Requantizer parameters of output channels [first, first + count) of a convolution, padded to whole records. Per
// channel: a record each. One multiplier for all: a record with it, then the biases, 4 bytes each. With `zero_point:
// folded` the bias is bias - Zx*sum(W). Throws CompileError: multiplier not representable, weights with a zero point on
// a folding machine, a folded bias beyond int32, multipliers per channel on a machine that has one.
std::vector<std::uint8_t> conv_parameters(const quant::Network& network, const quant::Layer& layer,
                                          const isa::MachineDescription& machine, std::int64_t first,
                                          std::int64_t count);

// Throws what conv_parameters() throws for the whole layer but for a folded bias beyond int32, which takes weights.
void check_conv_parameters(const quant::Layer& layer, const isa::MachineDescription& machine);

// Vector unit, one record: Y = R(x * M) + Zy.
std::vector<std::uint8_t> rescale_parameters(const quant::Layer& layer, const isa::MachineDescription& machine,
                                             double multiplier);
// Two records with one shift; float32: a third, whose multiplier is the constant f (isa::Vector).
std::vector<std::uint8_t> add_parameters(const quant::Network& network, const quant::Layer& layer,
                                         const isa::MachineDescription& machine);
// Two records, a multiplier each.
std::vector<std::uint8_t> extremum_parameters(const quant::Layer& layer, const isa::MachineDescription& machine);
// The table, padded to whole records.
std::vector<std::uint8_t> table_records(const quant::Layer& layer);
// Records for windows of `least` .. `most` taps: M / count; float32 as ONNX Runtime computes it, Sx / f32(Sy * count).
std::vector<std::uint8_t> average_parameters(const quant::Network& network, const quant::Layer& layer,
                                             const isa::MachineDescription& machine, std::int64_t least,
                                             std::int64_t most);

}  // namespace intloom::compile
