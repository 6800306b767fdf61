#include "runtime/compile/weights.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "rtl_models/isa/banks.h"

namespace intloom::compile {
namespace {

constexpr std::int64_t kSquare = 8;
using Square = std::array<std::uint64_t, kSquare>;  // 8 x 8 bytes, byte j of row i at bit 8*j of word i

// Spelled out, so that compilers see one load and one store.
std::uint64_t load_little_endian(const std::uint8_t* b) {
  return std::uint64_t{b[0]} | std::uint64_t{b[1]} << 8U | std::uint64_t{b[2]} << 16U | std::uint64_t{b[3]} << 24U |
         std::uint64_t{b[4]} << 32U | std::uint64_t{b[5]} << 40U | std::uint64_t{b[6]} << 48U |
         std::uint64_t{b[7]} << 56U;
}

void store_little_endian(std::uint64_t word, std::uint8_t* b) {
  b[0] = static_cast<std::uint8_t>(word);
  b[1] = static_cast<std::uint8_t>(word >> 8U);
  b[2] = static_cast<std::uint8_t>(word >> 16U);
  b[3] = static_cast<std::uint8_t>(word >> 24U);
  b[4] = static_cast<std::uint8_t>(word >> 32U);
  b[5] = static_cast<std::uint8_t>(word >> 40U);
  b[6] = static_cast<std::uint8_t>(word >> 48U);
  b[7] = static_cast<std::uint8_t>(word >> 56U);
}

// Swaps the blocks of `step` x `step` bytes across the diagonal between rows `i` and `i + step`.
template <unsigned step>
void swap_across(Square& square, std::size_t i, std::uint64_t low) {
  const std::uint64_t across = ((square[i] >> (8U * step)) ^ square[i + step]) & low;
  square[i + step] ^= across;
  square[i] ^= across << (8U * step);
}

void transpose(Square& square) {
  for (const std::size_t i : {0U, 1U, 2U, 3U}) swap_across<4>(square, i, 0x00000000FFFFFFFFU);
  for (const std::size_t i : {0U, 1U, 4U, 5U}) swap_across<2>(square, i, 0x0000FFFF0000FFFFU);
  for (const std::size_t i : {0U, 2U, 4U, 6U}) swap_across<1>(square, i, 0x00FF00FF00FF00FFU);
}

// A fixed number at a time into bytes that nothing else can point to: so compilers use vectors.
void narrow(const std::int16_t* from, std::int64_t count, std::uint8_t* to) {
  constexpr std::int64_t kAtATime = 16;
  std::int64_t done = 0;
  for (; done + kAtATime <= count; done += kAtATime) {
    std::array<std::uint8_t, kAtATime> bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(from[done + static_cast<std::int64_t>(i)]);
    std::memcpy(to + done, bytes.data(), bytes.size());
  }
  for (; done < count; ++done) to[done] = static_cast<std::uint8_t>(from[done]);
}

// Weights of `count` output channels for one part of the sums, on their way from rows of int16 to words of bytes.
class Packer {
 public:
  Packer(const quant::ConvParameters& conv, const mapping::KPart& part, std::int64_t rows, std::int64_t columns)
      : conv_(conv),
        part_(part),
        columns_(columns),
        group_inputs_(conv.channels / conv.groups),
        group_outputs_(conv.output_channels / conv.groups),
        kernel_taps_(conv.window.kernel_h * conv.window.kernel_w),
        taps_(part.kernel_h * part.kernel_w),
        first_channel_(part.block * rows) {}

  // Depthwise: taps of output channel n, a word each.
  void write_channel(std::int64_t n, std::uint8_t* word) const {
    for_each_tap(kernel(n, 0), [&](std::int16_t weight) {
      *word = static_cast<std::uint8_t>(weight);
      word += columns_;
    });
  }

  // Bytes [channel][tap] of output channels [n, n + count): models are read from end to end, in long runs.
  void read_rows(std::int64_t n, std::int64_t count) {
    count_ = count;
    row_bytes_ = part_.channels * taps_;
    rows_.resize(static_cast<std::size_t>(count * row_bytes_));
    for (std::int64_t i = 0; i < count; ++i) read_row(rows_.data() + i * row_bytes_, n + i);
  }

