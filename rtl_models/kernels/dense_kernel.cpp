#include "rtl_models/kernels/dense_kernel.h"

#include <algorithm>
#include <cstring>

#include "rtl_models/kernels/packed_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/dense_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "rtl_models/kernels/multiply_pairs-inl.h"

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

// Both vectors of two neighbouring output channels' vectors, for kPixels pixels. A recursion and no array, so that all
// sums stay in registers: 6 pixels x 2 vectors use 12 of 16.
template <int kPixels>
struct Tile {
  SumVector first, second;
  const std::int16_t* x;
  Tile<kPixels - 1> rest;

  HWY_INLINE void clear() {
    first = second = hn::Zero(Sums());
    rest.clear();
  }
  HWY_INLINE void seek(const std::int16_t* operands, std::size_t pitch, const std::uint32_t* pixels) {
    x = operands + *pixels * pitch;
    rest.seek(operands, pitch, pixels + 1);
  }
  template <bool kBoth>
  HWY_INLINE void multiply(std::size_t k, FactorVector w_first, FactorVector w_second) {
    std::int32_t pair;
    std::memcpy(&pair, x + k, sizeof pair);
    const FactorVector both = as_factors(hn::Set(Sums(), pair));
    first = multiply_pairs(both, w_first, first);
    if (kBoth) second = multiply_pairs(both, w_second, second);
    rest.template multiply<kBoth>(k, w_first, w_second);
  }
  template <bool kAdd>
  HWY_INLINE void store(std::int32_t* to_first, std::int32_t* to_second, std::size_t pitch) const {
    const Sums sums;
    hn::StoreU(kAdd ? hn::Add(first, hn::LoadU(sums, to_first)) : first, sums, to_first);
    if (to_second != nullptr) hn::StoreU(kAdd ? hn::Add(second, hn::LoadU(sums, to_second)) : second, sums, to_second);
    rest.template store<kAdd>(to_first + pitch, to_second == nullptr ? nullptr : to_second + pitch, pitch);
  }
};

template <>
struct Tile<0> {
  HWY_INLINE void clear() {}
  HWY_INLINE void seek(const std::int16_t*, std::size_t, const std::uint32_t*) {}
  template <bool kBoth>
  HWY_INLINE void multiply(std::size_t, FactorVector, FactorVector) {}
  template <bool kAdd>
  HWY_INLINE void store(std::int32_t*, std::int32_t*, std::size_t) const {}
};

// Whether each vector of sums lies in one group, so that it is stored as it is.
HWY_INLINE bool stores_vectors(const SumsView& sums) {
  return sums.int32 != nullptr && sums.group_channels % hn::Lanes(Sums()) == 0;
}

template <int kPixels, bool kBoth>
HWY_INLINE void store_tile(const Tile<kPixels>& tile, const SumsView& sums, std::size_t pixel, std::size_t channel) {
  const std::size_t lanes = hn::Lanes(Sums());
  if (stores_vectors(sums)) {
    std::int32_t* to_first = sums.int32 + sums.at(pixel, channel);
    std::int32_t* to_second = kBoth ? sums.int32 + sums.at(pixel, channel + lanes) : nullptr;
    if (sums.add)
      tile.template store<true>(to_first, to_second, sums.cols);
    else
      tile.template store<false>(to_first, to_second, sums.cols);
    return;
  }
  HWY_ALIGN std::int32_t copy[kPixels * 2 * 16];
  const std::size_t pitch = kBoth ? 2 * lanes : lanes;
  tile.template store<false>(copy, kBoth ? copy + lanes : nullptr, pitch);
  for (std::size_t i = 0; i < kPixels; ++i) sums.write(pixel + i, channel, copy + i * pitch, pitch);
}

HWY_INLINE const std::int16_t* weights_of(const DenseProduct& product, std::size_t channel) {
  return product.weights + channel / kPanel * product.panel_pitch + channel % kPanel * 2;
}

template <int kPixels, bool kBoth>
HWY_NOINLINE void multiply_tile(const DenseProduct& product, std::size_t pixel, std::size_t channel) {
  const std::size_t pitch = product.x->pitch();
  const std::int16_t* first = weights_of(product, channel);
  const std::int16_t* second = kBoth ? weights_of(product, channel + hn::Lanes(Sums())) : first;
  const std::size_t begin = 2 * product.first_pair, end = 2 * product.end_pair;
  Tile<kPixels> tile;
  tile.clear();
  for (std::size_t tap = product.first_tap; tap < product.end_tap; ++tap) {
    tile.seek(product.x->operands(), pitch, product.x->pixel_of_tap(tap) + pixel);
    const std::int16_t* w_first = first + tap * product.run_pitch;
    const std::int16_t* w_second = second + tap * product.run_pitch;
    for (std::size_t k = begin; k < end; k += 2)
      tile.template multiply<kBoth>(k, load_factors(w_first + k * kPanel), load_factors(w_second + k * kPanel));
  }
  store_tile<kPixels, kBoth>(tile, product.sums, pixel, channel);
}

template <bool kBoth>
HWY_INLINE void multiply_pixels(const DenseProduct& product, std::size_t pixel, std::size_t count,
                                std::size_t channel) {
  switch (count) {
    case 6:
      return multiply_tile<6, kBoth>(product, pixel, channel);
    case 5:
      return multiply_tile<5, kBoth>(product, pixel, channel);
    case 4:
      return multiply_tile<4, kBoth>(product, pixel, channel);
    case 3:
      return multiply_tile<3, kBoth>(product, pixel, channel);
    case 2:
      return multiply_tile<2, kBoth>(product, pixel, channel);
    default:
      return multiply_tile<1, kBoth>(product, pixel, channel);
  }
}

void multiply_range(const DenseProduct& product, std::size_t first_pixel, std::size_t end_pixel,
                    std::size_t first_channel, std::size_t end_channel) {
  const std::size_t lanes = hn::Lanes(Sums());
  const std::size_t pixels = end_pixel - first_pixel, tiles = (pixels + 5) / 6;  // as equal as possible
  for (std::size_t channel = first_channel; channel < end_channel; channel += 2 * lanes) {
    const bool both = channel + lanes < end_channel;
    for (std::size_t tile = 0; tile < tiles; ++tile) {
      const std::size_t begin = tile * pixels / tiles, count = (tile + 1) * pixels / tiles - begin;
      if (both)
        multiply_pixels<true>(product, first_pixel + begin, count, channel);
      else
        multiply_pixels<false>(product, first_pixel + begin, count, channel);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(multiply_range);

void multiply_dense(const DenseProduct& product, std::size_t first_pixel, std::size_t end_pixel,
                    std::size_t first_channel, std::size_t end_channel) {
  HWY_DYNAMIC_DISPATCH(multiply_range)(product, first_pixel, end_pixel, first_channel, end_channel);
}

}  // namespace intloom::kernels
#endif
