// Weights as the kernels read them: operands of int16, zero point subtracted, two factors of one sum side by side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/kernels/aligned_array.h"
#include "rtl_models/kernels/exec_shape.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::kernels {

// Output channels of a panel.
inline constexpr std::size_t kPanel = 16;

// Dense: [panel][tap][pairs][kPanel][2], pair i of a tap is the operands 2i and 2i + 1 of a pixel (ExecShape).
// Depthwise: [panel][ky][pairs][kPanel][2], pair i of a kernel row is kx 2i and 2i + 1.
// A factor that does not exist (odd numbers, output channels behind the last) is 0.
struct WeightPanels {
  explicit WeightPanels(const ExecShape& shape)
      : count((shape.outputs + kPanel - 1) / kPanel),
        runs(shape.depthwise ? shape.kernel_h : shape.taps),
        pairs(shape.depthwise ? (shape.kernel_w + 1) / 2 : shape.pixel_operands() / 2) {}

  std::size_t count, runs, pairs;  // runs: taps, or kernel rows
  std::size_t run_pitch() const { return pairs * 2 * kPanel; }
  std::size_t pitch() const { return runs * run_pitch(); }
};

// Output channels of a panel that lie in one group: `count` bytes of a weight word from `column` on, in the panel from
// `lane` on.
struct PanelSegment {
  std::size_t group, column, lane, count;
};

// `source`: the command's weights in the buffer, laid out as isa::Exec says. `packed`: WeightPanels, count * pitch().
void pack_weights(const ExecShape& shape, const std::uint8_t* source, std::int16_t* packed, ThreadPool& pool);

// For each output channel the lowest and highest value that a sum over any part of its products can take, whatever the
// activations.
std::vector<Range> sum_ranges(const ExecShape& shape, const std::int16_t* packed);

}  // namespace intloom::kernels
