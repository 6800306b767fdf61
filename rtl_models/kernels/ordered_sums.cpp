#include "rtl_models/kernels/ordered_sums.h"

#include <algorithm>
#include <vector>

#include "rtl_models/arith/width.h"
#include "rtl_models/kernels/dense_kernel.h"
#include "rtl_models/kernels/packed_weights.h"

namespace intloom::kernels {

namespace {

constexpr std::size_t kPixelsOfAPart = 48;

// The accumulator rows of some pixels, and what became of the writes to them.
class OrderedRows {
 public:
  OrderedRows(const isa::AccumulatorDescription& accumulator, const ExecShape& shape, std::uint32_t first_acc_row,
              const SumsView& sums)
      : width_bits_(accumulator.width_bits),
        rule_(accumulator.overflow),
        pixels_(shape.pixels),
        group_channels_(shape.group_channels),
        first_acc_row_(first_acc_row),
        sums_(sums) {}

  // partial[0..columns) to a pixel of group; `step`: number of the (block, tap) of the walk, `steps` of them a group.
  void write(std::size_t group, std::size_t pixel, std::size_t step, std::size_t steps, const std::int32_t* partial,
             std::size_t columns) {
    const bool overwrite = step == 0 && !sums_.add;
    const std::size_t at = sums_.at(pixel, group * group_channels_);
    const std::int64_t before = result_.overflows;
    Overflow overflow{static_cast<std::int64_t>((group * steps + step) * pixels_ + pixel),
                      first_acc_row_ + static_cast<std::uint32_t>(group * pixels_ + pixel), -1, 0};
    for (std::size_t c = 0; c < columns; ++c) {
      const std::int64_t held = overwrite ? 0 : sums_.int32 != nullptr ? sums_.int32[at + c] : sums_.int64[at + c];
      // Of 64 bits a sum wraps as the accumulator's own adder does.
      const auto exact = static_cast<std::int64_t>(static_cast<std::uint64_t>(held) +
                                                   static_cast<std::uint64_t>(std::int64_t{partial[c]}));
      const std::int64_t wrapped = arith::wrap(exact, width_bits_);
      std::int64_t stored = wrapped;
      if (wrapped != exact) {
        ++result_.overflows;
        if (overflow.column < 0) {
          overflow.column = static_cast<int>(c);
          overflow.sum = exact;
        }
        if (rule_ == isa::Overflow::saturate) stored = arith::saturate(exact, width_bits_);
      }
      if (sums_.int32 != nullptr)
        sums_.int32[at + c] = static_cast<std::int32_t>(stored);
      else
        sums_.int64[at + c] = stored;
    }
    if (rule_ != isa::Overflow::error || overflow.column < 0) return;
    const std::int64_t here = result_.overflows - before;
    if (!result_.first_overflow || overflow.write < result_.first_overflow->write) {
      result_.first_overflow = overflow;
      result_.overflows = here;
    } else {
      result_.overflows = before;
    }
  }

  const ExecResult& result() const { return result_; }

