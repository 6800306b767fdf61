#include "runtime/quant/multiplier.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace intloom::quant {
namespace {

void check_arguments(double real, int bits, int shift_min, int shift_max) {
  if (!(real >= 0) || std::isinf(real)) {
    throw std::domain_error(fmt::format("multiplier {} is not a finite number of at least 0", real));
  }
  if (bits < 0 || bits > 32) throw std::domain_error(fmt::format("multiplier bits {} are outside 0..32", bits));
  if (shift_min > shift_max) {
    throw std::domain_error(fmt::format("shift range {}..{} is empty", shift_min, shift_max));
  }
}

// The unlimited shift at which `real` has `bits` bits, m0 rounded to nearest with ties away.
int natural_shift(double real, int bits) {
  int exponent = 0;
  const double fraction = std::frexp(real, &exponent);  // in [0.5, 1)
  if (bits == 0) {
    // Nearest power of two in log2: 2^(exponent-1) or 2^exponent, divided by their geometric mean.
    return fraction < std::sqrt(0.5) ? 1 - exponent : -exponent;
  }
  const int n = bits - exponent;
  const bool carries = std::round(std::ldexp(fraction, bits)) >= std::ldexp(1.0, bits);
  return carries ? n - 1 : n;
}

void check_shift(double real, int n, int shift_min) {
  if (n < shift_min) {
    throw std::domain_error(
        fmt::format("multiplier {} needs a shift of {}, the smallest shift of the machine is {}", real, n, shift_min));
  }
}

std::uint32_t rounded(double real, int n) { return static_cast<std::uint32_t>(std::round(std::ldexp(real, n))); }

}  // namespace

double FixedMultiplier::value() const { return std::ldexp(static_cast<double>(m0), -n); }

double FixedMultiplier::relative_error(double real) const {
  if (real == 0) return m0 == 0 ? 0 : HUGE_VAL;
  return (value() - real) / real;
}

FixedMultiplier quantize_multiplier(double real, int bits, int shift_min, int shift_max) {
  check_arguments(real, bits, shift_min, shift_max);
  if (real == 0) return {0, shift_min};
  const int n = natural_shift(real, bits);
  check_shift(real, n, shift_min);
  if (n <= shift_max) return {bits == 0 ? 1U : rounded(real, n), n};
  // Shift-only hardware has no low bits to drop: it shifts as far as it can, or everything is nothing.
  if (bits == 0) return {rounded(real, shift_max) == 0 ? 0U : 1U, shift_max};
  return {rounded(real, shift_max), shift_max};
}

FixedMultiplierPair quantize_multiplier_pair(double real_a, double real_b, int bits, int shift_min, int shift_max) {
  check_arguments(real_a, bits, shift_min, shift_max);
  check_arguments(real_b, bits, shift_min, shift_max);
  const double larger = std::max(real_a, real_b);
  const FixedMultiplier common = quantize_multiplier(larger, bits, shift_min, shift_max);
  if (bits == 0) {
    // The larger is a power of two; the smaller the nearest multiple of the same step: all of it or nothing.
    const auto part = [&](double real) { return rounded(real, common.n) >= 1 && common.m0 == 1 ? 1U : 0U; };
    return {real_a == larger ? common.m0 : part(real_a), real_b == larger ? common.m0 : part(real_b), common.n};
  }
  return {rounded(real_a, common.n), rounded(real_b, common.n), common.n};
}

}  // namespace intloom::quant
