#include "rtl_models/dma/transfer_fault.h"

#include <fmt/format.h>

namespace intloom::hw {

std::string transfer_fault(const isa::CommandStream& program, std::uint32_t command, std::string_view what) {
  const isa::Command& owner = program[command];
  return fmt::format("command {} ({}, layer {}, tile {}): {}", command,
                     owner.unit == isa::Unit::store ? "STORE" : "LOAD", owner.layer, owner.tile, what);
}

std::string transfer_fault(const isa::CommandStream& program, std::uint32_t command,
                           const tlm::tlm_generic_payload& payload) {
  return transfer_fault(
      program, command,
      fmt::format("memory answers {} to a burst of {} bytes at address {:#x}", payload.get_response_string(),
                  payload.get_data_length(), static_cast<std::uint64_t>(payload.get_address())));
}

}  // namespace intloom::hw
