// VECTOR in the unit's own order and with its delay, for commands whose output overlaps their inputs or itself.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/vector_arithmetic.h"

namespace intloom::kernels {

// Step after step as rtl_models/vector/README.md, V1 and V3, has them: a word is read at the first chunk of a tap, and
// the result of step t is seen by the reads of step t + latency_cycles + scratchpad latency + 2 and later ones (V4,
// V5). (The clocked scratchpad has a fault when a word is read at the very edge that writes it; here it is read first.)
std::int64_t run_vector_in_order(const VectorArithmetic& arithmetic, const isa::MachineDescription& machine,
                                 std::uint8_t* activations);

}  // namespace intloom::kernels
