#include "rtl_models/kernels/depthwise_window.h"

#include "rtl_models/kernels/depthwise_geometry.h"
#include "rtl_models/kernels/packed_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/depthwise_window.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

#if HWY_ARCH_X86 && HWY_MAX_BYTES >= 32

namespace hn = hwy::HWY_NAMESPACE;

// Eight channels: a pair of int16 each, and their sums.
using Pairs = hn::FixedTag<std::int16_t, 16>;
using Eight = hn::FixedTag<std::int32_t, 8>;
using PairVector = hn::Vec<Pairs>;
using EightVector = hn::Vec<Eight>;

// One column of a window: the operands of its rows 0 and 1 side by side, and those of row 2 beside what is multiplied
// by 0. The same for its weights.
struct Column {
  PairVector upper, lower;
};

HWY_INLINE EightVector multiply(const Column& x, const Column& w) {
  const EightVector upper{_mm256_madd_epi16(x.upper.raw, w.upper.raw)};
  return hn::Add(upper, EightVector{_mm256_madd_epi16(x.lower.raw, w.lower.raw)});
}

// Of channels 8 * kHalf on.
template <class T, std::size_t kHalf>
HWY_INLINE Column load_column(const WindowRow& row, std::uint32_t column, PairVector zero) {
  const hn::FixedTag<T, 16> bytes;
  const hn::FixedTag<T, 8> eight_bytes;
  const bool outside = column == DepthwiseGeometry::kPadding;
  const auto at = [&](std::size_t r)
                      HWY_ATTR { return reinterpret_cast<const T*>(outside ? row.padding : row.rows[r] + column); };
  const auto a = hn::LoadU(bytes, at(0)), b = hn::LoadU(bytes, at(1));
  const auto both = kHalf == 0 ? hn::InterleaveLower(bytes, a, b) : hn::InterleaveUpper(bytes, a, b);
  const auto third = hn::PromoteTo(Eight(), hn::LoadU(eight_bytes, at(2) + 8 * kHalf));
  return {hn::Sub(hn::PromoteTo(Pairs(), both), zero), hn::Sub(hn::BitCast(Pairs(), third), zero)};
}

// Weights come as pairs along a kernel row: (kx 0, kx 1), (kx 2, 0).
template <std::size_t kHalf>
HWY_INLINE void load_weights(const std::int16_t* weights, Column (&columns)[3]) {
  const Eight eight;
  const auto load = [&](std::size_t ky, std::size_t pair) HWY_ATTR {
    return hn::BitCast(eight, hn::LoadU(Pairs(), weights + (ky * 2 + pair) * 2 * kPanel + 16 * kHalf));
  };
  const auto column = [](EightVector upper, EightVector lower) HWY_ATTR {
    return Column{hn::BitCast(Pairs(), upper), hn::BitCast(Pairs(), lower)};
  };
  const hn::FixedTag<std::uint32_t, 8> words;
  const auto first = [&](EightVector v) HWY_ATTR { return hn::And(v, hn::Set(eight, 0xFFFF)); };
  const auto second = [&](EightVector v)
                          HWY_ATTR { return hn::BitCast(eight, hn::ShiftRight<16>(hn::BitCast(words, v))); };
  const EightVector top = load(0, 0), middle = load(1, 0), bottom = load(2, 0);
  columns[0] = column(hn::Or(first(top), hn::ShiftLeft<16>(middle)), first(bottom));
  columns[1] = column(hn::Or(second(top), hn::ShiftLeft<16>(second(middle))), second(bottom));
  columns[2] = column(hn::Or(load(0, 1), hn::ShiftLeft<16>(load(1, 1))), load(2, 1));
}

template <class T, std::size_t kHalf, std::size_t kStride, bool kAdd>
HWY_INLINE void multiply_half(const WindowRow& row) {
  const Eight eight;
  const PairVector zero = hn::Set(Pairs(), row.zero_point);
  Column w[3];
  load_weights<kHalf>(row.weights, w);
  const std::uint32_t* columns = row.columns;
  std::int32_t* to = row.sums + 8 * kHalf;
  Column left = load_column<T, kHalf>(row, columns[0], zero), middle = left;
  if (kStride == 1) middle = load_column<T, kHalf>(row, columns[1], zero);
  for (std::size_t i = 0; i < row.outputs; ++i, columns += 3, to += row.sum_pitch) {
    if (kStride == 2) middle = load_column<T, kHalf>(row, columns[1], zero);
    const Column right = load_column<T, kHalf>(row, columns[2], zero);
    const EightVector sum = hn::Add(hn::Add(multiply(left, w[0]), multiply(middle, w[1])), multiply(right, w[2]));
    hn::StoreU(kAdd ? hn::Add(sum, hn::LoadU(eight, to)) : sum, eight, to);
    left = kStride == 1 ? middle : right;
    middle = right;
  }
}

template <class T, std::size_t kStride, bool kAdd>
void multiply_halves(const WindowRow& row) {
  multiply_half<T, 0, kStride, kAdd>(row);
  multiply_half<T, 1, kStride, kAdd>(row);
}

template <class T>
void multiply_typed(const WindowRow& row) {
  if (row.stride == 1)
    row.add ? multiply_halves<T, 1, true>(row) : multiply_halves<T, 1, false>(row);
  else
    row.add ? multiply_halves<T, 2, true>(row) : multiply_halves<T, 2, false>(row);
}

bool has_window() { return true; }
void multiply_window(const WindowRow& row) {
  row.is_signed ? multiply_typed<std::int8_t>(row) : multiply_typed<std::uint8_t>(row);
}

#else

bool has_window() { return false; }
void multiply_window(const WindowRow&) {}

#endif

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(has_window);
HWY_EXPORT(multiply_window);

bool has_window_kernel() { return HWY_DYNAMIC_DISPATCH(has_window)(); }
void multiply_window_row(const WindowRow& row) { HWY_DYNAMIC_DISPATCH(multiply_window)(row); }

}  // namespace intloom::kernels
#endif
