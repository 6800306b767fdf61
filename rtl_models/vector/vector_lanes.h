// The arithmetic of the vector unit: what one chunk of lanes becomes. No time in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/block/lanes.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/vector/vector_walk.h"

namespace intloom::hw {

// Operand words and the running maximum or sum of a window, by lane of the input word.
struct VectorOperands {
  Lanes<std::uint8_t> a, b;
  std::array<std::int32_t, isa::kMaxLanes> window{};
};

// The table of a lookup, as the records bring it.
using VectorTable = std::array<std::uint8_t, std::size_t{isa::kTableRecords} * isa::kParameterRecordBytes>;

// Adds the tap of `step` to the window: max over, or sum of (a - za), the taps inside. Pools only.
void take_tap(const isa::Vector& command, const VectorStep& step, VectorOperands& operands);

// The results of the chunk, behind its last tap: out[0 .. step.lanes). Returns how many saturated. Not for lookup.
int scale_chunk(const isa::Vector& command, const isa::ScalingDescription& scaling,
                const std::vector<isa::ParameterRecord>& records, const VectorStep& step,
                const VectorOperands& operands, std::uint8_t* out);

// The table's bytes of the chunk: out[0 .. step.lanes).
void look_up_chunk(const VectorTable& table, const VectorStep& step, const VectorOperands& operands, std::uint8_t* out);

}  // namespace intloom::hw
