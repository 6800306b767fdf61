// Feature maps in channel blocks, on chip or in memory, and the LOADs and STOREs of parts of them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "rtl_models/isa/command.h"

namespace intloom::compile {

// [blocks][height][width][word] bytes from `address` on, the word being array.rows.
struct BlockedMap {
  std::uint64_t address = 0;
  std::int64_t blocks = 1, height = 1, width = 1, word = 1;

  std::int64_t row_pitch() const { return width * word; }
  std::int64_t block_pitch() const { return height * width * word; }
  std::uint64_t bytes() const { return static_cast<std::uint64_t>(blocks * block_pitch()); }
  std::uint64_t at(std::int64_t block, std::int64_t y, std::int64_t x) const {
    return address + static_cast<std::uint64_t>(block * block_pitch() + y * row_pitch() + x * word);
  }
};

// A box of a map: blocks, rows, columns.
struct MapBox {
  std::int64_t block = 0, blocks = 1, y = 0, height = 1, x = 0, width = 1;
};

// What a unit sees of a map in the activation scratchpad.
isa::MapRegion region(const BlockedMap& map, const MapBox& box, bool is_signed);

// Moves `box` of `memory` to or from `slot`, a map of just that box.
isa::Transfer box_transfer(const BlockedMap& memory, const MapBox& box, const BlockedMap& slot);

// A run of bytes, contiguous on both sides.
isa::Transfer run_transfer(isa::Buffer buffer, std::uint64_t memory_address, std::uint64_t buffer_address,
                           std::uint64_t bytes);

// One axis of a box of bytes.
struct TransferAxis {
  std::int64_t extent = 1, memory_stride = 0, buffer_stride = 0;
};

// Axes from the innermost on, without those of extent 1; axes that follow each other on both sides become one.
class TransferAxes {
 public:
  static constexpr std::size_t kMost = 4;

  TransferAxes() = default;
  TransferAxes(std::initializer_list<TransferAxis> axes) {
    for (const TransferAxis& axis : axes) add(axis);
  }

  // The next one further out; at most kMost are left when merged.
  void add(const TransferAxis& axis);

  std::size_t size() const { return size_; }
  const TransferAxis& operator[](std::size_t i) const { return axes_[i]; }

 private:
  std::array<TransferAxis, kMost> axes_{};
  std::size_t size_ = 0;
};

// At most three axes.
isa::Transfer make_transfer(std::uint64_t memory_address, std::uint64_t buffer_address, const TransferAxes& axes);

}  // namespace intloom::compile
