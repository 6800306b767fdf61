#include "runtime/mapping/misfit.h"

#include <fmt/format.h>

#include "runtime/mapping/tiling.h"

namespace intloom::mapping {

std::string too_small(std::string_view key, std::int64_t has, std::int64_t needs, std::string_view what) {
  return fmt::format("{} is {}, {} would do ({})", key, has, needs, what);
}

std::string buffer_misfit(const isa::MachineDescription& machine, isa::Buffer buffer, std::int64_t needs,
                          std::string_view what) {
  if (needs <= isa::capacity_bytes(machine, buffer)) return {};
  const std::string_view key = buffer == isa::Buffer::activations ? "scratchpad.bank_bytes"
                               : buffer == isa::Buffer::weights   ? "weight_buffer.bank_bytes"
                                                                  : "parameter_buffer.bank_bytes";
  const std::int64_t word = isa::word_bytes(machine, buffer);
  const isa::BufferDescription& description = isa::buffer_description(machine, buffer);
  const std::int64_t bank = round_up(ceil_div(needs, description.banks), word);
  return too_small(key, description.bank_bytes, bank, what);
}

}  // namespace intloom::mapping
