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

// Of raw bytes in the halves of 32 bits: less zero point; `flip` makes int8 of uint8 with a bias of 128.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE SumVector subtract(SumVector bytes, std::uint16_t flip, std::uint16_t biased_zero) {
  const auto raw = static_cast<std::uint32_t>(bytes.raw);
  const auto half = [&](std::uint32_t byte) { return static_cast<std::uint16_t>((byte ^ flip) - biased_zero); };
  return SumVector(static_cast<std::int32_t>(std::uint32_t{half(raw >> 16)} << 16 | half(raw & 0xFFFFU)));
}
#else
HWY_INLINE SumVector subtract(SumVector bytes, std::uint16_t flip, std::uint16_t biased_zero) {
  const hn::Repartition<std::uint16_t, Sums> halves;
  const auto flipped = hn::Xor(hn::BitCast(halves, bytes), hn::Set(halves, flip));
  return hn::BitCast(Sums(), hn::Sub(flipped, hn::Set(halves, biased_zero)));
}
#endif

// One half of a pair of which a column is padding: in the lower 16 bits.
HWY_INLINE SumVector half_pair(const PairSource& source, std::uint32_t column, std::size_t lane, std::uint16_t flip,
                               std::uint16_t biased_zero) {
  const Sums sums;
  const auto lower = hn::Set(sums, 0xFFFF);
  if (column == DepthwiseGeometry::kPadding) return hn::And(hn::Set(sums, source.pad), lower);
  const hn::Rebind<std::uint8_t, Sums> bytes;
  const auto x = hn::PromoteTo(sums, hn::LoadU(bytes, source.row + column + lane));
  return hn::And(subtract(x, flip, biased_zero), lower);
}

// The pairs of a whole panel, of two columns that both exist.
HWY_INLINE void join_panel(const std::uint8_t* first, const std::uint8_t* second, std::uint16_t flip,
                           std::uint16_t biased_zero, std::int32_t* pairs) {
#if HWY_ARCH_X86 && HWY_MAX_BYTES >= 32
  const hn::FixedTag<std::uint8_t, 16> bytes;
  const hn::FixedTag<std::uint16_t, 16> halves;
  const auto a = hn::LoadU(bytes, first), b = hn::LoadU(bytes, second);
  auto* out = reinterpret_cast<std::uint16_t*>(pairs);
  const auto store = [&](hn::Vec<hn::FixedTag<std::uint8_t, 16>> interleaved, std::uint16_t* to) HWY_ATTR {
    const auto flipped = hn::Xor(hn::PromoteTo(halves, interleaved), hn::Set(halves, flip));
    hn::StoreU(hn::Sub(flipped, hn::Set(halves, biased_zero)), halves, to);
  };
  store(hn::InterleaveLower(bytes, a, b), out);
  store(hn::InterleaveUpper(bytes, a, b), out + 16);
#else
  const Sums sums;
  const hn::Rebind<std::uint8_t, Sums> bytes;
  for (std::size_t c = 0; c < kPanel; c += hn::Lanes(sums)) {
    const auto low = hn::PromoteTo(sums, hn::LoadU(bytes, first + c));
    const auto high = hn::PromoteTo(sums, hn::LoadU(bytes, second + c));
    hn::StoreU(subtract(hn::Or(low, hn::ShiftLeft<16>(high)), flip, biased_zero), sums, pairs + c);
  }
#endif
}

void join(const PairSource& source, std::int32_t* pairs) {
  const Sums sums;
  const std::size_t lanes = hn::Lanes(sums);
  const std::uint16_t flip = source.is_signed ? 0x80 : 0;
  const auto biased_zero = static_cast<std::uint16_t>(source.zero_point + flip);
  for (std::size_t i = 0; i < source.count; ++i, pairs += kPanel) {
    const auto [first, second] = source.columns[i];
    if (first == DepthwiseGeometry::kPadding || second == DepthwiseGeometry::kPadding) {
      for (std::size_t c = 0; c < kPanel; c += lanes) {
        const auto low = half_pair(source, first, c, flip, biased_zero);
        const auto high = half_pair(source, second, c, flip, biased_zero);
        hn::StoreU(hn::Or(low, hn::ShiftLeft<16>(high)), sums, pairs + c);
      }
      continue;
    }
    join_panel(source.row + first, source.row + second, flip, biased_zero, pairs);
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

// The usual 3x3: all six factors of a channel stay in registers over the row.
template <bool kAdd>
HWY_INLINE void multiply_3x3(const DepthwiseRow& row, std::size_t pitch, std::size_t lane) {
  const Sums sums;
  const std::int16_t* w = row.weights + 2 * lane;
  const FactorVector w00 = load_factors(w), w01 = load_factors(w + 2 * kPanel), w10 = load_factors(w + 4 * kPanel),
                     w11 = load_factors(w + 6 * kPanel), w20 = load_factors(w + 8 * kPanel),
                     w21 = load_factors(w + 10 * kPanel);
  const std::int32_t *top = row.rows[0] + lane, *middle = row.rows[1] + lane, *bottom = row.rows[2] + lane;
  std::int32_t* to = row.sums + row.first_pixel * pitch + lane;
  const auto pair = [&](const std::int32_t* from) HWY_ATTR { return as_factors(hn::LoadU(sums, from)); };
  for (std::size_t i = 0; i < row.outputs; ++i, to += pitch) {
    const std::size_t left = std::size_t{row.pair_index[i]} * kPanel;
    const std::size_t right = std::size_t{row.pair_index[row.outputs + i]} * kPanel;
    SumVector a = kAdd ? hn::LoadU(sums, to) : hn::Zero(sums), b = hn::Zero(sums);
    a = multiply_pairs(pair(top + left), w00, a);
    b = multiply_pairs(pair(top + right), w01, b);
    a = multiply_pairs(pair(middle + left), w10, a);
    b = multiply_pairs(pair(middle + right), w11, b);
    a = multiply_pairs(pair(bottom + left), w20, a);
    b = multiply_pairs(pair(bottom + right), w21, b);
    hn::StoreU(hn::Add(a, b), sums, to);
  }
}

void multiply_row(const DepthwiseRow& row, const SumsView& sums) {
  const std::size_t lanes = hn::Lanes(Sums());
  if (row.kernel_h == 3 && row.kernel_pairs == 2 && row.sums != nullptr) {
    for (std::size_t lane = 0; lane < kPanel && row.first_channel + lane < sums.outputs; lane += lanes)
      sums.add ? multiply_3x3<true>(row, sums.cols, lane) : multiply_3x3<false>(row, sums.cols, lane);
    return;
  }
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

void join_pairs(const PairSource& source, std::int32_t* pairs) { HWY_DYNAMIC_DISPATCH(join)(source, pairs); }

void multiply_depthwise_row(const DepthwiseRow& row, const SumsView& sums) {
  HWY_DYNAMIC_DISPATCH(multiply_row)(row, sums);
}

}  // namespace intloom::kernels
#endif
