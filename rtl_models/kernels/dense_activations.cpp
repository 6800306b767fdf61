#include "rtl_models/kernels/dense_activations.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/dense_activations.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D, class T>
HWY_INLINE void widen_vector(D words, const T* source, std::int16_t zero_point, std::int16_t* out) {
  const auto bytes = hn::LoadU(hn::Rebind<T, D>(), source);
  hn::StoreU(hn::Sub(hn::PromoteTo(words, bytes), hn::Set(words, zero_point)), words, out);
}

// Nothing behind `count` is read or written: the last vector may overlap the one before.
template <class T>
HWY_INLINE void widen(const T* source, std::size_t count, std::int16_t zero_point, std::int16_t* out) {
  const hn::CappedTag<std::int16_t, 16> words;
  const std::size_t lanes = hn::Lanes(words);
  if (count >= lanes) {
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) widen_vector(words, source + i, zero_point, out + i);
    if (i < count) widen_vector(words, source + count - lanes, zero_point, out + count - lanes);
#if HWY_TARGET != HWY_SCALAR
  } else if (count >= 8) {
    const hn::FixedTag<std::int16_t, 8> eight;
    widen_vector(eight, source, zero_point, out);
    widen_vector(eight, source + count - 8, zero_point, out + count - 8);
#endif
  } else {
    for (std::size_t i = 0; i < count; ++i) out[i] = static_cast<std::int16_t>(source[i] - zero_point);
  }
}

// All pixels of one channel block of kCount, a usual one: no more than load, widen, subtract and store.
template <std::size_t kCount, class T>
HWY_INLINE void widen_block(const PixelRow& row, const T* source, std::int16_t* out) {
  const hn::CappedTag<std::int16_t, kCount> words;
  const std::size_t lanes = hn::Lanes(words);
  for (std::size_t i = 0; i < row.pixels; ++i, out += row.pitch)
    for (std::size_t lane = 0; lane < kCount; lane += lanes)
      widen_vector(words, source + row.offsets[i] + lane, row.zero_point, out + lane);
}

template <class T>
void widen_row(const PixelRow& row, const T* source) {
  std::size_t channel = 0;
  for (; channel < row.channels; channel += row.word, source += row.block_pitch) {
    const std::size_t count = HWY_MIN(row.word, row.channels - channel);
    std::int16_t* out = row.out + channel / row.word * row.out_block_pitch;
    if (count == 16 || count == 32) {
      count == 16 ? widen_block<16>(row, source, out) : widen_block<32>(row, source, out);
      continue;
    }
    if (count == 8) {
      widen_block<8>(row, source, out);
      continue;
    }
    if (count > 2 && row.pitch == 4 && row.word >= 4) {  // the three colours of an image: a fourth byte does no harm
      widen_block<4>(row, source, out);
      continue;
    }
    for (std::size_t i = 0; i < row.pixels; ++i, out += row.pitch) {
      widen(source + row.offsets[i], count, row.zero_point, out);
      if (count < row.out_block_pitch && count % 2 != 0) out[count] = 0;
    }
  }
}

void widen_typed(const PixelRow& row) {
  if (row.is_signed)
    widen_row(row, reinterpret_cast<const std::int8_t*>(row.source));
  else
    widen_row(row, row.source);
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(widen_typed);

void widen_pixels(const PixelRow& row) { HWY_DYNAMIC_DISPATCH(widen_typed)(row); }

void DenseActivations::load(const ExecShape& shape, const DenseGeometry& geometry, const std::uint8_t* source,
                            std::size_t block_pitch, std::uint64_t known, ThreadPool& pool) {
  constexpr std::size_t kOperandsOfAPart = 16384;
  const std::size_t pixels = geometry.offsets.size(), pitch = geometry.pitch;
  geometry_ = &geometry;
  if (known != 0 && known == loaded_) return;
  loaded_ = known;
  operands_.reserve((pixels + 1) * pitch);
  const std::size_t parts = std::clamp<std::size_t>(pixels * pitch / kOperandsOfAPart, 1, pixels + 1);
  pool.for_each(parts, [&](std::size_t part) {
    const std::size_t begin = part * pixels / parts, end = (part + 1) * pixels / parts;
    widen_pixels({source, geometry.offsets.data() + begin, end - begin, shape.rows, block_pitch, shape.channels,
                  shape.x_signed, shape.zx, operands_.data() + begin * pitch, pitch, shape.block_pitch()});
  });
  std::fill_n(operands_.data() + pixels * pitch, pitch, shape.pad);  // where a pixel has no channel, weights are 0
}

}  // namespace intloom::kernels
#endif
