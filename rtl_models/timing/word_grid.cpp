#include "rtl_models/timing/word_grid.h"

#include <algorithm>

namespace intloom::timing {
namespace {

// Of `left` boxes `pitch` apart, the first of which has its last byte `room` bytes before the end of a bank: how many
// lie in that bank. Not negative.
std::int64_t boxes_inside(std::int64_t room, std::int64_t pitch, std::int64_t left) {
  if (room < 0) return 0;
  return pitch == 0 ? left : std::min(left, room / pitch + 1);
}

class GridCount {
 public:
  GridCount(const WordGrid& grid, std::int64_t times, BankTally& tally)
      : grid_(grid),
        tally_(tally),
        times_(times),
        rows_(grid.rows.taps_inside()),
        columns_(grid.columns.taps_inside()),
        row_span_((grid.columns.size - 1) * grid.column_pitch),
        plane_span_((grid.rows.size - 1) * grid.row_pitch + row_span_) {}

  void run() {
    if (rows_ == 0 || columns_ == 0 || times_ == 0) return;
    for (std::int64_t plane = 0; plane < grid_.planes;) {
      const std::int64_t address = grid_.address + plane * grid_.plane_pitch;
      const std::int64_t inside = boxes_inside(room(address) - plane_span_, grid_.plane_pitch, grid_.planes - plane);
      if (inside != 0) {
        tally_.add(address, inside * rows_ * columns_ * times_);
        plane += inside;
      } else {
        split_plane(address);
        ++plane;
      }
    }
  }

 private:
  // Bytes from `address` to the last byte of its bank.
  std::int64_t room(std::int64_t address) const { return tally_.bank_bytes - 1 - address % tally_.bank_bytes; }

  void split_plane(std::int64_t plane_address) {
    for (std::int64_t row = 0, before = 0; row < grid_.rows.size;) {
      const std::int64_t address = plane_address + row * grid_.row_pitch;
      const std::int64_t inside = boxes_inside(room(address) - row_span_, grid_.row_pitch, grid_.rows.size - row);
      row += std::max<std::int64_t>(1, inside);
      const std::int64_t below = grid_.rows.taps_below(row);
      if (inside != 0)
        tally_.add(address, (below - before) * columns_ * times_);
      else
        split_row(address, (below - before) * times_);
      before = below;
    }
  }

  void split_row(std::int64_t row_address, std::int64_t times) {
    for (std::int64_t column = 0, before = 0; column < grid_.columns.size;) {
      const std::int64_t address = row_address + column * grid_.column_pitch;
      column += boxes_inside(room(address), grid_.column_pitch, grid_.columns.size - column);
      const std::int64_t below = grid_.columns.taps_below(column);
      tally_.add(address, (below - before) * times);
      before = below;
    }
  }

  const WordGrid& grid_;
  BankTally& tally_;
  std::int64_t times_, rows_, columns_, row_span_, plane_span_;
};

}  // namespace

BankTally::BankTally(const isa::MachineDescription& machine, isa::Buffer buffer)
    : bank_bytes(isa::usable_bank_bytes(machine, buffer)),
      accesses(static_cast<std::size_t>(isa::buffer_description(machine, buffer).banks)) {}

std::int64_t WindowAxis::taps_below(std::int64_t end) const {
  std::int64_t taps = 0;
  // Outputs whose tap falls below `position`; taps before the map do so for 0.
  const auto outputs_below = [this](std::int64_t position) {
    return position <= 0 ? 0 : std::min(outputs, stride == 1 ? position : (position + stride - 1) / stride);
  };
  for (std::int64_t k = 0; k < kernel; ++k) {
    const std::int64_t shift = pad - k * dilation;
    taps += outputs_below(end + shift) - outputs_below(shift);
  }
  return taps;
}

WindowAxis every(std::int64_t size) {
  WindowAxis axis;
  axis.size = axis.outputs = size;
  return axis;
}

WindowAxis window_rows(const isa::Window& window, std::int64_t map_height, std::int64_t outputs) {
  return {map_height, outputs, window.kernel_h, window.stride_h, window.dilation_h, window.pad_top};
}

WindowAxis window_columns(const isa::Window& window, std::int64_t map_width, std::int64_t outputs) {
  return {map_width, outputs, window.kernel_w, window.stride_w, window.dilation_w, window.pad_left};
}

WordGrid map_grid(const isa::MapRegion& map, std::int64_t planes, const WindowAxis& rows, const WindowAxis& columns) {
  return {map.address, planes, map.block_pitch, rows, columns, map.row_pitch, map.pixel_pitch};
}

void count_accesses(const WordGrid& grid, std::int64_t times, BankTally& tally) { GridCount(grid, times, tally).run(); }

void count_words(std::int64_t address, std::int64_t words, std::int64_t word_bytes, BankTally& tally) {
  for (std::int64_t word = 0; word < words;) {
    const std::int64_t first = address + word * word_bytes;
    const std::int64_t inside = boxes_inside(tally.bank_bytes - 1 - first % tally.bank_bytes, word_bytes, words - word);
    tally.add(first, inside);
    word += inside;
  }
}

}  // namespace intloom::timing
