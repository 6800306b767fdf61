// sum[i] + a[2i]*b[2i] + a[2i+1]*b[2i+1] of int16 lanes in int32, on each target.
#if defined(INTLOOM_KERNELS_MULTIPLY_PAIRS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef INTLOOM_KERNELS_MULTIPLY_PAIRS_INL_H_
#undef INTLOOM_KERNELS_MULTIPLY_PAIRS_INL_H_
#else
#define INTLOOM_KERNELS_MULTIPLY_PAIRS_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// At most a panel of sums; a vector of factors has a pair for each.
using Sums = hn::CappedTag<std::int32_t, 16>;
using SumVector = hn::Vec<Sums>;

#if HWY_TARGET == HWY_SCALAR

using FactorVector = SumVector;  // a pair as 32 bits

HWY_INLINE FactorVector as_factors(SumVector pairs) { return pairs; }

HWY_INLINE FactorVector load_factors(const std::int16_t* pairs) {
  std::int32_t both;
  std::memcpy(&both, pairs, sizeof both);
  return FactorVector(both);
}

HWY_INLINE SumVector multiply_pairs(FactorVector a, FactorVector b, SumVector sum) {
  const auto half = [](FactorVector pair, int shift) {
    return std::int32_t{static_cast<std::int16_t>(static_cast<std::uint32_t>(pair.raw) >> shift & 0xFFFFU)};
  };
  return SumVector(sum.raw + half(a, 0) * half(b, 0) + half(a, 16) * half(b, 16));
}

#else

using Factors = hn::Repartition<std::int16_t, Sums>;
using FactorVector = hn::Vec<Factors>;

HWY_INLINE FactorVector as_factors(SumVector pairs) { return hn::BitCast(Factors(), pairs); }

HWY_INLINE FactorVector load_factors(const std::int16_t* pairs) { return hn::LoadU(Factors(), pairs); }

HWY_INLINE SumVector multiply_pairs(FactorVector a, FactorVector b, SumVector sum) {
#if HWY_ARCH_X86 && HWY_TARGET == HWY_AVX3_DL && HWY_MAJOR == 1 && HWY_MINOR == 0
  // Highway 1.0 tells compilers of this target's VNNI neither for its own nor for their intrinsics.
  asm("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
  return sum;
#elif HWY_ARCH_X86 && HWY_TARGET < HWY_EMU128
  SumVector unused = hn::Zero(Sums());  // these targets leave nothing in the second sum
  return hn::ReorderWidenMulAccumulate(Sums(), a, b, sum, unused);
#else
  SumVector second = hn::Zero(Sums());
  const SumVector first = hn::ReorderWidenMulAccumulate(Sums(), a, b, hn::Zero(Sums()), second);
  return hn::Add(sum, hn::RearrangeToOddPlusEven(first, second));
#endif
}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#endif  // INTLOOM_KERNELS_MULTIPLY_PAIRS_INL_H_
