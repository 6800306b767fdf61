// The usual depthwise convolution, 3x3 of stride 1 or 2, from the bytes to the sums in registers: a column of the
// window serves the outputs that share it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace intloom::kernels {

// A row of outputs of a panel whose channels lie side by side in words and in sums.
struct WindowRow {
  const std::uint8_t* rows[3];   // of the panel's first channel; what is padding is read from rows of padding
  const std::uint32_t* columns;  // DepthwiseGeometry::window_columns
  const std::uint8_t* padding;   // kPanel bytes, for columns of padding
  std::size_t outputs, stride;
  bool is_signed;
  std::int16_t zero_point;
  const std::int16_t* weights;  // WeightPanels, of the panel
  std::int32_t* sums;           // of the first output; the next one's lie sum_pitch further
  std::size_t sum_pitch;
  bool add;
};

// Whether this host's vectors do it.
bool has_window_kernel();
// All kPanel channels of the row.
void multiply_window_row(const WindowRow& row);

}  // namespace intloom::kernels
