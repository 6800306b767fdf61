// Cutting axes into tiles, and which inputs a tile of outputs needs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace intloom::mapping {

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
constexpr std::int64_t round_up(std::int64_t a, std::int64_t b) { return ceil_div(a, b) * b; }

// `total` cut into tiles of `size`; the last one may be smaller.
struct Tiles {
  std::int64_t total = 1, size = 1;

  std::int64_t count() const { return ceil_div(total, size); }
  std::int64_t begin(std::int64_t i) const { return i * size; }
  std::int64_t size_at(std::int64_t i) const { return i + 1 < count() ? size : total - i * size; }
};

// The sizes that occur among tiles, and how often: at most two.
struct TileClass {
  std::int64_t size = 1, count = 1;
};
class TileClasses {
 public:
  void add(const TileClass& tile_class) { classes_[size_++] = tile_class; }
  std::size_t size() const { return size_; }
  const TileClass& operator[](std::size_t i) const { return classes_[i]; }
  const TileClass* begin() const { return classes_.data(); }
  const TileClass* end() const { return classes_.data() + size_; }

 private:
  std::array<TileClass, 2> classes_{};
  std::size_t size_ = 0;
};
TileClasses tile_classes(const Tiles& tiles);

// Tile sizes that cut `total` evenly into 1, 2, 3, 4, 6, 8, 12, ... tiles: descending, no duplicates, the last is 1.
std::vector<std::int64_t> balanced_sizes(std::int64_t total);

// One axis of a window that slides over a map: output o, tap k read input o*stride + k*dilation - pad.
struct WindowAxis {
  std::int64_t input = 1, output = 1, kernel = 1, stride = 1, dilation = 1, pad = 0;
};

// Inputs [begin, begin + size) inside the map that outputs and taps read, never empty. `pad` is the pad of the window
// seen from `begin`: what lies outside of the span is padding.
struct InputSpan {
  std::int64_t begin = 0, size = 1, pad = 0;
};
InputSpan input_span(const WindowAxis& axis, std::int64_t output, std::int64_t outputs, std::int64_t tap,
                     std::int64_t taps);

// No span of so many outputs and taps is larger.
std::int64_t widest_span(const WindowAxis& axis, std::int64_t outputs, std::int64_t taps);

}  // namespace intloom::mapping
