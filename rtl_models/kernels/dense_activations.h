// Activations as the dense kernel reads them: operands of int16, each pixel's input channels in a row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// A row of pixels: `columns` ones at source + offsets[i], their channel blocks of `word` bytes block_pitch bytes apart,
// to pixels of `pitch` operands, the blocks out_block_pitch apart; behind an odd number of channels of a block a 0, if
// the pitch leaves room.
struct PixelRow {
  const std::uint8_t* source;
  const std::uint32_t* offsets;
  std::size_t columns;
  std::size_t word, block_pitch, channels;  // bytes of a block
  bool is_signed;
  std::int16_t zero_point;
  std::int16_t* out;
  std::size_t pitch, out_block_pitch;
};

void widen_pixels(const PixelRow& row);

// Pixels that some tap reads, and one of padding behind them. Padding needs no border: a table names the pixel of each
// (tap, output).
class DenseActivations {
 public:
  void load(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* buffer, ThreadPool& pool);

  const std::int16_t* operands() const { return operands_.data(); }
  std::size_t pitch() const { return pitch_; }  // operands from pixel to pixel: ExecShape::pixel_operands()
  const std::uint32_t* pixel_of_tap(std::size_t tap) const { return table_.data() + tap * outputs_; }

 private:
  AlignedArray<std::int16_t> operands_;
  std::size_t pitch_ = 0, outputs_ = 0;
  std::vector<std::uint32_t> table_;  // [taps][outputs]
};

}  // namespace intloom::kernels
