#include "rtl_models/kernels/packed_weights.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "rtl_models/kernels/packed_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace intloom::kernels {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR

// out[i] = {even[i] - zero, odd[i] - zero} for eight i.
template <class T, class Bytes16>
HWY_INLINE void store_pairs(Bytes16 interleaved, hn::Vec<hn::FixedTag<std::int16_t, 8>> zero, std::int16_t* out) {
  const hn::FixedTag<std::int16_t, 8> words;
  const hn::FixedTag<T, 8> half;
  hn::StoreU(hn::Sub(hn::PromoteTo(words, hn::LowerHalf(half, interleaved)), zero), words, out);
  hn::StoreU(hn::Sub(hn::PromoteTo(words, hn::UpperHalf(half, interleaved)), zero), words, out + 8);
}

template <class T>
HWY_INLINE void pack_16(const T* even, const T* odd, std::int16_t zero_point, std::int16_t* out) {
  const hn::FixedTag<T, 16> bytes;
  const auto zero = hn::Set(hn::FixedTag<std::int16_t, 8>(), zero_point);
  const auto a = hn::LoadU(bytes, even), b = hn::LoadU(bytes, odd);
  store_pairs<T>(hn::InterleaveLower(bytes, a, b), zero, out);
  store_pairs<T>(hn::InterleaveUpper(bytes, a, b), zero, out + 16);
}

template <class T>
HWY_INLINE void pack_8(const T* even, const T* odd, std::int16_t zero_point, std::int16_t* out) {
  const hn::FixedTag<T, 16> bytes;
  const hn::FixedTag<T, 8> half;
  const auto zero = hn::Set(hn::FixedTag<std::int16_t, 8>(), zero_point);
  const auto a = hn::ZeroExtendVector(bytes, hn::LoadU(half, even));
  const auto b = hn::ZeroExtendVector(bytes, hn::LoadU(half, odd));
  store_pairs<T>(hn::InterleaveLower(bytes, a, b), zero, out);
}

#endif  // HWY_TARGET != HWY_SCALAR

// `odd` null: its factors are 0.
template <class T>
HWY_INLINE void pack_pair(const T* even, const T* odd, std::size_t count, std::int16_t zero, std::int16_t* out) {
  if (odd == nullptr) {
    for (std::size_t i = 0; i < count; ++i) {
      out[2 * i] = static_cast<std::int16_t>(even[i] - zero);
      out[2 * i + 1] = 0;
    }
    return;
  }
  std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  if (count == 16) return pack_16(even, odd, zero, out);
  for (; i + 8 <= count; i += 8) pack_8(even + i, odd + i, zero, out + 2 * i);
#endif
  for (; i < count; ++i) {
    out[2 * i] = static_cast<std::int16_t>(even[i] - zero);
    out[2 * i + 1] = static_cast<std::int16_t>(odd[i] - zero);
  }
}

template <class T>
void pack_dense_segment(const ExecShape& shape, const T* source, const PanelSegment& segment, std::int16_t* panel) {
  std::int16_t* out = panel + 2 * segment.lane;
  for (std::size_t tap = 0; tap < shape.taps; ++tap) {
    for (std::size_t block = 0; block < shape.blocks; ++block) {
      const T* word = source + shape.dense_word(segment.group, block, tap) + segment.column;
      const std::size_t channels = shape.block_channels(block);
      for (std::size_t i = 0; i < channels; i += 2, word += 2 * shape.cols, out += 2 * kPanel)
        pack_pair(word, i + 1 < channels ? word + shape.cols : nullptr, segment.count, shape.zw, out);
    }
  }
}

template <class T>
void pack_depthwise_segment(const ExecShape& shape, const T* source, const PanelSegment& segment, std::int16_t* panel) {
  std::int16_t* out = panel + 2 * segment.lane;
  for (std::size_t ky = 0; ky < shape.kernel_h; ++ky) {
    for (std::size_t kx = 0; kx < shape.kernel_w; kx += 2, out += 2 * kPanel) {
      const T* even = source + shape.depthwise_word(segment.group, ky * shape.kernel_w + kx) + segment.column;
      pack_pair(even, kx + 1 < shape.kernel_w ? even + shape.cols : nullptr, segment.count, shape.zw, out);
    }
  }
}

void pack_segment(const ExecShape& shape, const std::uint8_t* source, const PanelSegment& segment,
                  std::int16_t* panel) {
  const auto pack = [&](const auto* typed) {
    if (shape.depthwise)
      pack_depthwise_segment(shape, typed, segment, panel);
    else
      pack_dense_segment(shape, typed, segment, panel);
  };
  if (shape.w_signed)
    pack(reinterpret_cast<const std::int8_t*>(source));
  else
    pack(source);
}

}  // namespace HWY_NAMESPACE
}  // namespace intloom::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace intloom::kernels {

HWY_EXPORT(pack_segment);

namespace {

void pack_panel(const ExecShape& shape, const std::uint8_t* source, std::size_t panel, std::int16_t* packed) {
  const WeightPanels panels(shape);
  const std::size_t begin = panel * kPanel, end = std::min(begin + kPanel, shape.outputs);
  if (end < begin + kPanel) std::fill_n(packed, panels.pitch(), std::int16_t{0});
  for (std::size_t channel = begin; channel < end;) {
    const std::size_t group = channel / shape.group_channels, column = channel % shape.group_channels;
    const std::size_t count = std::min(end - channel, shape.group_channels - column);
    HWY_DYNAMIC_DISPATCH(pack_segment)(shape, source, {group, column, channel - begin, count}, packed);
    channel += count;
  }
}

}  // namespace

void pack_weights(const ExecShape& shape, const std::uint8_t* source, std::int16_t* packed, ThreadPool& pool) {
  const WeightPanels panels(shape);
  constexpr std::size_t kWeightsOfAPart = 16384;
  const std::size_t parts = std::clamp<std::size_t>(panels.count * panels.pitch() / kWeightsOfAPart, 1, panels.count);
  pool.for_each(parts, [&](std::size_t part) {
    for (std::size_t panel = part * panels.count / parts; panel < (part + 1) * panels.count / parts; ++panel)
      pack_panel(shape, source, panel, packed + panel * panels.pitch());
  });
}

std::vector<Range> sum_ranges(const ExecShape& shape, const std::int16_t* packed) {
  const WeightPanels panels(shape);
  std::vector<Range> ranges;
  ranges.reserve(shape.outputs);
  for (std::size_t panel = 0; panel < panels.count; ++panel) {
    std::int64_t positive[kPanel] = {}, negative[kPanel] = {};
    const std::int16_t* weight = packed + panel * panels.pitch();
    for (std::size_t i = 0; i < panels.pitch(); ++i) {
      const std::size_t lane = i / 2 % kPanel;
      (weight[i] > 0 ? positive : negative)[lane] += weight[i];
    }
    for (std::size_t lane = 0; lane < kPanel && ranges.size() < shape.outputs; ++lane)
      ranges.push_back({positive[lane] * shape.x.lowest + negative[lane] * shape.x.highest,
                        positive[lane] * shape.x.highest + negative[lane] * shape.x.lowest});
  }
  return ranges;
}

}  // namespace intloom::kernels
#endif
