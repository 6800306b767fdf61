#include "runtime/compile/weights.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::compile {
namespace {

struct Packer {
  const quant::ConvParameters& conv;
  const mapping::KPart& part;
  std::int64_t columns;

  std::int64_t taps() const { return part.kernel_h * part.kernel_w; }
  std::int64_t group_inputs() const { return conv.channels / conv.groups; }
  std::int64_t group_outputs() const { return conv.output_channels / conv.groups; }

  // Kernel of output channel n for the input channel `c` of its group.
  const std::int16_t* kernel(std::int64_t n, std::int64_t c) const {
    return conv.weights.data() + (n * group_inputs() + c) * conv.window.kernel_h * conv.window.kernel_w;
  }

  bool whole_kernel() const { return taps() == conv.window.kernel_h * conv.window.kernel_w; }

  // Taps of one kernel to words `word_step` bytes apart.
  void copy_taps(const std::int16_t* from, std::uint8_t* to, std::int64_t word_step) const {
    for (std::int64_t y = 0; y < part.kernel_h; ++y) {
      const std::int16_t* row = from + (part.ky + y) * conv.window.kernel_w + part.kx;
      for (std::int64_t x = 0; x < part.kernel_w; ++x, to += word_step) *to = static_cast<std::uint8_t>(row[x]);
    }
  }

  // Words of one channel block and column: [ky][kx][channel].
  void copy_block(std::uint8_t* words, std::int64_t n, std::int64_t channel, std::int64_t channels) const {
    const std::int64_t group = n / group_outputs(), first_input = group * group_inputs();
    const std::int64_t begin = std::max(channel, first_input);
    const std::int64_t end = std::min(channel + channels, first_input + group_inputs());
    if (begin >= end) return;
    const std::int16_t* from = kernel(n, begin - first_input);
    std::uint8_t* to = words + (begin - channel) * columns;
    const std::int64_t kernel_taps = conv.window.kernel_h * conv.window.kernel_w;
    if (!whole_kernel()) {
      for (std::int64_t c = begin; c < end; ++c, from += kernel_taps, to += columns)
        copy_taps(from, to, channels * columns);
      return;
    }
    for (std::int64_t tap = 0; tap < kernel_taps; ++tap, to += channels * columns)
      for (std::int64_t c = 0; c < end - begin; ++c)
        to[c * columns] = static_cast<std::uint8_t>(from[c * kernel_taps + tap]);
  }
};

}  // namespace

void append_weights(std::vector<std::uint8_t>& bytes, const quant::ConvParameters& conv,
                    const mapping::ConvShape& shape, const isa::MachineDescription& machine, std::int64_t first,
                    std::int64_t count, const mapping::KPart& part) {
  const Packer packer{conv, part, machine.array.cols};
  const std::int64_t rows = machine.array.rows, columns = machine.array.cols, taps = packer.taps();
  const std::size_t begin = bytes.size();
  bytes.resize(begin + static_cast<std::size_t>(mapping::weight_bytes(shape, machine, count, part)),
               static_cast<std::uint8_t>(conv.weight_zero_point));
  std::uint8_t* words = bytes.data() + begin;
  if (shape.depthwise) {
    const std::int64_t group = isa::depthwise_group(machine);
    for (std::int64_t n = 0; n < count; ++n)
      packer.copy_taps(packer.kernel(first + n, 0), words + n / group * taps * columns + n % group, columns);
    return;
  }
  const std::int64_t channel_begin = part.block * rows, channel_end = channel_begin + part.channels;
  for (std::int64_t n = 0; n < count; n += columns) {
    for (std::int64_t channel = channel_begin; channel < channel_end; channel += rows) {
      const std::int64_t channels = std::min(rows, channel_end - channel);
      for (std::int64_t column = 0; column < std::min(columns, count - n); ++column)
        packer.copy_block(words + column, first + n + column, channel, channels);
      words += taps * channels * columns;
    }
  }
}

}  // namespace intloom::compile
