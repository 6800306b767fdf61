#include "rtl_models/kernels/requant_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/arith/requantize.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/kernels/parts.h"
#include "rtl_models/kernels/proven_range.h"
#include "rtl_models/kernels/requant_rows.h"

namespace intloom::kernels {
namespace {

// Channels whose parameters are prepared at a time.
constexpr std::size_t kSegmentChannels = 64;

// What the float path takes, by channel of a segment.
struct FloatParameters {
  std::int32_t bias[kSegmentChannels + kRowPadding];
  float multiplier[kSegmentChannels + kRowPadding];
  float tie[kSegmentChannels + kRowPadding];
};

// The records of a command in the parameter buffer.
class Records {
 public:
  Records(const isa::Requant& requant, const std::uint8_t* parameters)
      : per_channel_(requant.per_channel), bytes_(parameters + requant.parameter_address) {}

  isa::ParameterRecord of(std::size_t channel) const {
    if (per_channel_) return record(bytes_ + channel * isa::kParameterRecordBytes);
    isa::ParameterRecord shared = record(bytes_);
    std::memcpy(&shared.bias, bytes_ + isa::kParameterRecordBytes + channel * sizeof shared.bias, sizeof shared.bias);
    return shared;
  }

 private:
  static isa::ParameterRecord record(const std::uint8_t* bytes) {
    isa::ParameterRecord record;
    std::memcpy(&record.bias, bytes, 4);
    std::memcpy(&record.m0, bytes + 4, 4);
    record.n = bytes[8];
    return record;
  }

  bool per_channel_;
  const std::uint8_t* bytes_;
};

// The channels of one accumulator group that lie in one output block.
struct Segment {
  std::size_t channel = 0, channels = 0;
  std::size_t column = 0;   // of the first channel
  std::size_t row = 0;      // accumulator row of pixel 0
  std::size_t address = 0;  // of the first channel of pixel (0, 0)
};

class RequantRun {
 public:
  RequantRun(const isa::Requant& requant, const isa::MachineDescription& machine, const AccumulatorBanks& accumulators,
             const std::uint8_t* parameters, std::uint8_t* activations)
      : requant_(requant),
        machine_(machine),
        scaling_(machine.requant.scaling),
        accumulators_(accumulators),
        output_{requant.zy, requant.lo, requant.hi, requant.out.is_signed, scaling_.out_of_range},
        range_(proven_range(
            output_, scaling_.multiplier == isa::Multiplier::float32 ? isa::Rounding::half_even : scaling_.rounding)),
        // A float32 unit's own operations are done here: nothing to prove but that a result is no tie.
        error_(scaling_.multiplier == isa::Multiplier::float32 ? 0.0 : kChainError * (range_.largest + 1)),
        tie_(proven_tie(error_)),
        records_(requant, parameters),
        activations_(activations) {}

  std::size_t pixels() const { return std::size_t{requant_.out.height} * requant_.out.width; }

  // All channels of pixels [begin, end), in the unit's order of channels.
  std::int64_t run(std::size_t begin, std::size_t end) const {
    const isa::MapRegion& out = requant_.out;
    const bool one_line = out.row_pitch == out.width * out.pixel_pitch || out.height == 1;
    std::int64_t saturations = 0;
    FloatParameters parameters;
    for (std::size_t channel = 0; channel < requant_.channels;) {
      const Segment segment = segment_at(channel);
      prepare(segment, parameters);
      for (std::size_t pixel = begin; pixel < end;) {
        const std::size_t line_end = one_line ? end : std::min(end, (pixel / out.width + 1) * out.width);
        saturations += run_line(segment, parameters, pixel, line_end);
        pixel = line_end;
      }
      channel += segment.channels;
    }
    return saturations;
  }

