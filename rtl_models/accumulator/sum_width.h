// Sums of a stated width: two's complement of `width_bits` (2..64) in int64.
#pragma once

#include <cstdint>

namespace intloom::hw {

constexpr std::int64_t largest_sum(int width_bits) {
  return static_cast<std::int64_t>((std::uint64_t{1} << (width_bits - 1)) - 1);
}
constexpr std::int64_t smallest_sum(int width_bits) { return -largest_sum(width_bits) - 1; }

// stored[c] = wrap(stored[c] + sums[c]), or wrap(sums[c]), for `cols` columns; exact[c] is the sum before wrapping.
// wrap keeps the low width_bits bits, sign extended. Returns whether every sum fitted.
bool add_wrapped(const std::int32_t* sums, int cols, int width_bits, std::int64_t* stored, std::int64_t* exact);
bool overwrite_wrapped(const std::int32_t* sums, int cols, int width_bits, std::int64_t* stored, std::int64_t* exact);

}  // namespace intloom::hw
