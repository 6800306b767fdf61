// The inner loops of the depthwise kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// pairs[i][c] = operands[columns[2i]][c] in the lower, operands[columns[2i + 1]][c] in the upper 16 bits, for the
// kPanel channels c.
void join_pairs(const std::int16_t* operands, const std::uint32_t* columns, std::size_t count, std::int32_t* pairs);

// One row of outputs of one panel.
struct DepthwiseRow {
  const std::int32_t* const* rows;  // [kernel_h]: row of pairs that each kernel row reads
  std::size_t kernel_h, kernel_pairs;
  const std::uint32_t* pair_index;  // [kernel_pairs][outputs]
  bool consecutive;                 // neighbouring outputs read neighbouring pairs
  std::size_t outputs;
  const std::int16_t* weights;  // of the panel
  std::size_t first_pixel, first_channel;
};

void multiply_depthwise_row(const DepthwiseRow& row, const SumsView& sums);

}  // namespace intloom::kernels
