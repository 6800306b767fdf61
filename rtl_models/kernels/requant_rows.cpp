#include "rtl_models/kernels/requant_rows.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/requant_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rtl_models/kernels/proven_rounding-inl.h"

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

// The parameters of the channels of one vector.
template <bool kWrap>
class ChannelVector {
 public:
  ChannelVector(const RequantRows& rows, std::size_t channel)
      : rounding_(rows.range),
        half_(hn::Set(Floats(), rows.range.half)),
        bias_(hn::LoadU(Ints(), rows.bias + channel)),
        multiplier_(hn::LoadU(Floats(), rows.multiplier + channel)),
        tie_(hn::LoadU(Floats(), rows.tie + channel)),
        beyond_(beyond_of(tie_)) {}

  // Error of u = float(x) * float(M) - half against w = x * M - half, x = sum + bias an int32: x, M, the product and
  // the difference are each rounded, relative 2^-24 at most, so |u - w| < 2^-21.9 * (|w| + 1).
  HWY_INLINE IntVector operator()(IntVector sum, IntVector& saturated, IntVector& unproven) const {
    const IntVector x = hn::Add(sum, bias_);
    const IntVector overflow = hn::And(hn::Xor(sum, x), hn::Xor(bias_, x));  // in the sign bit
    const FloatVector u = hn::Sub(hn::Mul(hn::ConvertTo(Floats(), x), multiplier_), half_);
    const IntVector result = rounding_(u, tie_, beyond_, saturated, unproven);
    unproven = hn::Or(unproven, overflow);
    return result;
  }

 private:
  ProvenRounding<kWrap> rounding_;
  FloatVector half_;
  IntVector bias_;
  FloatVector multiplier_, tie_, beyond_;
};

// Two vectors of channels, or one.
template <bool kWrap, bool kTwo>
std::int64_t requant_strip(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints);
  const ChannelVector<kWrap> first(rows, channel), second(rows, kTwo ? channel + lanes : channel);
  const std::int32_t* sums = rows.sums + channel;
  std::uint8_t* out = rows.out + channel;
  std::int64_t exact_saturations = 0;
  IntVector saturations = hn::Zero(ints);
  for (std::size_t pixel = 0; pixel < rows.pixels; ++pixel, sums += rows.sum_pitch, out += rows.out_pitch) {
    IntVector saturated, unproven, saturated_behind = hn::Zero(ints), unproven_behind, behind;
    const IntVector result = first(hn::LoadU(ints, sums), saturated, unproven);
    if constexpr (kTwo) {
      behind = second(hn::LoadU(ints, sums + lanes), saturated_behind, unproven_behind);
      unproven = hn::Or(unproven, unproven_behind);
    }
    if (HWY_UNLIKELY(any_sign(unproven))) {
      exact_saturations += rows.exact(rows.context, pixel, channel, kTwo ? 2 * lanes : lanes, out);
      continue;
    }
    saturations = hn::Sub(saturations, kTwo ? hn::Add(saturated, saturated_behind) : saturated);
    store_low_bytes(result, out);
    if constexpr (kTwo) store_low_bytes(behind, out + lanes);
  }
  return exact_saturations + hn::GetLane(hn::SumOfLanes(ints, saturations));
}

// The last channels, fewer than a vector: through copies of a whole vector, of whose lanes behind nothing is used.
template <bool kWrap>
std::int64_t requant_tail(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  const std::size_t count = rows.channels - channel;
  const ChannelVector<kWrap> vector(rows, channel);
  const IntVector used = hn::VecFromMask(ints, hn::FirstN(ints, count));
  HWY_ALIGN std::int32_t sums[8] = {};
  HWY_ALIGN std::uint8_t bytes[8];
  std::int64_t exact_saturations = 0;
  IntVector saturations = hn::Zero(ints);
  for (std::size_t pixel = 0; pixel < rows.pixels; ++pixel) {
    std::copy_n(rows.sums + pixel * rows.sum_pitch + channel, count, sums);
    std::uint8_t* out = rows.out + pixel * rows.out_pitch + channel;
    IntVector saturated, unproven;
    const IntVector result = vector(hn::Load(ints, sums), saturated, unproven);
    if (any_sign(hn::And(unproven, used))) {
      exact_saturations += rows.exact(rows.context, pixel, channel, count, out);
      continue;
    }
    saturations = hn::Sub(saturations, hn::And(saturated, used));
    store_low_bytes(result, bytes);
    std::copy_n(bytes, count, out);
  }
  return exact_saturations + hn::GetLane(hn::SumOfLanes(ints, saturations));
}

template <bool kWrap>
std::int64_t requant_channels(const RequantRows& rows) {
  const std::size_t lanes = hn::Lanes(Ints());
  std::int64_t saturations = 0;
  std::size_t channel = 0;
  for (; channel + 2 * lanes <= rows.channels; channel += 2 * lanes)
    saturations += requant_strip<kWrap, true>(rows, channel);
  for (; channel + lanes <= rows.channels; channel += lanes) saturations += requant_strip<kWrap, false>(rows, channel);
  return channel == rows.channels ? saturations : saturations + requant_tail<kWrap>(rows, channel);
}

std::int64_t requant_rows_on_target(const RequantRows& rows) {
  return rows.range.wrap ? requant_channels<true>(rows) : requant_channels<false>(rows);
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(requant_rows_on_target);

std::int64_t requant_rows(const RequantRows& rows) { return HWY_DYNAMIC_DISPATCH(requant_rows_on_target)(rows); }

}  // namespace intloom::kernels
#endif
