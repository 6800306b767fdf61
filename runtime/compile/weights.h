// Weights in the order in which an EXEC reads them (isa::Exec).
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

// Appends the weight words of output channels [first, first + count) for a part of the sums. Grouped convolutions are
// block diagonal: channels of other groups get the weight zero point, which multiplies to nothing.
void append_weights(std::vector<std::uint8_t>& bytes, const quant::ConvParameters& conv,
                    const mapping::ConvShape& shape, const isa::MachineDescription& machine, std::int64_t first,
                    std::int64_t count, const mapping::KPart& part);

}  // namespace intloom::compile
