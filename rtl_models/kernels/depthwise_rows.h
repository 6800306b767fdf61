// The inner loops of the depthwise kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/depthwise_geometry.h"
#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// Bytes of a row of one panel: the kPanel channels of a column lie side by side.
struct PairSource {
  const std::uint8_t* row;
  const DepthwiseGeometry::PairColumns* columns;
  std::size_t count;
  bool is_signed;
  std::int16_t zero_point, pad;
};

// pairs[i][c] = operand of channel c in column columns[i].first in the lower, in columns[i].second in the upper 16
// bits.
void join_pairs(const PairSource& source, std::int32_t* pairs);

// One row of outputs of one panel.
struct DepthwiseRow {
  const std::int32_t* const* rows;  // [kernel_h]: row of pairs that each kernel row reads
  std::size_t kernel_h, kernel_pairs;
  const std::uint32_t* pair_index;  // [kernel_pairs][outputs]
  bool consecutive;                 // neighbouring outputs read neighbouring pairs
  std::size_t outputs;
  const std::int16_t* weights;  // of the panel
  std::int32_t* sums;           // of the panel and pixel 0, where its sums lie side by side; else null
  std::size_t first_pixel, first_channel;
};

void multiply_depthwise_row(const DepthwiseRow& row, const SumsView& sums);

}  // namespace intloom::kernels
