#include "runtime/reference/rounding.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace intloom::reference {
namespace {

__extension__ typedef __int128 Wide;

constexpr std::int64_t kMax32 = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kMax64 = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin64 = std::numeric_limits<std::int64_t>::min();

// value / 2^shift to the integer below, and what is left: 0 <= rest < 2^shift.
template <class T>
struct Quotient {
  T floor;
  T rest;
  T half;  // of 2^shift; 0 where nothing is shifted out
};

template <class T>
Quotient<T> divide(T value, int shift) {
  if (shift == 0) return {value, 0, 0};
  const T floor = value >> shift;
  return {floor, value - floor * (T{1} << shift), T{1} << (shift - 1)};
}

template <class T>
T half_up(T value, int shift) {
  const Quotient<T> q = divide(value, shift);
  return q.half != 0 && q.rest >= q.half ? q.floor + 1 : q.floor;
}

template <class T>
T half_away(T value, int shift) {
  const Quotient<T> q = divide(value, shift);
  if (q.half == 0 || q.rest < q.half) return q.floor;
  return q.rest > q.half || value > 0 ? q.floor + 1 : q.floor;
}

template <class T>
T half_even(T value, int shift) {
  const Quotient<T> q = divide(value, shift);
  if (q.half == 0 || q.rest < q.half) return q.floor;
  return q.rest > q.half || q.floor % 2 != 0 ? q.floor + 1 : q.floor;
}

template <class T>
T round_product(T product, int n, isa::Rounding rounding, int bits) {
  switch (rounding) {
    case isa::Rounding::floor:
      return divide(product, n).floor;
    case isa::Rounding::half_up:
      return half_up(product, n);
    case isa::Rounding::half_even:
      return half_even(product, n);
    case isa::Rounding::half_away:
      return half_away(product, n);
    case isa::Rounding::tflite_double:
      return half_away(half_up(product, std::min(n, bits)), n - std::min(n, bits));
    case isa::Rounding::model:
      break;
  }
  throw std::invalid_argument("rounding `model` must be resolved to that of the model's runtime first");
}

// Products have at most 96 bits: whatever is shifted by more than 126 rounds as if shifted by 126.
std::int64_t round_wide(Wide product, int n, isa::Rounding rounding, int bits) {
  const Wide rounded = round_product<Wide>(product, std::min(n, 126), rounding, bits);
  return static_cast<std::int64_t>(std::clamp<Wide>(rounded, kMin64, kMax64));
}

// wrap32(x << shift) for any shift.
std::int64_t shifted_low_word(std::int64_t x, int shift) {
  const std::uint64_t low = shift > 31 ? 0 : static_cast<std::uint64_t>(x) << shift;
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(low));
}

}  // namespace

std::int64_t round_shifted(std::int64_t sum, int n, isa::Rounding rounding, int bits) {
  return n <= 62 ? round_product(sum, n, rounding, bits) : round_wide(sum, n, rounding, bits);
}

std::int64_t scale_and_round(std::int64_t x, std::uint32_t m0, int n, isa::Rounding rounding, int bits) {
  if (rounding == isa::Rounding::tflite_double) {
    const std::int64_t word = shifted_low_word(x, std::max(bits - n, 0));
    return round_wide(static_cast<Wide>(word) * m0, std::max(n, bits), rounding, bits);
  }
  if (x >= -kMax32 && x <= kMax32 && n <= 62) {  // the product stays below 2^63
    return round_product(x * static_cast<std::int64_t>(m0), n, rounding, bits);
  }
  return round_wide(static_cast<Wide>(x) * m0, n, rounding, bits);
}

}  // namespace intloom::reference
