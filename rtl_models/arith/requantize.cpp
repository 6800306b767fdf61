#include "rtl_models/arith/requantize.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "rtl_models/arith/float_scaling.h"
#include "rtl_models/arith/rounding_shift.h"
#include "rtl_models/arith/width.h"

namespace intloom::arith {
namespace {

using isa::Rounding;

// Beyond these shifts a result no longer changes: |x * m0| < 2^95, and |p| < 2^63 for a product in 64 bits.
constexpr int kLargestShift = 126;
constexpr int kLargestNarrowShift = 62;

std::int64_t saturate_to_int64(Int128 value) {
  constexpr Int128 kTop = std::numeric_limits<std::int64_t>::max();
  constexpr Int128 kBottom = std::numeric_limits<std::int64_t>::min();
  return static_cast<std::int64_t>(std::clamp(value, kBottom, kTop));
}

// x fits 32 bits and n <= 62, so that product and shift fit 64 bits: the hot path.
template <Rounding kRounding>
std::int64_t requantize_narrow(std::int64_t x, std::uint32_t m0, int n) {
  return rounding_shift<kRounding>(x * static_cast<std::int64_t>(m0), n);
}

template <Rounding kRounding>
std::int64_t requantize_wide(std::int64_t x, std::uint32_t m0, int n) {
  const Int128 product = static_cast<Int128>(x) * m0;
  return saturate_to_int64(rounding_shift<kRounding>(product, std::min(n, kLargestShift)));
}

template <Rounding kRounding>
std::int64_t requantize_one(std::int64_t x, std::uint32_t m0, int n) {
  return fits(x, 32) && n <= kLargestNarrowShift ? requantize_narrow<kRounding>(x, m0, n)
                                                 : requantize_wide<kRounding>(x, m0, n);
}

std::int64_t requantize_double(std::int64_t x, std::uint32_t m0, int n, int bits) {
  const auto left = static_cast<unsigned>(std::max(bits - n, 0));
  const std::int64_t operand = wrap(static_cast<std::int64_t>(static_cast<std::uint64_t>(x) << left), 32);
  const std::int64_t high = rounding_shift<Rounding::half_up>(operand * static_cast<std::int64_t>(m0), bits);
  return rounding_shift<Rounding::half_away>(high, std::clamp(n - bits, 0, kLargestNarrowShift));
}

template <Rounding kRounding>
std::int64_t shift_one(std::int64_t p, int n) {
  if (n <= kLargestNarrowShift) return rounding_shift<kRounding>(p, n);
  return static_cast<std::int64_t>(rounding_shift<kRounding>(static_cast<Int128>(p), std::min(n, kLargestShift)));
}

std::int64_t shift_double(std::int64_t p, int n, int bits) {
  const int first = std::min(n, bits);
  const std::int64_t high = rounding_shift<Rounding::half_up>(p, first);
  return shift_one<Rounding::half_away>(high, n - first);
}

[[noreturn]] void throw_unresolved() {
  throw std::invalid_argument("rounding `model` has to be resolved to a rounding mode before arithmetic is done");
}

// Calls function(std::integral_constant<Rounding, r>) for one of the four modes with a single rounding.
template <class Function>
auto with_rounding(Rounding rounding, Function function) {
  switch (rounding) {
    case Rounding::half_even:
      return function(std::integral_constant<Rounding, Rounding::half_even>{});
    case Rounding::half_up:
      return function(std::integral_constant<Rounding, Rounding::half_up>{});
    case Rounding::half_away:
      return function(std::integral_constant<Rounding, Rounding::half_away>{});
    case Rounding::floor:
      return function(std::integral_constant<Rounding, Rounding::floor>{});
    case Rounding::model:
    case Rounding::tflite_double:
      break;
  }
  throw_unresolved();
}

bool narrow(const std::int64_t* x, const std::uint8_t* n, int lanes) {
  bool all = true;
  for (int i = 0; i < lanes; ++i) all &= fits(x[i], 32) & (n[i] <= kLargestNarrowShift);
  return all;
}

}  // namespace

std::int64_t requantize(std::int64_t x, std::uint32_t m0, int n, Rounding rounding, int multiplier_bits) {
  if (rounding == Rounding::tflite_double) return requantize_double(x, m0, n, multiplier_bits);
  return with_rounding(rounding, [=](auto mode) { return requantize_one<mode.value>(x, m0, n); });
}

std::int64_t shift_right(std::int64_t p, int n, Rounding rounding, int multiplier_bits) {
  if (rounding == Rounding::tflite_double) return shift_double(p, n, multiplier_bits);
  return with_rounding(rounding, [=](auto mode) { return shift_one<mode.value>(p, n); });
}

void scale_lanes(const isa::ScalingDescription& scaling, const std::int64_t* x, const std::uint32_t* m0,
                 const std::uint8_t* n, int lanes, std::int64_t* y) {
  if (scaling.multiplier == isa::Multiplier::float32) {
    float32_scale_lanes(x, m0, lanes, y);
  } else if (scaling.rounding == Rounding::tflite_double) {
    for (int i = 0; i < lanes; ++i) y[i] = requantize_double(x[i], m0[i], n[i], scaling.multiplier_bits);
  } else if (narrow(x, n, lanes)) {
    with_rounding(scaling.rounding, [=](auto mode) {
      for (int i = 0; i < lanes; ++i) y[i] = requantize_narrow<mode.value>(x[i], m0[i], n[i]);
    });
  } else {
    with_rounding(scaling.rounding, [=](auto mode) {
      for (int i = 0; i < lanes; ++i) y[i] = requantize_wide<mode.value>(x[i], m0[i], n[i]);
    });
  }
}

void shift_lanes(const isa::ScalingDescription& scaling, const std::int64_t* x, int n, int lanes, std::int64_t* y) {
  if (scaling.rounding == Rounding::tflite_double) {
    for (int i = 0; i < lanes; ++i) y[i] = shift_double(x[i], n, scaling.multiplier_bits);
  } else {
    with_rounding(scaling.rounding, [=](auto mode) {
      for (int i = 0; i < lanes; ++i) y[i] = shift_one<mode.value>(x[i], n);
    });
  }
}

}  // namespace intloom::arith
