// Sums of a dense EXEC that are known to fit: a matrix product whose left rows are found through a table.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/dense_activations.h"
#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// sum(pixel, channel) = sum over taps and input channels of x * w, in int32, over the taps [first_tap, end_tap) and the
// pairs of input channels [first_pair, end_pair).
struct DenseProduct {
  const DenseActivations* x;
  const std::int16_t* weights;  // WeightPanels
  std::size_t panel_pitch, run_pitch;
  std::size_t first_tap, end_tap, first_pair, end_pair;
  SumsView sums;
};

// The output channels [first_channel, end_channel) of the pixels [first_pixel, end_pixel); first_channel is a multiple
// of kPanel. Columns without a channel are not all written.
void multiply_dense(const DenseProduct& product, std::size_t first_pixel, std::size_t end_pixel,
                    std::size_t first_channel, std::size_t end_channel);

}  // namespace intloom::kernels
