// What travels through the array beside an activation row: where the accumulator puts its sums.
//   bits 0-23 accumulator row, 24-31 bank, 32 add to it (else overwrite), 33 last row of the command
#pragma once

#include <cstdint>

namespace intloom::hw {

constexpr std::uint64_t pack_accumulator_tag(std::uint32_t row, std::uint32_t bank, bool accumulate, bool last) {
  return (row & 0xFFFFFFU) | std::uint64_t{bank & 0xFFU} << 24 | std::uint64_t{accumulate} << 32 |
         std::uint64_t{last} << 33;
}

}  // namespace intloom::hw
