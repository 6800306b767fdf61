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

// From 2^30 on, a sum or a bias is one that may overflow together with the other.
HWY_INLINE bool any_large(IntVector magnitudes) { return any_sign(hn::Or(magnitudes, hn::ShiftLeft<1>(magnitudes))); }

// The parameters of the channels of one vector. kChecked: sum + bias may overflow int32.
template <bool kWrap, bool kChecked>
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
    const FloatVector u = hn::Sub(hn::Mul(hn::ConvertTo(Floats(), x), multiplier_), half_);
    const IntVector result = rounding_(u, tie_, beyond_, saturated, unproven);
    if constexpr (kChecked)  // in the sign bit
      unproven = hn::Or(unproven, hn::And(hn::Xor(sum, x), hn::Xor(bias_, x)));
    return result;
  }

 private:
  ProvenRounding<kWrap> rounding_;
  FloatVector half_;
  IntVector bias_;
  FloatVector multiplier_, tie_, beyond_;
};

// What a strip has come to.
struct Tally {
  Tally() : exact_saturations(0), saturations(hn::Zero(Ints())), magnitudes(hn::Zero(Ints())) {}

  std::int64_t exact_saturations;
  IntVector saturations;
  IntVector magnitudes;  // of all sums, or'ed

  std::int64_t total() const { return exact_saturations + hn::GetLane(hn::SumOfLanes(Ints(), saturations)); }
};

// One or two vectors of channels: their parameters.
template <bool kWrap, bool kChecked, std::size_t kVectors>
class Channels {
 public:
  Channels(const RequantRows& rows, std::size_t channel)
      : first_(rows, channel), second_(rows, channel + (kVectors - 1) * hn::Lanes(Ints())) {}

  // Of one pixel. `saturated` and `unproven` are added and or'ed to; result1 is the second vector's.
  HWY_INLINE void pixel(const std::int32_t* sums, IntVector& result0, IntVector& result1, IntVector& saturated,
                        IntVector& unproven, IntVector& magnitudes) const {
    result0 = vector(first_, sums, saturated, unproven, magnitudes);
    if constexpr (kVectors == 2)
      result1 = vector(second_, sums + hn::Lanes(Ints()), saturated, unproven, magnitudes);
    else
      result1 = result0;
  }

 private:
  static HWY_INLINE IntVector vector(const ChannelVector<kWrap, kChecked>& channels, const std::int32_t* sums,
                                     IntVector& saturated, IntVector& unproven, IntVector& magnitudes) {
    const IntVector sum = hn::LoadU(Ints(), sums);
    IntVector saturated_here, unproven_here;
    const IntVector result = channels(sum, saturated_here, unproven_here);
    saturated = hn::Sub(saturated, saturated_here);
    unproven = hn::Or(unproven, unproven_here);
    if constexpr (!kChecked) magnitudes = hn::Or(magnitudes, hn::Abs(sum));
    return result;
  }

  ChannelVector<kWrap, kChecked> first_, second_;
};

template <bool kWrap, bool kChecked, std::size_t kVectors>
HWY_INLINE Tally requant_strip(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints), pixels = rows.pixels, sum_pitch = rows.sum_pitch;
  const std::size_t out_pitch = rows.out_pitch;
  const Channels<kWrap, kChecked, kVectors> channels(rows, channel);
  const std::int32_t* sums = rows.sums + channel;
  std::uint8_t* out = rows.out + channel;
  const auto exact = [&](std::size_t pixel, std::uint8_t* bytes) {
    return rows.exact(rows.context, pixel, channel, kVectors * lanes, bytes);
  };
  Tally tally;
  IntVector a0, a1, b0, b1, magnitudes = hn::Zero(ints), saturations = hn::Zero(ints);
  std::size_t pixel = 0;
  for (; pixel + 2 <= pixels; pixel += 2, sums += 2 * sum_pitch, out += 2 * out_pitch) {
    IntVector unproven = hn::Zero(ints), saturated = saturations;
    channels.pixel(sums, a0, a1, saturated, unproven, magnitudes);
    channels.pixel(sums + sum_pitch, b0, b1, saturated, unproven, magnitudes);
    if (HWY_UNLIKELY(any_sign(unproven))) {
      tally.exact_saturations += exact(pixel, out);
      tally.exact_saturations += exact(pixel + 1, out + out_pitch);
      continue;
    }
    saturations = saturated;
    if constexpr (kVectors == 2) {
      store_low_bytes(a0, a1, b0, b1, out, out + out_pitch);
    } else {
      store_low_bytes(a0, out);
      store_low_bytes(b0, out + out_pitch);
    }
  }
  if (pixel < pixels) {
    IntVector unproven = hn::Zero(ints), saturated = saturations;
    channels.pixel(sums, a0, a1, saturated, unproven, magnitudes);
    if (any_sign(unproven)) {
      tally.exact_saturations += exact(pixel, out);
    } else {
      saturations = saturated;
      store_low_bytes(a0, out);
      if constexpr (kVectors == 2) store_low_bytes(a1, out + lanes);
    }
  }
  tally.saturations = saturations;
  tally.magnitudes = magnitudes;
  return tally;
}

// Two vectors of channels, or one. Whether any sum is large shows at the end; then all is done again.
template <bool kWrap, std::size_t kVectors>
std::int64_t requant_strip_of_any_sums(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  IntVector biases = hn::Zero(ints);
  for (std::size_t i = 0; i < kVectors; ++i)
    biases = hn::Or(biases, hn::Abs(hn::LoadU(ints, rows.bias + channel + i * hn::Lanes(ints))));
  if (!any_large(biases)) {
    const Tally tally = requant_strip<kWrap, false, kVectors>(rows, channel);
    if (!any_large(tally.magnitudes)) return tally.total();
  }
  return requant_strip<kWrap, true, kVectors>(rows, channel).total();
}

