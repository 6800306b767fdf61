// Sums of a depthwise EXEC that are known to fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/sums_view.h"
#include "rtl_models/kernels/window_axis.h"

namespace intloom::kernels {

// A panel of channels is done a strip of output rows at a time. Input rows become rows of pairs: the operands of two
// taps kx 2i and 2i + 1 side by side in 32 bits, for each input position that is the first of a pair. A ring holds
// those of one output row, so that they stay in the first level cache.
class DepthwiseProduct {
 public:
  DepthwiseProduct(const isa::Exec& exec, const ExecShape& shape, const std::uint8_t* buffer,
                   const std::int16_t* weights, const SumsView& sums);

  std::size_t panels() const;
  std::size_t strips() const { return (out_height_ + strip_rows_ - 1) / strip_rows_; }
  // Columns without a channel are not all written.
  void multiply(std::size_t panel, std::size_t strip) const;

 private:
  // Of the pairs of one row: the used columns of both taps (columns_.used.size(): padding).
  struct PairColumns {
    std::uint32_t first, second;
  };

  // Of the used rows those between the taps of an output row.
  struct UsedRows {
    std::uint32_t first, end;
  };

  std::uint32_t no_row() const { return static_cast<std::uint32_t>(rows_.used.size()); }
  UsedRows rows_of(std::size_t output_row) const;
  void number_pairs(const isa::Exec& exec);
  void load_row(std::size_t panel, std::int64_t row, std::int16_t* operands) const;

  const isa::MapRegion& x_;
  const isa::Window& window_;
  const ExecShape& shape_;
  const std::uint8_t* buffer_;
  const std::int16_t* weights_;
  SumsView sums_;
  WindowAxis rows_, columns_;
  std::vector<std::uint32_t> offsets_;     // of the used columns, bytes
  std::vector<PairColumns> pair_columns_;  // of each pair of a row
  std::vector<std::uint32_t> pair_index_;  // [pairs of a kernel row][out_width]: which pair of the row
  bool consecutive_ = true;                // neighbouring outputs read neighbouring pairs
  std::size_t out_height_, strip_rows_ = 1, ring_rows_ = 1;
};

}  // namespace intloom::kernels
