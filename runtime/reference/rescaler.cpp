#include "runtime/reference/rescaler.h"

#include <algorithm>
#include <cmath>

#include "runtime/quant/multiplier.h"
#include "runtime/reference/rounding.h"

namespace intloom::reference {

OutputRange output_range(const quant::Network& network, const quant::Layer& layer,
                         const isa::ScalingDescription& unit) {
  OutputRange range;
  range.zero_point = network.tensor(layer.output).zero_point;
  range.lo = layer.clamp.lo;
  range.hi = layer.clamp.hi;
  range.wrap = unit.out_of_range == isa::OutOfRange::wrap;
  return range;
}

std::int64_t round_half_even(float value) {
  constexpr float kLimit = 1099511627776.0F;  // 2^40
  // nearbyint in the default rounding mode is half-even.
  return static_cast<std::int64_t>(std::nearbyint(std::clamp(value, -kLimit, kLimit)));
}

Rescaler::Rescaler(const isa::ScalingDescription& unit, double real_multiplier, float float_multiplier,
                   OutputRange range)
    : is_float_(unit.multiplier == isa::Multiplier::float32),
      float_multiplier_(float_multiplier),
      rounding_(unit.rounding),
      bits_(unit.multiplier_bits),
      range_(range) {
  if (is_float_) return;
  const quant::FixedMultiplier fixed =
      quant::quantize_multiplier(real_multiplier, unit.multiplier_bits, unit.shift_min, unit.shift_max);
  m0_ = fixed.m0;
  n_ = fixed.n;
}

std::int64_t Rescaler::rounded(std::int64_t x) const {
  if (is_float_) return round_half_even(static_cast<float>(x) * float_multiplier_);
  return scale_and_round(x, m0_, n_, rounding_, bits_);
}

}  // namespace intloom::reference