 private:
  Segment segment_at(std::size_t channel) const {
    const auto rows = static_cast<std::size_t>(machine_.array.rows);
    const std::size_t group = channel / requant_.group_channels, block = channel / rows;
    Segment segment;
    segment.channel = channel;
    segment.channels = std::min({std::size_t{requant_.channels}, (group + 1) * requant_.group_channels,
                                 (block + 1) * rows, channel + kSegmentChannels}) -
                       channel;
    segment.column = channel % requant_.group_channels;
    segment.row = requant_.acc_row + group * pixels();
    segment.address = requant_.out.address + block * requant_.out.block_pitch + channel % rows;
    return segment;
  }

  std::uint8_t* output(const Segment& segment, std::size_t pixel) const {
    const isa::MapRegion& out = requant_.out;
    return activations_ + segment.address + pixel / out.width * out.row_pitch + pixel % out.width * out.pixel_pitch;
  }

  void prepare(const Segment& segment, FloatParameters& parameters) const {
    const bool one_tie =
        scaling_.multiplier == isa::Multiplier::fixed && scaling_.rounding != isa::Rounding::tflite_double;
    if (one_tie) std::fill_n(parameters.tie, segment.channels, tie_);
    for (std::size_t i = 0; one_tie && i < segment.channels; ++i) {
      const isa::ParameterRecord record = records_.of(segment.channel + i);
      parameters.bias[i] = record.bias;
      parameters.multiplier[i] = float_multiplier(record.m0, record.n);
    }
    for (std::size_t i = 0; !one_tie && i < segment.channels; ++i) {
      const isa::ParameterRecord record = records_.of(segment.channel + i);
      parameters.bias[i] = record.bias;
      parameters.tie[i] = tie_of(record);
      parameters.multiplier[i] = parameters.tie[i] == kNeverProven ? 0.0F : multiplier_of(record);
    }
    const std::size_t end = segment.channels;
    std::fill_n(parameters.bias + end, kRowPadding, 0);
    std::fill_n(parameters.multiplier + end, kRowPadding, 0.0F);
    std::fill_n(parameters.tie + end, kRowPadding, tie_);
  }

  float multiplier_of(const isa::ParameterRecord& record) const {
    return scaling_.multiplier == isa::Multiplier::float32 ? record.multiplier_as_float()
                                                           : float_multiplier(record.m0, record.n);
  }

  float tie_of(const isa::ParameterRecord& record) const {
    if (scaling_.multiplier == isa::Multiplier::float32)
      return std::isfinite(record.multiplier_as_float()) ? tie_ : kNeverProven;
    if (!approximable(scaling_.rounding, record.n, scaling_.multiplier_bits)) return kNeverProven;
    if (scaling_.rounding != isa::Rounding::tflite_double) return tie_;
    return proven_tie(error_ + first_rounding_error(scaling_.rounding, record.n, scaling_.multiplier_bits));
  }

  // Pixels [begin, end) whose outputs lie pixel_pitch apart.
  std::int64_t run_line(const Segment& segment, const FloatParameters& parameters, std::size_t begin,
                        std::size_t end) const {
    Line line{this, &segment, begin};
    RequantRows rows;
    rows.channels = segment.channels;
    rows.pixels = end - begin;
    rows.bias = parameters.bias;
    rows.multiplier = parameters.multiplier;
    rows.tie = parameters.tie;
    rows.out = output(segment, begin);
    rows.out_pitch = requant_.out.pixel_pitch;
    rows.range = range_;
    rows.context = &line;
    rows.exact = &RequantRun::exact;
    if (accumulators_.wide()) return run_wide_line(line, rows);
    rows.sums = accumulators_.int32_row(requant_.acc_bank, segment.row + begin) + segment.column;
    rows.sum_pitch = accumulators_.columns();
    return requant_rows(rows);
  }

  struct Line {
    const RequantRun* run;
    const Segment* segment;
    std::size_t pixel;  // the first
  };

