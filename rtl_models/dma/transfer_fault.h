// Texts of the faults of the DMA, naming the command.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tlm>

#include "rtl_models/isa/command.h"

namespace intloom::hw {

std::string transfer_fault(const isa::CommandStream& program, std::uint32_t command, std::string_view what);
// A response that is not TLM_OK_RESPONSE.
std::string transfer_fault(const isa::CommandStream& program, std::uint32_t command,
                           const tlm::tlm_generic_payload& payload);

}  // namespace intloom::hw
