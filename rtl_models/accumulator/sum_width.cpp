#include "rtl_models/accumulator/sum_width.h"

namespace intloom::hw {

namespace {

// wrap(x) = ((x + 2^(w-1)) mod 2^w) - 2^(w-1); the bits above the mask tell whether x fitted. Unsigned arithmetic, so
// that a sum of 64 bits wraps too, and no 64-bit arithmetic shift, which SSE2 and AVX2 lack.
struct Width {
  std::uint64_t half, mask;
  explicit Width(int bits) : half(std::uint64_t{1} << (bits - 1)), mask(half | (half - 1)) {}
};

inline std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

bool add_wrapped(const std::int32_t* __restrict sums, int cols, int width_bits, std::int64_t* __restrict stored,
                 std::int64_t* __restrict exact) {
  const Width width(width_bits);
  std::uint64_t above = 0;
  for (int c = 0; c < cols; ++c) {
    const std::uint64_t sum = bits(stored[c]) + bits(sums[c]);
    const std::uint64_t shifted = sum + width.half;
    above |= shifted & ~width.mask;
    exact[c] = static_cast<std::int64_t>(sum);
    stored[c] = static_cast<std::int64_t>((shifted & width.mask) - width.half);
  }
  return above == 0;
}

bool overwrite_wrapped(const std::int32_t* __restrict sums, int cols, int width_bits, std::int64_t* __restrict stored,
                       std::int64_t* __restrict exact) {
  const Width width(width_bits);
  std::uint64_t above = 0;
  for (int c = 0; c < cols; ++c) {
    const std::uint64_t shifted = bits(sums[c]) + width.half;
    above |= shifted & ~width.mask;
    exact[c] = sums[c];
    stored[c] = static_cast<std::int64_t>((shifted & width.mask) - width.half);
  }
  return above == 0;
}

}  // namespace intloom::hw
