#include "rtl_models/kernels/transfer_kernel.h"

#include <array>
#include <cstddef>

#include "rtl_models/kernels/copy_words.h"

namespace intloom::kernels {
namespace {

struct Dimension {
  std::size_t extent = 1;
  std::ptrdiff_t to = 0, from = 0;  // strides
};

// The box without what a loop does not need: dimensions of extent 1 are dropped, and a dimension that goes on where the
// one inside of it ends, on both sides, is part of that one. The order of the elements stays.
std::array<Dimension, 3> merged(const std::array<Dimension, 3>& box) {
  std::array<Dimension, 3> result;
  std::size_t used = 0;
  for (const Dimension& each : box) {
    if (each.extent == 1) continue;
    if (used > 0) {
      Dimension& inner = result[used - 1];
      const auto extent = static_cast<std::ptrdiff_t>(inner.extent);
      if (each.to == inner.to * extent && each.from == inner.from * extent) {
        inner.extent *= each.extent;
        continue;
      }
    }
    result[used++] = each;
  }
  return result;
}

// Whether element (i0, i1, i2) lands on a byte of its own: each stride reaches beyond all the dimensions of smaller
// ones.
bool lands_apart(std::array<Dimension, 3> box) {
  const auto magnitude = [](std::ptrdiff_t stride) { return stride < 0 ? -stride : stride; };
  for (std::size_t i = 1; i < box.size(); ++i)
    for (std::size_t j = i; j > 0 && magnitude(box[j].to) < magnitude(box[j - 1].to); --j)
      std::swap(box[j], box[j - 1]);
  std::ptrdiff_t reach = 1;
  for (const Dimension& each : box) {
    if (each.extent == 1) continue;
    if (magnitude(each.to) < reach) return false;
    reach += magnitude(each.to) * static_cast<std::ptrdiff_t>(each.extent - 1);
  }
  return true;
}

// A few planes interleaved into words, or back: pixels outside, so that every line of memory is visited once.
void copy_planes(std::uint8_t* to, const std::uint8_t* from, const Dimension& pixels, const Dimension& planes) {
  for (std::size_t pixel = 0; pixel < pixels.extent; ++pixel, to += pixels.to, from += pixels.from) {
    std::uint8_t* byte_to = to;
    const std::uint8_t* byte_from = from;
    for (std::size_t plane = 0; plane < planes.extent; ++plane, byte_to += planes.to, byte_from += planes.from)
      *byte_to = *byte_from;
  }
}

void copy_box(std::uint8_t* to, const std::uint8_t* from, const std::array<Dimension, 3>& box) {
  constexpr std::size_t kFewPlanes = 64;
  const std::array<Dimension, 3> dimensions = merged(box);
  const Dimension &inner = dimensions[0], &middle = dimensions[1], &outer = dimensions[2];
  const bool run = inner.to == 1 && inner.from == 1;
  const bool by_pixels = !run && middle.extent > 1 && middle.extent <= kFewPlanes && inner.extent > middle.extent &&
                         lands_apart(dimensions);
  for (std::size_t i = 0; i < outer.extent; ++i, to += outer.to, from += outer.from) {
    if (run) {
      copy_words(to, middle.to, from, middle.from, middle.extent, inner.extent);
    } else if (by_pixels) {
      copy_planes(to, from, inner, middle);
    } else {
      for (std::size_t j = 0; j < middle.extent; ++j)
        copy_words(to + static_cast<std::ptrdiff_t>(j) * middle.to, inner.to,
                   from + static_cast<std::ptrdiff_t>(j) * middle.from, inner.from, inner.extent, 1);
    }
  }
}

}  // namespace

void run_load(const isa::Transfer& load, const std::uint8_t* memory, std::uint8_t* buffer) {
  std::array<Dimension, 3> box;
  for (std::size_t i = 0; i < box.size(); ++i)
    box[i] = {load.extents[i], static_cast<std::ptrdiff_t>(load.buffer_strides[i]),
              static_cast<std::ptrdiff_t>(load.memory_strides[i])};
  copy_box(buffer + load.buffer_address, memory + load.memory_address, box);
}

void run_store(const isa::Transfer& store, std::uint8_t* memory, const std::uint8_t* buffer) {
  std::array<Dimension, 3> box;
  for (std::size_t i = 0; i < box.size(); ++i)
    box[i] = {store.extents[i], static_cast<std::ptrdiff_t>(store.memory_strides[i]),
              static_cast<std::ptrdiff_t>(store.buffer_strides[i])};
  copy_box(memory + store.memory_address, buffer + store.buffer_address, box);
}

}  // namespace intloom::kernels
