// Words for a layer that a machine cannot hold: which key is too small, and what would do.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::mapping {

// "accumulator.rows_per_bank is 1, 2 would do (one pixel of 16 channels)"
std::string too_small(std::string_view key, std::int64_t has, std::int64_t needs, std::string_view what);

// Empty when the buffer holds `needs` bytes, else about its bank_bytes.
std::string buffer_misfit(const isa::MachineDescription& machine, isa::Buffer buffer, std::int64_t needs,
                          std::string_view what);

}  // namespace intloom::mapping