 private:
  int width_bits_;
  isa::Overflow rule_;
  std::size_t pixels_, group_channels_;
  std::uint32_t first_acc_row_;
  SumsView sums_;
  ExecResult result_;  // under `error` the overflows of the first such write alone
};

ExecResult merged(const std::vector<ExecResult>& results) {
  ExecResult all;
  for (const ExecResult& result : results) {
    if (!result.first_overflow) {
      all.overflows += all.first_overflow ? 0 : result.overflows;
    } else if (!all.first_overflow || result.first_overflow->write < all.first_overflow->write) {
      all = result;
    }
  }
  return all;
}

// work(part's number, first pixel, end pixel)
template <class Work>
ExecResult over_pixels(const ExecShape& shape, ThreadPool& pool, const Work& work) {
  const std::size_t parts = (shape.pixels + kPixelsOfAPart - 1) / kPixelsOfAPart;
  std::vector<ExecResult> results(parts);
  pool.for_each(parts, [&](std::size_t part) {
    const std::size_t begin = part * kPixelsOfAPart;
    results[part] = work(begin, std::min(begin + kPixelsOfAPart, shape.pixels));
  });
  return merged(results);
}

std::size_t group_columns(const ExecShape& shape, std::size_t group) {
  return std::min(shape.group_channels, shape.outputs - group * shape.group_channels);
}

// Position of a tap in the map, or null where it is padding; the byte of channel 0.
const std::uint8_t* tap_bytes(const isa::Exec& exec, const std::uint8_t* activations, std::size_t pixel,
                              std::size_t tap) {
  const isa::Window& window = exec.window;
  const auto o = static_cast<std::int64_t>(pixel), t = static_cast<std::int64_t>(tap);
  const std::int64_t iy =
      o / exec.out_width * window.stride_h + t / window.kernel_w * window.dilation_h - window.pad_top;
  const std::int64_t ix =
      o % exec.out_width * window.stride_w + t % window.kernel_w * window.dilation_w - window.pad_left;
  if (iy < 0 || ix < 0 || iy >= std::int64_t{exec.x.height} || ix >= std::int64_t{exec.x.width}) return nullptr;
  return activations + exec.x.address + iy * exec.x.row_pitch + ix * exec.x.pixel_pitch;
}

std::int32_t operand(std::uint8_t byte, bool is_signed, std::int16_t zero_point) {
  return (is_signed ? static_cast<std::int8_t>(byte) : byte) - zero_point;
}

}  // namespace

ExecResult add_dense_in_order(const isa::AccumulatorDescription& accumulator, const ExecShape& shape,
                              std::uint32_t first_acc_row, const DenseActivations& x, const std::int16_t* weights,
                              const SumsView& sums, ThreadPool& pool) {
  const WeightPanels panels(shape);
  return over_pixels(shape, pool, [&](std::size_t first_pixel, std::size_t end_pixel) {
    OrderedRows rows(accumulator, shape, first_acc_row, sums);
    const std::size_t count = end_pixel - first_pixel;
    std::vector<std::int32_t> partial(shape.groups * count * shape.cols);
    const SumsView partial_view{partial.data(),       nullptr,       count,       shape.cols,
                                shape.group_channels, shape.outputs, first_pixel, false};
    std::size_t step = 0;
    for (std::size_t block = 0; block < shape.blocks; ++block) {
      const std::size_t first_pair = block * shape.block_pitch() / 2;
      const std::size_t end_pair = first_pair + shape.block_operands(block) / 2;
      for (std::size_t tap = 0; tap < shape.taps; ++tap, ++step) {
        multiply_dense(
            {&x, weights, panels.pitch(), panels.run_pitch(), tap, tap + 1, first_pair, end_pair, partial_view},
            first_pixel, end_pixel, 0, shape.outputs);
        for (std::size_t group = 0; group < shape.groups; ++group)
          for (std::size_t pixel = first_pixel; pixel < end_pixel; ++pixel)
            rows.write(group, pixel, step, shape.blocks * shape.taps,
                       &partial[(group * count + pixel - first_pixel) * shape.cols], group_columns(shape, group));
      }
    }
    return rows.result();
  });
}

ExecResult add_depthwise_in_order(const isa::AccumulatorDescription& accumulator, const ExecShape& shape,
                                  const isa::Exec& exec, const std::uint8_t* activations, const std::uint8_t* weights,
                                  const SumsView& sums, ThreadPool& pool) {
  return over_pixels(shape, pool, [&](std::size_t first_pixel, std::size_t end_pixel) {
    OrderedRows rows(accumulator, shape, exec.acc_row, sums);
    std::vector<std::int32_t> products(shape.group_channels);
    for (std::size_t group = 0; group < shape.groups; ++group) {
      const std::size_t channel = group * shape.group_channels, columns = group_columns(shape, group);
      const std::size_t lanes = channel / shape.rows * exec.x.block_pitch + channel % shape.rows;
      for (std::size_t tap = 0; tap < shape.taps; ++tap) {
        const std::uint8_t* word = weights + shape.depthwise_word(group, tap);
        for (std::size_t pixel = first_pixel; pixel < end_pixel; ++pixel) {
          const std::uint8_t* bytes = tap_bytes(exec, activations, pixel, tap);
          for (std::size_t c = 0; c < columns; ++c) {
            const std::int32_t x = bytes != nullptr ? operand(bytes[lanes + c], shape.x_signed, shape.zx) : shape.pad;
            products[c] = x * operand(word[c], shape.w_signed, shape.zw);
          }
          rows.write(group, pixel, tap, shape.taps, products.data(), columns);
        }
      }
    }
    return rows.result();
  });
}

}  // namespace intloom::kernels
