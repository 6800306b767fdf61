// A real multiplier as a machine's requantizer holds it: M = m0 * 2^-n.
#pragma once

#include <cstdint>

namespace intloom::quant {

struct FixedMultiplier {
  std::uint32_t m0 = 0;
  int n = 0;
  double value() const;
  // (m0 * 2^-n - M) / M
  double relative_error(double real) const;
};

// m0 has `bits` bits (2^(bits-1) <= m0 < 2^bits, rounded to nearest, ties away); bits 0: m0 = 1, the nearest power of
// two (in log2). n is kept in [shift_min, shift_max]: too large an n drops low bits of m0 (down to m0 = 0); too small
// an n, a multiplier larger than the machine can hold, is an std::domain_error. M = 0 gives (0, shift_min).
FixedMultiplier quantize_multiplier(double real, int bits, int shift_min, int shift_max);

// Two multipliers with one n, for Add: n such that the larger has `bits` bits. bits 0: each nearest power of two
// cannot share a shift, so the smaller is rounded to a multiple of the larger's step.
struct FixedMultiplierPair {
  std::uint32_t m0_a = 0, m0_b = 0;
  int n = 0;
};
FixedMultiplierPair quantize_multiplier_pair(double real_a, double real_b, int bits, int shift_min, int shift_max);

}  // namespace intloom::quant
