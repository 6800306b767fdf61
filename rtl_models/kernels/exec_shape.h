// What the kernels need to know of an EXEC on a machine, resolved once a command.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::kernels {

// Closed interval of integers.
struct Range {
  std::int64_t lowest = 0, highest = 0;
};

struct ExecShape {
  ExecShape(const isa::Exec& exec, const isa::MachineDescription& machine);

  bool depthwise;
  std::size_t rows, cols;      // of the array
  std::size_t group_channels;  // output channels of a group
  std::size_t groups, blocks;  // groups of output channels; blocks of input channels (depthwise: 1)
  std::size_t kernel_h, kernel_w, taps;
  std::size_t out_width, pixels;
  std::size_t channels, outputs;
  bool x_signed, w_signed;
  std::int16_t zx, zw, pad;  // what is subtracted, what padding injects: 0 or the command's (ZeroPoint)
  Range x, w;                // of the operands, 0 and padding included

  std::size_t weight_bytes() const { return groups * taps * (depthwise ? 1 : channels) * cols; }
  // Products a sum of one column has, and writes of the walk: one a group, block, tap and pixel.
  std::size_t products() const { return depthwise ? taps : taps * channels; }
  std::size_t block_channels(std::size_t block) const;
  // Operands of a pixel as the kernels hold them: each block's channels padded to an even number, so that the factors
  // of a pair are of one block.
  std::size_t block_operands(std::size_t block) const { return (block_channels(block) + 1) / 2 * 2; }
  std::size_t block_pitch() const { return (rows + 1) / 2 * 2; }
  std::size_t pixel_operands() const { return (blocks - 1) * block_pitch() + block_operands(blocks - 1); }
  // Byte in the weights of the first word of a dense (group, block, tap), of the word of a depthwise (group, tap).
  std::size_t dense_word(std::size_t group, std::size_t block, std::size_t tap) const;
  std::size_t depthwise_word(std::size_t group, std::size_t tap) const { return (group * taps + tap) * cols; }
};

}  // namespace intloom::kernels
