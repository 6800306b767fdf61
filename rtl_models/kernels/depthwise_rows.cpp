#include "rtl_models/kernels/depthwise_rows.h"

#include <algorithm>

#include "rtl_models/kernels/packed_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/depthwise_rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rtl_models/kernels/multiply_pairs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

void join(const std::int16_t* operands, const std::uint32_t* columns, std::size_t count, std::int32_t* pairs) {
  const Sums sums;
  const hn::RebindToUnsigned<Sums> wide;
  const hn::Rebind<std::uint16_t, Sums> narrow;
  const std::size_t lanes = hn::Lanes(sums);
  const auto* words = reinterpret_cast<const std::uint16_t*>(operands);
  for (std::size_t i = 0; i < count; ++i, pairs += kPanel) {
    const std::uint16_t* lower = words + columns[2 * i] * kPanel;
    const std::uint16_t* upper = words + columns[2 * i + 1] * kPanel;
    for (std::size_t c = 0; c < kPanel; c += lanes) {
      const auto low = hn::PromoteTo(wide, hn::LoadU(narrow, lower + c));
      const auto high = hn::ShiftLeft<16>(hn::PromoteTo(wide, hn::LoadU(narrow, upper + c)));
      hn::StoreU(hn::BitCast(sums, hn::Or(low, high)), sums, pairs + c);
    }
  }
}

// The sums of kPixels outputs of one row, two vectors of channels each. No array, so that all stay in registers.
template <int kPixels>
struct Outputs {
  SumVector first, second;
  Outputs<kPixels - 1> rest;

  HWY_INLINE void clear() {
    first = second = hn::Zero(Sums());
    rest.clear();
  }
  // Of consecutive pairs.
  template <bool kBoth>
  HWY_INLINE void multiply_next(const std::int32_t* pair, FactorVector w_first, FactorVector w_second) {
    add_product<kBoth>(pair, w_first, w_second);
    rest.template multiply_next<kBoth>(pair + kPanel, w_first, w_second);
  }
  template <bool kBoth>
  HWY_INLINE void multiply(const std::int32_t* row, const std::uint32_t* index, FactorVector w_first,
                           FactorVector w_second) {
    add_product<kBoth>(row + *index * kPanel, w_first, w_second);
    rest.template multiply<kBoth>(row, index + 1, w_first, w_second);
  }
  template <bool kBoth>
  HWY_INLINE void add_product(const std::int32_t* pair, FactorVector w_first, FactorVector w_second) {
    const Sums sums;
    first = multiply_pairs(as_factors(hn::LoadU(sums, pair)), w_first, first);
    if (kBoth) {
      const SumVector x = hn::LoadU(sums, pair + hn::Lanes(sums));
      second = multiply_pairs(as_factors(x), w_second, second);
    }
  }
  HWY_INLINE void store(std::int32_t* to_first, std::int32_t* to_second, std::size_t pitch, bool add) const {
    const Sums sums;
    hn::StoreU(add ? hn::Add(first, hn::LoadU(sums, to_first)) : first, sums, to_first);
    if (to_second != nullptr) hn::StoreU(add ? hn::Add(second, hn::LoadU(sums, to_second)) : second, sums, to_second);
    rest.store(to_first + pitch, to_second == nullptr ? nullptr : to_second + pitch, pitch, add);
  }
};

template <>
struct Outputs<0> {
  HWY_INLINE void clear() {}
  template <bool kBoth>
  HWY_INLINE void multiply_next(const std::int32_t*, FactorVector, FactorVector) {}
  template <bool kBoth>
  HWY_INLINE void multiply(const std::int32_t*, const std::uint32_t*, FactorVector, FactorVector) {}
  HWY_INLINE void store(std::int32_t*, std::int32_t*, std::size_t, bool) const {}
};