  // Words [tap][channel] of channels [channel, channel + channels) of the part, of the rows read.
  void write_block(std::int64_t channel, std::int64_t channels, std::uint8_t* words) {
    // Where byte [channel][tap] of a row goes.
    places_.resize(static_cast<std::size_t>(channels * taps_));
    for (std::int64_t c = 0; c < channels; ++c)
      for (std::int64_t tap = 0; tap < taps_; ++tap)
        places_[static_cast<std::size_t>(c * taps_ + tap)] = words + (tap * channels + c) * columns_;
    const std::uint8_t* from = rows_.data() + channel * taps_;
    const std::int64_t length = channels * taps_;
    const std::int64_t square_rows = count_ / kSquare * kSquare, square_bytes = length / kSquare * kSquare;
    for (std::int64_t j = 0; j < square_bytes; j += kSquare)
      for (std::int64_t i = 0; i < square_rows; i += kSquare) write_square(from + i * row_bytes_ + j, i, j);
    for (std::int64_t i = 0; i < count_; ++i)
      for (std::int64_t j = i < square_rows ? square_bytes : 0; j < length; ++j)
        places_[static_cast<std::size_t>(j)][i] = from[i * row_bytes_ + j];
  }

 private:
  // Kernel of output channel n for the input channel `c` of its group.
  const std::int16_t* kernel(std::int64_t n, std::int64_t c) const {
    return conv_.weights.data() + (n * group_inputs_ + c) * kernel_taps_;
  }

  template <class Visit>
  void for_each_tap(const std::int16_t* weights, Visit visit) const {
    for (std::int64_t y = 0; y < part_.kernel_h; ++y) {
      const std::int16_t* row = weights + (part_.ky + y) * conv_.window.kernel_w + part_.kx;
      for (std::int64_t x = 0; x < part_.kernel_w; ++x) visit(row[x]);
    }
  }

  void read_row(std::uint8_t* row, std::int64_t n) const {
    const std::int64_t first_input = n / group_outputs_ * group_inputs_;
    const std::int64_t begin = std::max(first_channel_, first_input);
    const std::int64_t end = std::min(first_channel_ + part_.channels, first_input + group_inputs_);
    if (end - begin < part_.channels)  // channels of other groups
      std::fill(row, row + row_bytes_, static_cast<std::uint8_t>(conv_.weight_zero_point));
    if (begin >= end) return;
    const std::int16_t* from = kernel(n, begin - first_input);
    std::uint8_t* to = row + (begin - first_channel_) * taps_;
    if (taps_ == kernel_taps_) {
      narrow(from, (end - begin) * taps_, to);
      return;
    }
    for (std::int64_t c = begin; c < end; ++c, from += kernel_taps_)
      for_each_tap(from, [&](std::int16_t weight) { *to++ = static_cast<std::uint8_t>(weight); });
  }

  // Bytes [j, j + 8) of the rows [i, i + 8).
  void write_square(const std::uint8_t* from, std::int64_t i, std::int64_t j) {
    Square square;
    for (std::size_t k = 0; k < square.size(); ++k)
      square[k] = load_little_endian(from + static_cast<std::int64_t>(k) * row_bytes_);
    transpose(square);
    std::uint8_t* const* place = places_.data() + j;
    for (std::size_t k = 0; k < square.size(); ++k) store_little_endian(square[k], place[k] + i);
  }

  const quant::ConvParameters& conv_;
  const mapping::KPart& part_;
  std::int64_t columns_, group_inputs_, group_outputs_, kernel_taps_, taps_, first_channel_;
  std::int64_t count_ = 0, row_bytes_ = 0;
  std::vector<std::uint8_t> rows_;
  std::vector<std::uint8_t*> places_;
};

}  // namespace

void write_weights(std::uint8_t* words, const quant::ConvParameters& conv, const mapping::ConvShape& shape,
                   const isa::MachineDescription& machine, std::int64_t first, std::int64_t count,
                   const mapping::KPart& part) {
  const std::int64_t rows = machine.array.rows, columns = machine.array.cols;
  const std::int64_t taps = part.kernel_h * part.kernel_w;
  Packer packer(conv, part, rows, columns);
  if (shape.depthwise) {
    const std::int64_t group = isa::depthwise_group(machine);
    for (std::int64_t n = 0; n < count; ++n)
      packer.write_channel(first + n, words + n / group * taps * columns + n % group);
    return;
  }
  for (std::int64_t n = 0; n < count; n += columns) {
    packer.read_rows(first + n, std::min(columns, count - n));
    for (std::int64_t channel = 0; channel < part.channels; channel += rows) {
      const std::int64_t channels = std::min(rows, part.channels - channel);
      packer.write_block(channel, channels, words);
      words += taps * channels * columns;
    }
  }
}

}  // namespace intloom::compile
