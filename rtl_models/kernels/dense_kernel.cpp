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
  HWY_INLINE void seek(const std::int16_t* operands, const std::uint32_t* places) {
    x = operands + *places;
    rest.seek(operands, places + 1);
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
  template <bool kBoth, bool kAdd>
  HWY_INLINE void store(std::int32_t* to, std::size_t second_from_first, std::size_t pitch) const {
    const Sums sums;
    std::int32_t* to_second = to + second_from_first;
    hn::StoreU(kAdd ? hn::Add(first, hn::LoadU(sums, to)) : first, sums, to);
    if (kBoth) hn::StoreU(kAdd ? hn::Add(second, hn::LoadU(sums, to_second)) : second, sums, to_second);
    rest.template store<kBoth, kAdd>(to + pitch, second_from_first, pitch);
  }
};

template <>
struct Tile<0> {
  HWY_INLINE void clear() {}
  HWY_INLINE void seek(const std::int16_t*, const std::uint32_t*) {}
  template <bool kBoth>
  HWY_INLINE void multiply(std::size_t, FactorVector, FactorVector) {}
  template <bool kBoth, bool kAdd>
  HWY_INLINE void store(std::int32_t*, std::size_t, std::size_t) const {}
};

// Whether each vector of sums lies in one group, so that it is stored as it is.
HWY_INLINE bool stores_vectors(const SumsView& sums) {
  return sums.int32 != nullptr && sums.group_channels % hn::Lanes(Sums()) == 0;
}

HWY_INLINE const std::int16_t* weights_of(const DenseProduct& product, std::size_t channel) {
  return product.weights + channel / kPanel * product.panel_pitch + channel % kPanel * 2;
}

// One or two vectors of channels of the product, resolved once for all their tiles.
struct Strip {
  const std::int16_t* first;  // weights of the first tap
  const std::int16_t* second;
  std::int32_t* sums;             // of the view's first pixel; null where vectors are not stored as they are
  std::size_t second_from_first;  // sums
  std::size_t channel;
};

template <int kPixels, bool kBoth>
HWY_INLINE void store_tile(const Tile<kPixels>& tile, const SumsView& sums, const Strip& strip, std::size_t pixel) {
  if (strip.sums != nullptr) {
    std::int32_t* to = strip.sums + (pixel - sums.first_pixel) * sums.cols;
    if (sums.add)
      tile.template store<kBoth, true>(to, strip.second_from_first, sums.cols);
    else
      tile.template store<kBoth, false>(to, strip.second_from_first, sums.cols);
    return;
  }
  const std::size_t lanes = hn::Lanes(Sums()), pitch = kBoth ? 2 * lanes : lanes;
  HWY_ALIGN std::int32_t copy[kPixels * 2 * 16];
  tile.template store<kBoth, false>(copy, lanes, pitch);
  for (std::size_t i = 0; i < kPixels; ++i) sums.write(pixel + i, strip.channel, copy + i * pitch, pitch);
}

// `tiles` of them, from `pixel` on.
template <int kPixels, bool kBoth>
HWY_NOINLINE void multiply_tiles(const DenseProduct& product, const Strip& strip, std::size_t pixel,
                                 std::size_t tiles) {
  const DenseGeometry& geometry = product.x->geometry();
  const std::int16_t* operands = product.x->operands();
  const std::size_t begin = 2 * product.first_pair, end = 2 * product.end_pair;
  for (; tiles > 0; --tiles, pixel += kPixels) {
    Tile<kPixels> tile;
    tile.clear();
    for (std::size_t tap = product.first_tap; tap < product.end_tap; ++tap) {
      tile.seek(operands, geometry.operands_of_tap(tap) + pixel);
      const std::int16_t* w_first = strip.first + tap * product.run_pitch;
      const std::int16_t* w_second = strip.second + tap * product.run_pitch;
      for (std::size_t k = begin; k < end; k += 2)
        tile.template multiply<kBoth>(k, load_factors(w_first + k * kPanel), load_factors(w_second + k * kPanel));
    }
    store_tile<kPixels, kBoth>(tile, product.sums, strip, pixel);
  }
}

template <bool kBoth>
HWY_INLINE void multiply_pixels(const DenseProduct& product, const Strip& strip, std::size_t pixel,
                                std::size_t tile_pixels, std::size_t tiles) {
  switch (tile_pixels) {
    case 6:
      return multiply_tiles<6, kBoth>(product, strip, pixel, tiles);
    case 5:
      return multiply_tiles<5, kBoth>(product, strip, pixel, tiles);
    case 4:
      return multiply_tiles<4, kBoth>(product, strip, pixel, tiles);
    case 3:
      return multiply_tiles<3, kBoth>(product, strip, pixel, tiles);
    case 2:
      return multiply_tiles<2, kBoth>(product, strip, pixel, tiles);
    default:
      return multiply_tiles<1, kBoth>(product, strip, pixel, tiles);
  }
}

HWY_INLINE Strip strip_of(const DenseProduct& product, std::size_t channel, bool both) {
  const SumsView& sums = product.sums;
  const std::size_t second = both ? channel + hn::Lanes(Sums()) : channel;
  Strip strip{weights_of(product, channel), weights_of(product, second), nullptr, 0, channel};
  if (!stores_vectors(sums)) return strip;
  const std::size_t at = sums.at(sums.first_pixel, channel);
  strip.sums = sums.int32 + at;
  strip.second_from_first = sums.at(sums.first_pixel, second) - at;
  return strip;
}

template <bool kBoth>
HWY_INLINE void multiply_strip(const DenseProduct& product, const Strip& strip, std::size_t pixel, std::size_t pixels) {
  const std::size_t tiles = (pixels + 5) / 6;
  const std::size_t least = pixels / tiles, larger = pixels % tiles;  // tiles as equal as possible
  if (larger > 0) multiply_pixels<kBoth>(product, strip, pixel, least + 1, larger);
  multiply_pixels<kBoth>(product, strip, pixel + larger * (least + 1), least, tiles - larger);
}

void multiply_range(const DenseProduct& product, std::size_t first_pixel, std::size_t end_pixel,
                    std::size_t first_channel, std::size_t end_channel) {
  const std::size_t lanes = hn::Lanes(Sums());
  if (first_pixel == end_pixel) return;
  for (std::size_t channel = first_channel; channel < end_channel; channel += 2 * lanes) {
    if (channel + lanes < end_channel)
      multiply_strip<true>(product, strip_of(product, channel, true), first_pixel, end_pixel - first_pixel);
    else
      multiply_strip<false>(product, strip_of(product, channel, false), first_pixel, end_pixel - first_pixel);
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
