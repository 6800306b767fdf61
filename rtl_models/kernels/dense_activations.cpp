#include "rtl_models/kernels/dense_activations.h"

#include <algorithm>

#include "rtl_models/kernels/window_axis.h"

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
  for (std::size_t i = 0; i < row.columns; ++i, out += row.pitch)
    for (std::size_t lane = 0; lane < kCount; lane += lanes)
      widen_vector(words, source + row.offsets[i] + lane, row.zero_point, out + lane);
}

template <class T>
void widen_row(const PixelRow& row, const T* source) {
  std::size_t channel = 0;
  for (; channel < row.channels; channel += row.word, source += row.block_pitch) {
    const std::size_t count = HWY_MIN(row.word, row.channels - channel);
    std::int16_t* out = row.out + channel / row.word * row.out_block_pitch;
    if (count == 16 || count == 8) {
      count == 16 ? widen_block<16>(row, source, out) : widen_block<8>(row, source, out);
      continue;
    }
    for (std::size_t i = 0; i < row.columns; ++i, out += row.pitch) {
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

namespace {

// [taps][outputs]: pixel = row * columns used + column, or the one of padding behind all.
void fill_table(const ExecShape& shape, const WindowAxis& vertical, const WindowAxis& horizontal,
                std::vector<std::uint32_t>& table) {
  const std::size_t out_height = shape.pixels / shape.out_width;
  const auto rows = static_cast<std::uint32_t>(vertical.used.size());
  const auto columns = static_cast<std::uint32_t>(horizontal.used.size());
  const std::uint32_t padding = rows * columns;
  table.resize(shape.taps * shape.pixels);
  std::uint32_t* entry = table.data();
  for (std::size_t ky = 0; ky < shape.kernel_h; ++ky) {
    for (std::size_t kx = 0; kx < shape.kernel_w; ++kx) {
      const std::uint32_t* column = &horizontal.index[kx * shape.out_width];
      for (std::size_t oy = 0; oy < out_height; ++oy, entry += shape.out_width) {
        const std::uint32_t row = vertical.index[ky * out_height + oy];
        if (row == rows) {
          std::fill_n(entry, shape.out_width, padding);
          continue;
        }
        for (std::size_t ox = 0; ox < shape.out_width; ++ox)
          entry[ox] = column[ox] == columns ? padding : row * columns + column[ox];
      }
    }
  }
}

}  // namespace

void DenseActivations::load(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* buffer,
                            ThreadPool& pool) {
  const isa::Window& window = exec.window;
  const WindowAxis vertical(
      {exec.out_height, window.kernel_h, window.stride_h, window.dilation_h, window.pad_top, exec.x.height});
  const WindowAxis horizontal(
      {exec.out_width, window.kernel_w, window.stride_w, window.dilation_w, window.pad_left, exec.x.width});
  const std::size_t rows = vertical.used.size(), columns = horizontal.used.size();
  pitch_ = shape.pixel_operands();
  outputs_ = shape.pixels;
  fill_table(shape, vertical, horizontal, table_);
  operands_.reserve((rows * columns + 1) * pitch_);
  std::vector<std::uint32_t> offsets;
  for (const std::int64_t column : horizontal.used)
    offsets.push_back(static_cast<std::uint32_t>(column) * exec.x.pixel_pitch);
  constexpr std::size_t kOperandsOfAPart = 16384;
  const std::size_t parts =
      std::clamp<std::size_t>(rows * columns * pitch_ / kOperandsOfAPart, 1, std::max<std::size_t>(rows, 1));
  const auto widen_part = [&](std::size_t part) {
    for (std::size_t row = part * rows / parts; row < (part + 1) * rows / parts; ++row) {
      const std::uint8_t* source =
          buffer + exec.x.address + static_cast<std::size_t>(vertical.used[row]) * exec.x.row_pitch;
      std::int16_t* out = operands_.data() + row * columns * pitch_;
      widen_pixels({source, offsets.data(), columns, shape.rows, exec.x.block_pitch, shape.channels, shape.x_signed,
                    shape.zx, out, pitch_, shape.block_pitch()});
    }
  };
  pool.for_each(parts, widen_part);
  std::int16_t* padding = operands_.data() + rows * columns * pitch_;
  std::fill_n(padding, pitch_, shape.pad);  // where a pixel has no channel, weights are 0
}

}  // namespace intloom::kernels
#endif
