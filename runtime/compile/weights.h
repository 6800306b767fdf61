// Weights in the order in which an EXEC reads them (isa::Exec).
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

// Writes the weight words of output channels [first, first + count) for a part of the sums: mapping::weight_bytes()
// from `words` on, which hold the weight zero point. Grouped convolutions are block diagonal: channels of other groups
// keep the zero point, which multiplies to nothing.
void write_weights(std::uint8_t* words, const quant::ConvParameters& conv, const mapping::ConvShape& shape,
                   const isa::MachineDescription& machine, std::int64_t first, std::int64_t count,
                   const mapping::KPart& part);

}  // namespace intloom::compile
