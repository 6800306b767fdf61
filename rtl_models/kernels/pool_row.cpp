#include "rtl_models/kernels/pool_row.h"

#include <algorithm>

#include "rtl_models/kernels/map_address.h"
#include "rtl_models/kernels/vector_lines.h"

namespace intloom::kernels {

PoolRow::PoolRow(const VectorArithmetic& arithmetic, const std::uint8_t* activations)
    : scaling_(arithmetic),
      command_(arithmetic.command()),
      activations_(activations),
      sign_(sign_of(command_.a.is_signed)) {}

PoolRow::Span PoolRow::span(int kx) const {
  const isa::Window& window = command_.window;
  const std::int64_t first = std::int64_t{kx} * window.dilation_w - window.pad_left;  // column of pixel 0
  const std::int64_t stride = window.stride_w, left = -first, right = command_.a.width - first;
  const std::int64_t begin = left <= 0 ? 0 : (left + stride - 1) / stride;
  const std::int64_t end = right <= 0 ? 0 : std::min<std::int64_t>(command_.out.width, (right - 1) / stride + 1);
  if (begin >= end) return {};
  return {static_cast<std::size_t>(begin), static_cast<std::size_t>(end),
          static_cast<std::size_t>(first + begin * stride)};
}

std::int64_t PoolRow::input_row(std::uint32_t y, int ky) const {
  const isa::Window& window = command_.window;
  const std::int64_t row = std::int64_t{y} * window.stride_h + std::int64_t{ky} * window.dilation_h - window.pad_top;
  return row < command_.a.height ? row : -1;
}

const std::uint8_t* PoolRow::input(std::uint32_t block, std::int64_t row) const {
  return activations_ + pixel_offset(command_.a, block, static_cast<std::uint32_t>(row), 0);
}

void PoolRow::maximum(std::uint32_t block, std::uint32_t y, std::size_t lanes, std::uint8_t* out) {
  const isa::Window& window = command_.window;
  const std::size_t width = command_.a.width, stride = static_cast<std::size_t>(window.stride_w);
  const auto lowest = static_cast<std::uint8_t>(sign_);  // the byte of int8 -128 or of uint8 0
  column_maxima_.assign(width * lanes, lowest);
  for (int ky = 0; ky < window.kernel_h; ++ky) {
    const std::int64_t row = input_row(y, ky);
    if (row >= 0) max_words(column_maxima_.data(), input(block, row), command_.a.pixel_pitch, width, lanes, sign_);
  }
  std::fill_n(out, command_.out.width * lanes, lowest);
  for (int kx = 0; kx < window.kernel_w; ++kx) {
    const Span inside = span(kx);
    max_words(out + inside.begin * lanes, column_maxima_.data() + inside.column * lanes, stride * lanes,
              inside.end - inside.begin, lanes, sign_);
  }
}

void PoolRow::sum_columns(std::uint32_t block, std::uint32_t y, std::size_t lanes) {
  column_sums_.assign(command_.a.width * lanes, 0);
  rows_inside_ = 0;
  for (int ky = 0; ky < command_.window.kernel_h; ++ky) {
    const std::int64_t row = input_row(y, ky);
    if (row < 0) continue;
    ++rows_inside_;
    add_words(column_sums_.data(), input(block, row), command_.a.pixel_pitch, command_.a.width, lanes, sign_);
  }
}

std::int64_t PoolRow::average(std::uint32_t block, std::uint32_t y, std::size_t lanes, std::uint8_t* out) {
  const isa::Window& window = command_.window;
  const std::size_t pixels = command_.out.width, stride = static_cast<std::size_t>(window.stride_w);
  sum_columns(block, y, lanes);
  sums_.assign(pixels * lanes, 0);
  taps_.assign(pixels, 0);
  for (int kx = 0; kx < window.kernel_w; ++kx) {
    const Span inside = span(kx);
    add_sums(sums_.data() + inside.begin * lanes, column_sums_.data() + inside.column * lanes, stride * lanes,
             inside.end - inside.begin, lanes);
    for (std::size_t x = inside.begin; x < inside.end; ++x) ++taps_[x];
  }
  std::int64_t saturations = 0;
  for (std::size_t x = 0; x < pixels;) {
    std::size_t end = x + 1;  // of the run of windows with as many taps
    while (end < pixels && taps_[end] == taps_[x]) ++end;
    const int taps = rows_inside_ * taps_[x];
    const int counted = command_.count_padding ? window.kernel_h * window.kernel_w : taps;
    saturations +=
        scaling_(sums_.data() + x * lanes, (end - x) * lanes, taps, static_cast<std::size_t>(counted), out + x * lanes);
    x = end;
  }
  return saturations;
}

}  // namespace intloom::kernels
