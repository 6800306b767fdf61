// REQUANT on the host: a whole tile of sums to bytes, equal to the requantizer's in every bit.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// Writes the channels' bytes of requant.out into `activations` (the whole buffer), no others. `parameters`: the whole
// parameter buffer. Returns the saturations, counted as the requantizer counts them.
std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const std::uint8_t* parameters,
                         std::uint8_t* activations, ThreadPool& pool);

}  // namespace intloom::kernels
