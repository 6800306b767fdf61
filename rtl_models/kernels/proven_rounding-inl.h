// Included once for each Highway target: the rounding of proven_range.h on vectors.
#if defined(INTLOOM_KERNELS_PROVEN_ROUNDING_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef INTLOOM_KERNELS_PROVEN_ROUNDING_INL_H_
#undef INTLOOM_KERNELS_PROVEN_ROUNDING_INL_H_
#else
#define INTLOOM_KERNELS_PROVEN_ROUNDING_INL_H_
#endif

#include <hwy/highway.h>

#include "rtl_models/kernels/proven_range.h"

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// At most eight lanes, so that words of eight bytes need no tail on any target.
using Floats = hn::CappedTag<float, 8>;
using Ints = hn::RebindToSigned<Floats>;
using FloatVector = hn::Vec<Floats>;
using IntVector = hn::Vec<Ints>;

// Of floats u: the integers nearest to them, clamped, plus zy, in the low byte of each lane.
//
// Clamp c of u, nearest integer r of c, distance |u - r|: below `tie`, u and its real number lie inside the clamp and
// round to r; above 1 - tie, both lie beyond it, and r is the bound; in between nothing is proven. r comes from adding
// 1.5 * 2^23, behind which a float has no fraction bits.
template <bool kWrap>
class ProvenRounding {
 public:
  explicit ProvenRounding(const ProvenRange& range)
      : lo_(hn::Set(Floats(), static_cast<float>(range.lo))),
        hi_(hn::Set(Floats(), static_cast<float>(range.hi))),
        no_fraction_(hn::Set(Floats(), 12582912.0F + static_cast<float>(range.zy))) {}

  // Lanes of `saturated` and `unproven`: all bits set where it is so, others 0. A lane that is unproven may be either.
  HWY_INLINE IntVector operator()(FloatVector u, FloatVector tie, FloatVector beyond, IntVector& saturated,
                                  IntVector& unproven) const {
    const Floats floats;
    const Ints ints;
    const FloatVector shifted = hn::Add(hn::Min(hn::Max(u, lo_), hi_), no_fraction_);
    const FloatVector distance = hn::Abs(hn::Sub(u, hn::Sub(shifted, no_fraction_)));
    const FloatVector outside = hn::VecFromMask(floats, hn::Gt(distance, beyond));
    const FloatVector not_nearest = hn::VecFromMask(floats, hn::Gt(distance, tie));
    saturated = hn::BitCast(ints, outside);
    unproven = hn::BitCast(ints, kWrap ? not_nearest : hn::AndNot(outside, not_nearest));
    return hn::BitCast(ints, shifted);
  }

 private:
  FloatVector lo_, hi_, no_fraction_;
};

HWY_INLINE FloatVector beyond_of(FloatVector tie) { return hn::Sub(hn::Set(Floats(), 1.0F), tie); }

// Whether any lane has its top bit set.
HWY_INLINE bool any_sign(IntVector v) {
  const Ints ints;
  return !hn::AllFalse(ints, hn::MaskFromVec(hn::BroadcastSignBit(v)));
}

// The low byte of each lane.
HWY_INLINE void store_low_bytes(IntVector v, std::uint8_t* out) {
  const hn::RebindToUnsigned<Ints> words;
  const hn::Rebind<std::uint8_t, Ints> bytes;
  hn::StoreU(hn::TruncateTo(bytes, hn::BitCast(words, v)), bytes, out);
}

// Those of two times two vectors.
HWY_INLINE void store_low_bytes(IntVector a0, IntVector a1, IntVector b0, IntVector b1, std::uint8_t* out_a,
                                std::uint8_t* out_b) {
#if HWY_ARCH_X86 && HWY_MAX_BYTES >= 32
  // Packs of 256 bits interleave what lies in the halves of their operands.
  const Ints ints;
  const hn::Repartition<std::int16_t, Ints> shorts;
  const hn::Repartition<std::uint8_t, Ints> bytes;
  const hn::Half<decltype(bytes)> half;
  const IntVector low = hn::Set(ints, 255);
  const auto a = hn::ReorderDemote2To(shorts, hn::And(a0, low), hn::And(a1, low));
  const auto b = hn::ReorderDemote2To(shorts, hn::And(b0, low), hn::And(b1, low));
  alignas(32) static constexpr std::int32_t kOrder[] = {0, 4, 1, 5, 2, 6, 3, 7};
  const IntVector packed{_mm256_packus_epi16(a.raw, b.raw)};
  const auto ordered = hn::BitCast(bytes, hn::TableLookupLanes(packed, hn::SetTableIndices(ints, kOrder)));
  hn::StoreU(hn::LowerHalf(half, ordered), half, out_a);
  hn::StoreU(hn::UpperHalf(half, ordered), half, out_b);
#else
  const std::size_t lanes = hn::Lanes(Ints());
  store_low_bytes(a0, out_a);
  store_low_bytes(a1, out_a + lanes);
  store_low_bytes(b0, out_b);
  store_low_bytes(b1, out_b + lanes);
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#endif
