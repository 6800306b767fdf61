// From an exact integer to a byte of the output: Y = clamp(R(x * M) + zy), as one unit of a machine does it.
#pragma once

#include <cstdint>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"

namespace intloom::reference {

// Where results go: zero point, folded activation, and what the unit does with a value outside.
// saturate: clamp(value + zero_point, lo, hi). wrap: the low 8 bits of value + zero_point, without a clamp.
struct OutputRange {
  std::int64_t zero_point = 0;
  std::int64_t lo = -128, hi = 127;
  bool wrap = false;

  std::uint8_t place(std::int64_t rounded) const {
    if (!wrap)
      rounded = rounded < lo - zero_point ? lo - zero_point : rounded > hi - zero_point ? hi - zero_point : rounded;
    return static_cast<std::uint8_t>(static_cast<std::uint64_t>(rounded) + static_cast<std::uint64_t>(zero_point));
  }
};
OutputRange output_range(const quant::Network& network, const quant::Layer& layer, const isa::ScalingDescription& unit);

// Nearest integer, ties to even; values beyond +-2^40 are taken as +-2^40, far outside of every output range.
std::int64_t round_half_even(float value);

// One multiplier of a unit. Fixed: R(x * m0 * 2^-n), m0 and n by quant::quantize_multiplier. Float32:
// rne(f32(x) * float_multiplier), whatever the unit's rounding.
class Rescaler {
 public:
  Rescaler(const isa::ScalingDescription& unit, double real_multiplier, float float_multiplier, OutputRange range);
  // Where both forms take the same number.
  Rescaler(const isa::ScalingDescription& unit, float multiplier, OutputRange range)
      : Rescaler(unit, static_cast<double>(multiplier), multiplier, range) {}

  std::uint8_t operator()(std::int64_t x) const { return range_.place(rounded(x)); }
  // R(x * M) alone: no zero point, no clamp.
  std::int64_t rounded(std::int64_t x) const;

 private:
  bool is_float_ = false;
  float float_multiplier_ = 1;
  std::uint32_t m0_ = 0;
  int n_ = 0;
  isa::Rounding rounding_ = isa::Rounding::half_even;
  int bits_ = 31;
  OutputRange range_;
};

}  // namespace intloom::reference
