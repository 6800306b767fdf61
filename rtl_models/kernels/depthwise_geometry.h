// Which activations a depthwise EXEC reads, and which of them each tap of each output.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/window_axis.h"

namespace intloom::kernels {

// A pair is two operands that neighbouring taps kx 2i and 2i + 1 of an output read.
struct DepthwiseGeometry {
  DepthwiseGeometry(const isa::Exec& exec, const ExecShape& shape);

  static constexpr std::uint32_t kPadding = 0xFFFFFFFF;

  // Of a pair the columns of both taps: bytes from the row where `direct`, else from a copy of the used columns of
  // kPanel bytes each; or kPadding.
  struct PairColumns {
    std::uint32_t first, second;
  };

  // Of the used rows those between the taps of an output row.
  struct UsedRows {
    std::uint32_t first, end;
  };

  std::uint32_t no_row() const { return static_cast<std::uint32_t>(rows.used.size()); }

  std::size_t out_height;
  WindowAxis rows;
  std::vector<UsedRows> used_rows;        // [out_height]
  std::size_t ring_rows = 1;              // the most used rows of an output row
  bool padding_rows = false;              // some tap of some output row is padding
  bool direct;                            // the 16 channels of a panel lie side by side in the buffer
  std::vector<std::uint32_t> offsets;     // of the used columns, bytes from the row
  std::vector<PairColumns> pairs;         // of a row
  std::vector<std::uint32_t> pair_index;  // [pairs of a kernel row][out_width]: which pair of the row
  // [out_width][3], where the kernel is 3x3, not dilated along a row, of stride 1 or 2, and `direct`: the columns of an
  // output's taps, bytes from the row, or kPadding. Else empty.
  std::vector<std::uint32_t> window_columns;
  bool consecutive = true;  // neighbouring outputs read neighbouring pairs
  std::size_t strip_rows;   // output rows of a part of the work

 private:
  void find_rows(const isa::Exec& exec, const ExecShape& shape);
  void find_pairs(const isa::Exec& exec, const ExecShape& shape);
  void find_window_columns(const isa::Exec& exec, const ExecShape& shape);
};

}  // namespace intloom::kernels