template <int kPixels, bool kBoth>
HWY_INLINE void store_outputs(const Outputs<kPixels>& outputs, const SumsView& sums, std::size_t pixel,
                              std::size_t channel) {
  const std::size_t lanes = hn::Lanes(Sums());
  const bool second = kBoth && channel + lanes < sums.outputs;
  if (sums.int32 != nullptr && sums.group_channels % lanes == 0) {
    outputs.store(sums.int32 + sums.at(pixel, channel), second ? sums.int32 + sums.at(pixel, channel + lanes) : nullptr,
                  sums.cols, sums.add);
    return;
  }
  HWY_ALIGN std::int32_t copy[kPixels * 2 * 16];
  const std::size_t pitch = kBoth ? 2 * lanes : lanes;
  outputs.store(copy, kBoth ? copy + lanes : nullptr, pitch, false);
  for (std::size_t i = 0; i < kPixels; ++i) sums.write(pixel + i, channel, copy + i * pitch, pitch);
}

// Outputs [output, output + kPixels) of the row, channels `lane` of the panel on.
template <int kPixels, bool kBoth>
HWY_NOINLINE void multiply_outputs(const DepthwiseRow& row, const SumsView& sums, std::size_t output,
                                   std::size_t lane) {
  const std::size_t lanes = hn::Lanes(Sums());
  const std::int16_t* weights = row.weights + 2 * lane;
  Outputs<kPixels> outputs;
  outputs.clear();
  for (std::size_t ky = 0; ky < row.kernel_h; ++ky) {
    const std::int32_t* pairs = row.rows[ky] + lane;
    const std::uint32_t* index = row.pair_index + output;
    for (std::size_t i = 0; i < row.kernel_pairs; ++i, index += row.outputs, weights += 2 * kPanel) {
      const FactorVector w_first = load_factors(weights);
      const FactorVector w_second = kBoth ? load_factors(weights + 2 * lanes) : w_first;
      if (row.consecutive)
        outputs.template multiply_next<kBoth>(pairs + *index * kPanel, w_first, w_second);
      else
        outputs.template multiply<kBoth>(pairs, index, w_first, w_second);
    }
  }
  store_outputs<kPixels, kBoth>(outputs, sums, row.first_pixel + output, row.first_channel + lane);
}

template <bool kBoth>
HWY_INLINE void multiply_some(const DepthwiseRow& row, const SumsView& sums, std::size_t output, std::size_t count,
                              std::size_t lane) {
  switch (count) {
    case 6:
      return multiply_outputs<6, kBoth>(row, sums, output, lane);
    case 5:
      return multiply_outputs<5, kBoth>(row, sums, output, lane);
    case 4:
      return multiply_outputs<4, kBoth>(row, sums, output, lane);
    case 3:
      return multiply_outputs<3, kBoth>(row, sums, output, lane);
    case 2:
      return multiply_outputs<2, kBoth>(row, sums, output, lane);
    default:
      return multiply_outputs<1, kBoth>(row, sums, output, lane);
  }
}

void multiply_row(const DepthwiseRow& row, const SumsView& sums) {
  const std::size_t lanes = hn::Lanes(Sums());
  const std::size_t tiles = (row.outputs + 5) / 6;  // as equal as possible
  for (std::size_t lane = 0; lane < kPanel && row.first_channel + lane < sums.outputs; lane += 2 * lanes) {
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::size_t begin = tile * row.outputs / tiles, count = (tile + 1) * row.outputs / tiles - begin;
      if (2 * lanes <= kPanel)
        multiply_some<true>(row, sums, begin, count, lane);
      else
        multiply_some<false>(row, sums, begin, count, lane);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(join);
HWY_EXPORT(multiply_row);

void join_pairs(const std::int16_t* operands, const std::uint32_t* columns, std::size_t count, std::int32_t* pairs) {
  HWY_DYNAMIC_DISPATCH(join)(operands, columns, count, pairs);
}

void multiply_depthwise_row(const DepthwiseRow& row, const SumsView& sums) {
  HWY_DYNAMIC_DISPATCH(multiply_row)(row, sums);
}

}  // namespace intloom::kernels
#endif
