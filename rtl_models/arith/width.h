// Integers of a stated width.
#pragma once

#include <cstdint>

namespace intloom::arith {

// clamp(value, -2^(bits-1), 2^(bits-1) - 1), 1 <= bits <= 64.
constexpr std::int64_t saturate(std::int64_t value, int bits) {
  const std::int64_t top = static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
  const std::int64_t bottom = -top - 1;
  return value < bottom ? bottom : value > top ? top : value;
}

// The low `bits` bits of `value` as two's complement, 1 <= bits <= 64: value modulo 2^bits in [-2^(bits-1),
// 2^(bits-1)).
constexpr std::int64_t wrap(std::int64_t value, int bits) {
  const int unused = 64 - bits;
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused;
}

// True when `value` is an integer of `bits` bits in two's complement.
constexpr bool fits(std::int64_t value, int bits) { return wrap(value, bits) == value; }

}  // namespace intloom::arith
