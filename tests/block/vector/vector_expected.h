// What a VECTOR command leaves in the scratchpad: the formulas above isa::Vector written out per element, with rounding
// by division (exact_rounding.h) and <cmath>. Shares nothing with rtl_models/vector and rtl_models/arith.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"

namespace intloom::test {

using VectorRecords = std::vector<isa::ParameterRecord>;
using VectorTable = std::vector<std::uint8_t>;  // of lookup; 256 bytes

// The command's bytes of the parameter buffer: its records, those of a lookup overwritten by the table from the first
// on.
std::vector<std::uint8_t> parameter_bytes(const VectorRecords& records, const VectorTable& table);

// Writes the command's outputs to `memory`, the bytes of the activation scratchpad; returns how many saturated.
std::uint64_t apply_vector(const isa::Vector& command, const VectorRecords& records,
                           const isa::MachineDescription& machine, std::vector<std::uint8_t>& memory,
                           const VectorTable& table = {});

}  // namespace intloom::test
