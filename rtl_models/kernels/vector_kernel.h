// VECTOR on the host: a whole tile, equal to the vector unit's in every bit.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// Reads and writes `activations` (the whole buffer); `parameters`: the whole parameter buffer. Output words are made in
// the unit's order where a command's output overlaps its inputs. Returns the saturations, counted as the unit counts.
std::int64_t run_vector(const isa::Vector& vector, const isa::MachineDescription& machine,
                        const std::uint8_t* parameters, std::uint8_t* activations, ThreadPool& pool);

}  // namespace intloom::kernels
