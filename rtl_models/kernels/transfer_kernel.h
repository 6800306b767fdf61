// LOAD and STORE on the host: the box of bytes of isa::Transfer between memory and a buffer.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"

namespace intloom::kernels {

// `memory`: the simulated memory from address 0 on; `buffer`: the whole buffer that the transfer names. All addresses
// are inside (isa::find_fault, and the caller has checked memory).
void run_load(const isa::Transfer& load, const std::uint8_t* memory, std::uint8_t* buffer);
void run_store(const isa::Transfer& store, std::uint8_t* memory, const std::uint8_t* buffer);

}  // namespace intloom::kernels
