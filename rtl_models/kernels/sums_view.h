// Where the sums of a command go: rows [group][pixel] of `cols` accumulators, from the command's first row on.
#pragma once

#include <cstddef>
#include <cstdint>

namespace intloom::kernels {

struct SumsView {
  std::int32_t* int32;  // null where accumulators are wider than 32 bits
  std::int64_t* int64;
  std::size_t pixels, cols, group_channels, outputs;
  std::size_t first_pixel;  // whose sums are in the first row of each group
  bool add;                 // to what the rows hold; else they are overwritten

  std::size_t at(std::size_t pixel, std::size_t channel) const {
    return (channel / group_channels * pixels + pixel - first_pixel) * cols + channel % group_channels;
  }
  // sums[0..count) of output channels from `channel` on; those behind the last channel are left out.
  void write(std::size_t pixel, std::size_t channel, const std::int32_t* sums, std::size_t count) const {
    const std::size_t end = channel + count < outputs ? channel + count : outputs;
    for (; channel < end; ++channel, ++sums) {
      const std::size_t to = at(pixel, channel);
      if (int32 != nullptr)
        int32[to] = add ? int32[to] + *sums : *sums;
      else
        int64[to] = add ? int64[to] + *sums : *sums;
    }
  }
};

}  // namespace intloom::kernels
