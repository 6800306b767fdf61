#include "rtl_models/timing/transfer_counts.h"

#include <algorithm>
#include <array>

#include "rtl_models/timing/burst_beats.h"

namespace intloom::timing {
namespace {

struct Dimension {
  std::int64_t extent = 1, memory_stride = 0, buffer_stride = 0;
};

// A transfer as pieces of bytes that are contiguous on both sides, in a box of up to three dimensions, the innermost
// first. Every run of either side (rule D1) is one piece or several.
struct Pieces {
  explicit Pieces(const isa::Transfer& transfer) {
    std::size_t outer = 0;
    for (std::size_t d = 0; d < transfer.extents.size(); ++d) {
      const Dimension dimension{transfer.extents[d], transfer.memory_strides[d], transfer.buffer_strides[d]};
      if (dimension.extent == 1) continue;
      if (outer == 0 && dimension.memory_stride == bytes && dimension.buffer_stride == bytes)
        bytes *= dimension.extent;
      else
        outer_dimensions[outer++] = dimension;
    }
  }

  std::int64_t bytes = 1;  // of a piece
  std::array<Dimension, 3> outer_dimensions;
};

// Single bytes: a beat each (D4), wherever they lie.
void count_bytes(const Pieces& pieces, std::int64_t address, BankTally& tally) {
  WordGrid grid;
  grid.address = address;
  const auto pitch = [&grid](const Dimension& dimension) {  // downwards the same as upwards from the other end
    if (dimension.buffer_stride < 0) grid.address += (dimension.extent - 1) * dimension.buffer_stride;
    return std::abs(dimension.buffer_stride);
  };
  const auto& [columns, rows, planes] = pieces.outer_dimensions;
  grid.columns = every(columns.extent);
  grid.column_pitch = pitch(columns);
  grid.rows = every(rows.extent);
  grid.row_pitch = pitch(rows);
  grid.planes = planes.extent;
  grid.plane_pitch = pitch(planes);
  count_accesses(grid, 1, tally);
}

// Counts pieces one after another; those that lie like the one before cost next to nothing.
class PieceCount {
 public:
  PieceCount(std::int64_t burst_bytes, std::int64_t word_bytes, std::int64_t bytes_per_cycle, BankTally& tally)
      : beats_(burst_bytes, word_bytes, bytes_per_cycle),
        burst_mask_(burst_bytes - 1),
        word_bytes_(word_bytes),
        tally_(tally) {}

  // Banks are whole words, so a bank's end cuts no beat.
  void add(std::int64_t memory_address, std::int64_t buffer_address, std::int64_t bytes) {
    while (bytes != 0) {
      const std::int64_t in_bank = std::min(bytes, tally_.bank_bytes - buffer_address % tally_.bank_bytes);
      tally_.add(buffer_address, beats(memory_address & burst_mask_, buffer_address % word_bytes_, in_bank));
      memory_address += in_bank;
      buffer_address += in_bank;
      bytes -= in_bank;
    }
  }

 private:
  std::int64_t beats(std::int64_t in_burst, std::int64_t first, std::int64_t bytes) {
    if (in_burst != in_burst_ || first != first_ || bytes != bytes_) {
      in_burst_ = in_burst;
      first_ = first;
      bytes_ = bytes;
      last_beats_ = beats_.of_piece(in_burst, first, bytes);
    }
    return last_beats_;
  }

  BurstBeats beats_;
  std::int64_t burst_mask_, word_bytes_;
  BankTally& tally_;
  std::int64_t in_burst_ = -1, first_ = -1, bytes_ = -1, last_beats_ = 0;
};

}  // namespace

void count_beats(const isa::Transfer& transfer, const isa::MachineDescription& machine, BankTally& tally) {
  const Pieces pieces(transfer);
  if (pieces.bytes == 1) return count_bytes(pieces, transfer.buffer_address, tally);
  PieceCount count(machine.memory.burst_bytes, isa::word_bytes(machine, transfer.buffer), machine.dma.bytes_per_cycle,
                   tally);
  const auto& [inner, outer, none] = pieces.outer_dimensions;  // a piece of several bytes takes one of the three
  for (std::int64_t o = 0; o < outer.extent; ++o)
    for (std::int64_t i = 0; i < inner.extent; ++i)
      count.add(static_cast<std::int64_t>(transfer.memory_address) + o * outer.memory_stride + i * inner.memory_stride,
                transfer.buffer_address + o * outer.buffer_stride + i * inner.buffer_stride, pieces.bytes);
}

}  // namespace intloom::timing
