// Accesses to the words of a box of addresses, bank by bank, without visiting the words.
//
// Every unit reads or writes maps in the same way: planes (channel blocks) of rows of words, each word as often as taps
// of a window fall on it. Work per call: a few divisions for each bank and each row that straddles two banks.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/command.h"

namespace intloom::timing {

// Accesses to each bank of one buffer.
struct BankTally {
  BankTally(const isa::MachineDescription& machine, isa::Buffer buffer);

  void add(std::int64_t address, std::int64_t count) {
    accesses[static_cast<std::size_t>(address / bank_bytes)] += static_cast<std::uint64_t>(count);
  }

  std::int64_t bank_bytes;
  std::vector<std::uint64_t> accesses;  // by bank
};

// One axis of a map of `size` positions and of a window over it: tap k of output o falls on position
// o*stride + k*dilation - pad, which is padding outside of the map.
struct WindowAxis {
  std::int64_t size = 1, outputs = 1;
  std::int64_t kernel = 1, stride = 1, dilation = 1, pad = 0;

  // Pairs of tap and output that fall on a position below `end` of the map (end at most size).
  std::int64_t taps_below(std::int64_t end) const;
  std::int64_t taps_inside() const { return taps_below(size); }
};

// `size` positions, each visited once.
WindowAxis every(std::int64_t size);

// The axes of isa::Window over a map.
WindowAxis window_rows(const isa::Window& window, std::int64_t map_height, std::int64_t outputs);
WindowAxis window_columns(const isa::Window& window, std::int64_t map_width, std::int64_t outputs);

// Word (plane, row, column) lies at address + plane*plane_pitch + row*row_pitch + column*column_pitch and is accessed
// once for each pair of taps that falls on its row and its column. Pitches in bytes, not negative.
struct WordGrid {
  std::int64_t address = 0;
  std::int64_t planes = 1, plane_pitch = 0;
  WindowAxis rows, columns;
  std::int64_t row_pitch = 0, column_pitch = 0;
};

// The map's first `planes` blocks.
WordGrid map_grid(const isa::MapRegion& map, std::int64_t planes, const WindowAxis& rows, const WindowAxis& columns);

// Adds each access of the grid `times` times.
void count_accesses(const WordGrid& grid, std::int64_t times, BankTally& tally);

// Adds one access to each of `words` words from `address` on.
void count_words(std::int64_t address, std::int64_t words, std::int64_t word_bytes, BankTally& tally);

}  // namespace intloom::timing