// The usual case in fewer operations. u = float(x) * float(M) is rounded to the integer r where 1.5 * 2^23 is added to
// it (by a fused multiplication and addition, where there is one, to the integer nearest to the exact product). Where
// |u - r| is not above `tie`, r is R(w), inside of the clamp and outside.
class FusedVector {
 public:
  FusedVector(const RequantRows& rows, std::size_t channel)
      : no_fraction_(hn::Set(Floats(), 12582912.0F + static_cast<float>(rows.range.zy))),
        lo_(hn::Set(Floats(), 12582912.0F + static_cast<float>(rows.range.zy + rows.range.lo))),
        hi_(hn::Set(Floats(), 12582912.0F + static_cast<float>(rows.range.zy + rows.range.hi))),
        bias_(hn::LoadU(Ints(), rows.bias + channel)),
        multiplier_(hn::LoadU(Floats(), rows.multiplier + channel)),
        tie_(hn::LoadU(Floats(), rows.tie + channel)) {}

  // `inside` counts down the lanes that do not saturate; `distance` becomes the largest |u - r|.
  HWY_INLINE IntVector operator()(const std::int32_t* sums, IntVector& inside, FloatVector& distance) const {
    const Floats floats;
    const FloatVector x = hn::ConvertTo(floats, hn::Add(hn::LoadU(Ints(), sums), bias_));
    const FloatVector shifted = hn::MulAdd(x, multiplier_, no_fraction_);
    distance = hn::Max(distance, hn::Abs(hn::MulSub(x, multiplier_, hn::Sub(shifted, no_fraction_))));
    const IntVector result = hn::BitCast(Ints(), hn::Min(hn::Max(shifted, lo_), hi_));
    inside = hn::Add(inside, hn::VecFromMask(Ints(), hn::Eq(result, hn::BitCast(Ints(), shifted))));
    return result;
  }
  HWY_INLINE IntVector unproven(FloatVector distance) const {
    return hn::BitCast(Ints(), hn::VecFromMask(Floats(), hn::Gt(distance, tie_)));
  }

 private:
  FloatVector no_fraction_, lo_, hi_;
  IntVector bias_;
  FloatVector multiplier_, tie_;
};

HWY_NOINLINE int exact_pixel(const RequantRows& rows, std::size_t pixel, std::size_t channel, std::uint8_t* out) {
  return rows.exact(rows.context, pixel, channel, 2 * hn::Lanes(Ints()), out);
}

// Two vectors of channels. Lanes of pixels that are computed exactly are in no count but that of exact_pixel().
std::int64_t requant_fused_strip(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  const std::size_t lanes = hn::Lanes(ints);
  const std::size_t sum_pitch = rows.sum_pitch, out_pitch = rows.out_pitch, pixels = rows.pixels;
  const FusedVector first(rows, channel), second(rows, channel + lanes);
  const std::int32_t* sums = rows.sums + channel;
  std::uint8_t* out = rows.out + channel;
  std::int64_t saturations = 0;
  std::size_t proven_pixels = 0;
  IntVector inside = hn::Zero(ints);
  std::size_t pixel = 0;
  for (; pixel + 2 <= pixels; pixel += 2, sums += 2 * sum_pitch, out += 2 * out_pitch) {
    IntVector inside_now = inside;
    FloatVector distance0 = hn::Zero(Floats()), distance1 = distance0;
    const IntVector a0 = first(sums, inside_now, distance0), a1 = second(sums + lanes, inside_now, distance1);
    const std::int32_t* next = sums + sum_pitch;
    const IntVector b0 = first(next, inside_now, distance0), b1 = second(next + lanes, inside_now, distance1);
    if (HWY_UNLIKELY(any_sign(hn::Or(first.unproven(distance0), second.unproven(distance1))))) {
      saturations += exact_pixel(rows, pixel, channel, out);
      saturations += exact_pixel(rows, pixel + 1, channel, out + out_pitch);
      continue;
    }
    inside = inside_now;
    proven_pixels += 2;
    store_low_bytes(a0, a1, b0, b1, out, out + out_pitch);
  }
  if (pixel < pixels) {
    IntVector inside_now = inside;
    FloatVector distance0 = hn::Zero(Floats()), distance1 = distance0;
    const IntVector a0 = first(sums, inside_now, distance0), a1 = second(sums + lanes, inside_now, distance1);
    if (any_sign(hn::Or(first.unproven(distance0), second.unproven(distance1)))) {
      saturations += exact_pixel(rows, pixel, channel, out);
    } else {
      inside = inside_now;
      ++proven_pixels;
      store_low_bytes(a0, out);
      store_low_bytes(a1, out + lanes);
    }
  }
  return saturations + static_cast<std::int64_t>(proven_pixels * 2 * lanes) + hn::GetLane(hn::SumOfLanes(ints, inside));
}

// The last channels, fewer than a vector: through copies of a whole vector, of whose lanes behind nothing is used.
template <bool kWrap>
std::int64_t requant_tail(const RequantRows& rows, std::size_t channel) {
  const Ints ints;
  const std::size_t count = rows.channels - channel;
  const ChannelVector<kWrap, true> vector(rows, channel);
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
  for (; rows.fused && channel + 2 * lanes <= rows.channels; channel += 2 * lanes)
    saturations += requant_fused_strip(rows, channel);
  for (; channel + 2 * lanes <= rows.channels; channel += 2 * lanes)
    saturations += requant_strip_of_any_sums<kWrap, 2>(rows, channel);
  for (; channel + lanes <= rows.channels; channel += lanes)
    saturations += requant_strip_of_any_sums<kWrap, 1>(rows, channel);
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
