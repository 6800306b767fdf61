// A convolution as tensors, how its bytes lie in the buffers, and its sums computed directly: apart from the product's
// address generation.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::hw {

struct Convolution {
  isa::Exec exec;
  std::vector<int> x;  // [channel][y][x]
  std::vector<int> w;  // dense [output][channel][ky][kx], depthwise [channel][ky][kx]

  int x_at(int channel, int y, int column) const {
    return x[static_cast<std::size_t>((channel * static_cast<int>(exec.x.height) + y) * static_cast<int>(exec.x.width) +
                                      column)];
  }
  int w_at(int output, int channel, int ky, int kx) const {
    const int inputs = exec.depthwise ? 1 : static_cast<int>(exec.channels);
    const int plane = (output * inputs + (exec.depthwise ? 0 : channel)) * exec.window.kernel_h + ky;
    return w[static_cast<std::size_t>(plane * exec.window.kernel_w + kx)];
  }
};

// Tensors of random bytes in the types of the command.
inline void fill_randomly(Convolution& conv, std::mt19937& random) {
  const isa::Exec& exec = conv.exec;
  const auto byte = [&random](bool is_signed) { return static_cast<int>(random() % 256) - (is_signed ? 128 : 0); };
  conv.x.resize(std::size_t{exec.channels} * exec.x.height * exec.x.width);
  for (int& value : conv.x) value = byte(exec.x.is_signed);
  const std::size_t taps = static_cast<std::size_t>(exec.window.kernel_h * exec.window.kernel_w);
  conv.w.resize(std::size_t{exec.output_channels} * (exec.depthwise ? 1 : exec.channels) * taps);
  for (int& value : conv.w) value = byte(exec.weights_signed);
}

// Sum of output channel n at (oy, ox), from the definition in isa::Exec.
inline std::int64_t direct_sum(const Convolution& conv, bool folded, int n, int oy, int ox) {
  const isa::Exec& exec = conv.exec;
  const isa::Window& window = exec.window;
  std::int64_t sum = 0;
  const int first = exec.depthwise ? n : 0, end = exec.depthwise ? n + 1 : static_cast<int>(exec.channels);
  for (int c = first; c < end; ++c) {
    for (int ky = 0; ky < window.kernel_h; ++ky) {
      for (int kx = 0; kx < window.kernel_w; ++kx) {
        const int y = oy * window.stride_h + ky * window.dilation_h - window.pad_top;
        const int x = ox * window.stride_w + kx * window.dilation_w - window.pad_left;
        const bool inside =
            y >= 0 && x >= 0 && y < static_cast<int>(exec.x.height) && x < static_cast<int>(exec.x.width);
        const int activation = inside ? conv.x_at(c, y, x) - (folded ? 0 : exec.zx) : folded ? exec.pad_value : 0;
        const int weight = conv.w_at(n, c, ky, kx) - (folded ? 0 : exec.zw);
        sum += std::int64_t{activation} * weight;
      }
    }
  }
  return sum;
}

struct PlacedByte {
  std::uint32_t address;
  std::uint8_t value;
};

// Channel c of pixel (y, x): lane c % rows of block c / rows.
inline std::vector<PlacedByte> place_activations(const Convolution& conv, const isa::MachineDescription& machine) {
  const isa::MapRegion& map = conv.exec.x;
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  std::vector<PlacedByte> bytes;
  for (std::uint32_t c = 0; c < conv.exec.channels; ++c)
    for (std::uint32_t y = 0; y < map.height; ++y)
      for (std::uint32_t x = 0; x < map.width; ++x)
        bytes.push_back(
            {map.address + c / rows * map.block_pitch + y * map.row_pitch + x * map.pixel_pitch + c % rows,
             static_cast<std::uint8_t>(conv.x_at(static_cast<int>(c), static_cast<int>(y), static_cast<int>(x)))});
  return bytes;
}

// Dense: for group: for block: for tap: a word for each channel, a lane for each output. Depthwise: for group: for tap:
// one word, a lane for each channel of the group.
inline std::vector<PlacedByte> place_weights(const Convolution& conv, const isa::MachineDescription& machine,
                                             int group) {
  const isa::Exec& exec = conv.exec;
  const int rows = machine.array.rows, cols = machine.array.cols;
  const int channels = static_cast<int>(exec.channels), outputs = static_cast<int>(exec.output_channels);
  std::vector<PlacedByte> bytes;
  std::uint32_t word_address = exec.weight_address;
  const auto add_word = [&](int first_output, int channel, int ky, int kx) {
    for (int lane = 0; lane < group && first_output + lane < outputs; ++lane)
      bytes.push_back({word_address + static_cast<std::uint32_t>(lane),
                       static_cast<std::uint8_t>(conv.w_at(first_output + lane, channel, ky, kx))});
    word_address += static_cast<std::uint32_t>(cols);
  };
  for (int n = 0; n < outputs; n += group)
    for (int block = 0; block < (exec.depthwise ? 1 : channels); block += rows)
      for (int ky = 0; ky < exec.window.kernel_h; ++ky)
        for (int kx = 0; kx < exec.window.kernel_w; ++kx)
          for (int c = block; c < (exec.depthwise ? block + 1 : std::min(block + rows, channels)); ++c)
            add_word(n, c, ky, kx);
  return bytes;
}

}  // namespace intloom::hw
