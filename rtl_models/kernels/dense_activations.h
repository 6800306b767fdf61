// Activations as the dense kernel reads them: operands of int16, each pixel's input channels in a row.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/dense_geometry.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// Pixels at source + offsets[i], their channel blocks of `word` bytes block_pitch bytes apart, to pixels of `pitch`
// operands, the blocks out_block_pitch apart; behind an odd number of channels of a block some
// value that may be multiplied by 0, if the pitch leaves room.
struct PixelRow {
  const std::uint8_t* source;
  const std::uint32_t* offsets;
  std::size_t pixels;
  std::size_t word, block_pitch, channels;  // bytes of a block
  bool is_signed;
  std::int16_t zero_point;
  std::int16_t* out;
  std::size_t pitch, out_block_pitch;
};

void widen_pixels(const PixelRow& row);

// The pixels of a geometry, and one of padding behind them.
class DenseActivations {
 public:
  // `source`: where the map's address is in the buffer. `known`: 0, or a number: loads of one number one after another
  // load the same.
  void load(const ExecShape& shape, const DenseGeometry& geometry, const std::uint8_t* source, std::size_t block_pitch,
            std::uint64_t known, ThreadPool& pool);

  const std::int16_t* operands() const { return operands_.data(); }
  const DenseGeometry& geometry() const { return *geometry_; }

 private:
  AlignedArray<std::int16_t> operands_;
  const DenseGeometry* geometry_ = nullptr;
  std::uint64_t loaded_ = 0;  // the number of the last load
};

}  // namespace intloom::kernels
