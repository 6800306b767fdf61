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

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#endif
