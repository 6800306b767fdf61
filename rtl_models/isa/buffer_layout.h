// Words and banks of the on-chip buffers. A bank holds as many whole words as fit in bank_bytes; addresses run over the
// usable bytes of all banks without gaps.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"

namespace intloom::isa {

constexpr const BufferDescription& buffer_description(const MachineDescription& machine, Buffer buffer) {
  return buffer == Buffer::activations ? machine.scratchpad
         : buffer == Buffer::weights   ? machine.weight_buffer
                                       : machine.parameter_buffer;
}

constexpr std::uint32_t word_bytes(const MachineDescription& machine, Buffer buffer) {
  return buffer == Buffer::activations ? static_cast<std::uint32_t>(machine.array.rows)
         : buffer == Buffer::weights   ? static_cast<std::uint32_t>(machine.array.cols)
                                       : static_cast<std::uint32_t>(kParameterRecordBytes);
}

constexpr std::uint32_t usable_bank_bytes(const MachineDescription& machine, Buffer buffer) {
  const std::uint32_t word = word_bytes(machine, buffer);
  return static_cast<std::uint32_t>(buffer_description(machine, buffer).bank_bytes) / word * word;
}

constexpr std::uint32_t capacity_bytes(const MachineDescription& machine, Buffer buffer) {
  return usable_bank_bytes(machine, buffer) * static_cast<std::uint32_t>(buffer_description(machine, buffer).banks);
}

}  // namespace intloom::isa