  // Sums of more than 32 bits: runs of pixels where sum + bias fits int32 take the float path, the others do not.
  std::int64_t run_wide_line(Line line, RequantRows rows) const {
    constexpr std::size_t kRun = 64;
    const Segment& segment = *line.segment;
    std::int32_t narrow[kRun * kSegmentChannels + kRowPadding];
    const std::int32_t zeros[kSegmentChannels + kRowPadding] = {};  // as biases: they are added already
    const std::size_t end = line.pixel + rows.pixels;
    const std::int32_t* bias = rows.bias;
    rows.context = &line;
    rows.sums = narrow;
    rows.sum_pitch = rows.channels;
    rows.bias = zeros;
    std::int64_t saturations = 0;
    while (line.pixel < end) {
      rows.pixels = 0;
      while (rows.pixels < kRun && line.pixel + rows.pixels < end &&
             narrow_row(segment, line.pixel + rows.pixels, bias, narrow + rows.pixels * rows.channels))
        ++rows.pixels;
      rows.out = output(segment, line.pixel);
      if (rows.pixels == 0) {
        saturations += exact(&line, 0, 0, rows.channels, rows.out);
        ++line.pixel;
      } else {
        saturations += requant_rows(rows);
        line.pixel += rows.pixels;
      }
    }
    return saturations;
  }

  bool narrow_row(const Segment& segment, std::size_t pixel, const std::int32_t* bias, std::int32_t* narrow) const {
    const std::int64_t* sums = accumulators_.int64_row(requant_.acc_bank, segment.row + pixel) + segment.column;
    bool fits = true;
    for (std::size_t i = 0; i < segment.channels; ++i) {
      const std::int64_t x = sums[i] + bias[i];
      narrow[i] = static_cast<std::int32_t>(x);
      fits &= narrow[i] == x;
    }
    return fits;
  }

  static int exact(const void* context, std::size_t pixel, std::size_t channel, std::size_t count, std::uint8_t* out) {
    const Line& line = *static_cast<const Line*>(context);
    return line.run->exact_lanes(*line.segment, line.pixel + pixel, channel, count, out);
  }

  int exact_lanes(const Segment& segment, std::size_t pixel, std::size_t channel, std::size_t count,
                  std::uint8_t* out) const {
    std::int64_t x[kSegmentChannels], y[kSegmentChannels];
    std::uint32_t m0[kSegmentChannels];
    std::uint8_t n[kSegmentChannels];
    const std::size_t row = segment.row + pixel, column = segment.column + channel, first = segment.channel + channel;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t sum = accumulators_.wide()
                                   ? accumulators_.int64_row(requant_.acc_bank, row)[column + i]
                                   : std::int64_t{accumulators_.int32_row(requant_.acc_bank, row)[column + i]};
      const isa::ParameterRecord record = records_.of(first + i);
      x[i] = sum + record.bias;
      m0[i] = record.m0;
      n[i] = record.n;
    }
    const auto lanes = static_cast<int>(count);
    arith::scale_lanes(scaling_, x, m0, n, lanes, y);
    return arith::to_output(output_, y, lanes, out);
  }

  const isa::Requant& requant_;
  const isa::MachineDescription& machine_;
  const isa::ScalingDescription& scaling_;
  const AccumulatorBanks& accumulators_;
  arith::OutputRange output_;
  ProvenRange range_;
  double error_;  // of the float path
  float tie_;     // of that error
  Records records_;
  std::uint8_t* activations_;
};

}  // namespace

std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const std::uint8_t* parameters,
                         std::uint8_t* activations, ThreadPool& pool) {
  const RequantRun run(requant, machine, accumulators, parameters, activations);
  const std::size_t words = (requant.channels - 1) / static_cast<std::uint32_t>(machine.array.rows) + 1;
  // Pixels that share bytes have to be written in the unit's order.
  if (!words_distinct(requant.out, words, static_cast<std::uint32_t>(machine.array.rows)))
    return run.run(0, run.pixels());
  return sum_of_parts(pool, run.pixels(), requant.channels,
                      [&](std::size_t begin, std::size_t end) { return run.run(begin, end); });
}

}  // namespace intloom::kernels
