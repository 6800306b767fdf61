// Add, Sub, Mul, Max and Min of two tensors that broadcast to the output.
//
//   fixed:    add R(((a - za)*Ma + (b - zb)*Mb) * 2^-n) + zy          multiply R((a - za)*(b - zb) * M) + zy
//   float32:  add rne(fma(a, ra, fma(b, rb, f))), f = zy - fma(ra, za, rb*zb)
//             multiply rne(f32((a - za)*(b - zb)) * m + f32(zy))
//   subtract: add with Mb and rb negative
//   maximum:  max(R((a - za)*Ma), R((b - zb)*Mb)) + zy, each side rescaled by itself; minimum the same with min
#include <algorithm>
#include <cmath>

#include "runtime/quant/multiplier.h"
#include "runtime/reference/broadcast.h"
#include "runtime/reference/integer_layers.h"
#include "runtime/reference/map_layout.h"
#include "runtime/reference/rescaler.h"
#include "runtime/reference/rounding.h"

namespace intloom::reference {
namespace {

// compute(a, b) of every pair of integers, as a byte.
template <class Compute>
IntegerTensor for_each_pair(const LayerContext& context, Compute compute) {
  const graph::Shape& shape = context.output().shape;
  const bool a_signed = is_signed(context.input(0));
  const bool b_signed = is_signed(context.input(1));
  const std::uint8_t* a = context.input_values(0).data();
  const std::uint8_t* b = context.input_values(1).data();
  const graph::Shape a_strides = broadcast_strides(context.input(0).shape, shape);
  const graph::Shape b_strides = broadcast_strides(context.input(1).shape, shape);
  IntegerTensor out(static_cast<std::size_t>(graph::element_count(shape)));
  std::uint8_t* to = out.data();
  for_each_broadcast(shape, 0, a_strides, b_strides, [&](std::int64_t a_at, std::int64_t b_at) {
    *to++ = compute(integer_value(a[a_at], a_signed), integer_value(b[b_at], b_signed));
  });
  return out;
}

// `sign` of b: 1 adds, -1 subtracts.
IntegerTensor sum_float32(const LayerContext& context, const OutputRange& range, int sign) {
  const auto& multipliers = context.layer.binary().multiplier;
  const float ra = multipliers[0], rb = static_cast<float>(sign) * multipliers[1];
  const auto za = static_cast<float>(context.input(0).zero_point);
  const auto zb = static_cast<float>(context.input(1).zero_point);
  const float fixed_part = static_cast<float>(range.zero_point) - std::fma(ra, za, rb * zb);
  OutputRange placed = range;
  placed.zero_point = 0;  // it is in the fixed part
  return for_each_pair(context, [=](std::int32_t a, std::int32_t b) {
    const float sum = std::fma(static_cast<float>(a), ra, std::fma(static_cast<float>(b), rb, fixed_part));
    return placed.place(round_half_even(sum));
  });
}

IntegerTensor sum_fixed(const LayerContext& context, const isa::ScalingDescription& unit, const OutputRange& range,
                        int sign) {
  const auto& [ma, mb] = context.layer.binary().multiplier;
  const quant::FixedMultiplierPair pair =
      quant::quantize_multiplier_pair(ma, mb, unit.multiplier_bits, unit.shift_min, unit.shift_max);
  const std::int64_t za = context.input(0).zero_point;
  const std::int64_t zb = context.input(1).zero_point;
  return for_each_pair(context, [=](std::int32_t a, std::int32_t b) {
    const std::int64_t sum = (a - za) * std::int64_t{pair.m0_a} + sign * (b - zb) * std::int64_t{pair.m0_b};
    return range.place(round_shifted(sum, pair.n, unit.rounding, unit.multiplier_bits));
  });
}

IntegerTensor sum(const LayerContext& context, int sign) {
  const isa::ScalingDescription& unit = context.machine.vector.scaling;
  const OutputRange range = output_range(context.network, context.layer, unit);
  if (unit.multiplier == isa::Multiplier::float32) return sum_float32(context, range, sign);
  return sum_fixed(context, unit, range, sign);
}

// choose(rescaled a, rescaled b) is the one to keep.
template <class Choose>
IntegerTensor choose_of(const LayerContext& context, Choose choose) {
  const isa::ScalingDescription& unit = context.machine.vector.scaling;
  const OutputRange range = output_range(context.network, context.layer, unit);
  const Rescaler rescale_a(unit, context.layer.binary().multiplier[0], range);
  const Rescaler rescale_b(unit, context.layer.binary().multiplier[1], range);
  const std::int32_t za = context.input(0).zero_point;
  const std::int32_t zb = context.input(1).zero_point;
  return for_each_pair(context, [&](std::int32_t a, std::int32_t b) {
    return range.place(choose(rescale_a.rounded(a - za), rescale_b.rounded(b - zb)));
  });
}

}  // namespace

IntegerTensor add(const LayerContext& context) { return sum(context, 1); }

IntegerTensor subtract(const LayerContext& context) { return sum(context, -1); }

IntegerTensor maximum(const LayerContext& context) {
  return choose_of(context, [](std::int64_t a, std::int64_t b) { return std::max(a, b); });
}

IntegerTensor minimum(const LayerContext& context) {
  return choose_of(context, [](std::int64_t a, std::int64_t b) { return std::min(a, b); });
}

IntegerTensor multiply(const LayerContext& context) {
  const isa::ScalingDescription& unit = context.machine.vector.scaling;
  const OutputRange range = output_range(context.network, context.layer, unit);
  const float multiplier = context.layer.binary().multiplier[0];
  const std::int32_t za = context.input(0).zero_point;
  const std::int32_t zb = context.input(1).zero_point;
  if (unit.multiplier == isa::Multiplier::float32) {
    OutputRange placed = range;
    placed.zero_point = 0;  // added before the rounding
    const auto zy = static_cast<float>(range.zero_point);
    return for_each_pair(context, [=](std::int32_t a, std::int32_t b) {
      const float product = static_cast<float>((a - za) * (b - zb)) * multiplier;
      return placed.place(round_half_even(product + zy));
    });
  }
  const Rescaler rescaler(unit, multiplier, range);
  return for_each_pair(context,
                       [&](std::int32_t a, std::int32_t b) { return rescaler(std::int64_t{a - za} * (b - zb)); });
}

}  // namespace intloom::reference
