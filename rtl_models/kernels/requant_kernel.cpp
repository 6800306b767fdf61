#include "rtl_models/kernels/requant_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/arith/requantize.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/kernels/parts.h"
#include "rtl_models/kernels/proven_range.h"
#include "rtl_models/kernels/requant_rows.h"

namespace intloom::kernels {
namespace {

// The parameters of a command by channel, as the exact arithmetic and as the float path take them.
struct Parameters {
  std::vector<std::int32_t> bias;
  std::vector<std::uint32_t> m0;
  std::vector<std::uint8_t> n;
  std::vector<float> multiplier, tie;
};

Parameters read_parameters(const isa::Requant& requant, const std::uint8_t* bytes) {
  const std::size_t channels = requant.channels, padded = channels + kRowPadding;
  Parameters parameters;
  parameters.bias.assign(padded, 0);
  parameters.m0.assign(padded, 0);
  parameters.n.assign(padded, 0);
  bytes += requant.parameter_address;
  if (requant.per_channel) {
    for (std::size_t c = 0; c < channels; ++c) {
      const isa::ParameterRecord record = isa::read_parameter_record(bytes + c * isa::kParameterRecordBytes);
      parameters.bias[c] = record.bias;
      parameters.m0[c] = record.m0;
      parameters.n[c] = record.n;
    }
    return parameters;
  }
  const isa::ParameterRecord shared = isa::read_parameter_record(bytes);
  std::fill_n(parameters.m0.begin(), channels, shared.m0);
  std::fill_n(parameters.n.begin(), channels, shared.n);
  std::memcpy(parameters.bias.data(), bytes + isa::kParameterRecordBytes, channels * sizeof(std::int32_t));
  return parameters;
}

void add_float_parameters(const isa::Requant& requant, const isa::ScalingDescription& scaling, const ProvenRange& range,
                          Parameters& parameters) {
  parameters.multiplier.assign(parameters.m0.size(), 0.0F);
  // A float32 unit's own operations are done here: nothing to prove but that a result is no tie.
  const double error = scaling.multiplier == isa::Multiplier::float32 ? 0.0 : kChainError * (range.largest + 1);
  const bool once = scaling.multiplier == isa::Multiplier::float32 || scaling.rounding != isa::Rounding::tflite_double;
  parameters.tie.assign(parameters.m0.size(), proven_tie(error));
  for (std::size_t c = 0; c < requant.channels; ++c) {
    const int n = parameters.n[c];
    if (scaling.multiplier == isa::Multiplier::float32) {
      float m = 0;
      std::memcpy(&m, &parameters.m0[c], sizeof m);
      if (std::isfinite(m)) {
        parameters.multiplier[c] = m;
      } else {
        parameters.tie[c] = kNeverProven;
      }
    } else if (approximable(scaling.rounding, n, scaling.multiplier_bits)) {
      parameters.multiplier[c] = float_multiplier(parameters.m0[c], n);
      if (!once)
        parameters.tie[c] = proven_tie(error + first_rounding_error(scaling.rounding, n, scaling.multiplier_bits));
    } else {
      parameters.tie[c] = kNeverProven;
    }
  }
}

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
        parameters_(read_parameters(requant, parameters)),
        zeros_(accumulators.wide() ? requant.channels + kRowPadding : 0),
        activations_(activations) {
    add_float_parameters(requant, scaling_, range_, parameters_);
  }

  std::size_t pixels() const { return std::size_t{requant_.out.height} * requant_.out.width; }

  // All channels of pixels [begin, end), in the unit's order of channels.
  std::int64_t run(std::size_t begin, std::size_t end) const {
    const isa::MapRegion& out = requant_.out;
    const bool one_line = out.row_pitch == out.width * out.pixel_pitch || out.height == 1;
    std::int64_t saturations = 0;
    for (std::size_t channel = 0; channel < requant_.channels;) {
      const Segment segment = segment_at(channel);
      for (std::size_t pixel = begin; pixel < end;) {
        const std::size_t line_end = one_line ? end : std::min(end, (pixel / out.width + 1) * out.width);
        saturations += run_line(segment, pixel, line_end);
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
    segment.channels =
        std::min({std::size_t{requant_.channels}, (group + 1) * requant_.group_channels, (block + 1) * rows}) - channel;
    segment.column = channel % requant_.group_channels;
    segment.row = requant_.acc_row + group * pixels();
    segment.address = requant_.out.address + block * requant_.out.block_pitch + channel % rows;
    return segment;
  }

  std::uint8_t* output(const Segment& segment, std::size_t pixel) const {
    const isa::MapRegion& out = requant_.out;
    return activations_ + segment.address + pixel / out.width * out.row_pitch + pixel % out.width * out.pixel_pitch;
  }

  // Pixels [begin, end) whose outputs lie pixel_pitch apart.
  std::int64_t run_line(const Segment& segment, std::size_t begin, std::size_t end) const {
    Line line{this, &segment, begin};
    RequantRows rows;
    rows.channels = segment.channels;
    rows.pixels = end - begin;
    rows.bias = parameters_.bias.data() + segment.channel;
    rows.multiplier = parameters_.multiplier.data() + segment.channel;
    rows.tie = parameters_.tie.data() + segment.channel;
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
    std::vector<std::int32_t> narrow(kRun * rows.channels + kRowPadding);
    const std::size_t end = line.pixel + rows.pixels;
    const std::int32_t* bias = rows.bias;
    rows.context = &line;
    rows.sums = narrow.data();
    rows.sum_pitch = rows.channels;
    rows.bias = zeros_.data();
    std::int64_t saturations = 0;
    while (line.pixel < end) {
      rows.pixels = 0;
      while (rows.pixels < kRun && line.pixel + rows.pixels < end &&
             narrow_row(segment, line.pixel + rows.pixels, bias, narrow.data() + rows.pixels * rows.channels))
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
    std::int64_t x[isa::kMaxLanes], y[isa::kMaxLanes];
    const std::size_t row = segment.row + pixel, column = segment.column + channel, first = segment.channel + channel;
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t sum = accumulators_.wide()
                                   ? accumulators_.int64_row(requant_.acc_bank, row)[column + i]
                                   : std::int64_t{accumulators_.int32_row(requant_.acc_bank, row)[column + i]};
      x[i] = sum + parameters_.bias[first + i];
    }
    const auto lanes = static_cast<int>(count);
    arith::scale_lanes(scaling_, x, parameters_.m0.data() + first, parameters_.n.data() + first, lanes, y);
    return arith::to_output(output_, y, lanes, out);
  }

  const isa::Requant& requant_;
  const isa::MachineDescription& machine_;
  const isa::ScalingDescription& scaling_;
  const AccumulatorBanks& accumulators_;
  arith::OutputRange output_;
  ProvenRange range_;
  Parameters parameters_;
  std::vector<std::int32_t> zeros_;  // as biases, where they are added already
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
