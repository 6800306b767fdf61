#include "rtl_models/kernels/requant_kernel.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/arith/requantize.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/kernels/parts.h"
#include "rtl_models/kernels/proven_range.h"
#include "rtl_models/kernels/requant_rows.h"

namespace intloom::kernels {
namespace {

// Channels that are done at a time.
constexpr std::size_t kSegmentChannels = 64;

// sum + bias of two smaller ones fits int32.
constexpr std::int32_t kLargeSum = 1 << 30;

// The records of a command.
class Records {
 public:
  Records(const isa::Requant& requant, const std::uint8_t* bytes) : per_channel_(requant.per_channel), bytes_(bytes) {}

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

// The bytes of all of them.
std::size_t record_bytes(const isa::Requant& requant) {
  return requant.per_channel ? std::size_t{requant.channels} * isa::kParameterRecordBytes
                             : isa::kParameterRecordBytes + std::size_t{requant.channels} * sizeof(std::int32_t);
}

}  // namespace

// `tie`, `range`: of the float path. By channel, with kRowPadding more.
struct RequantParameters::Impl {
  Impl(const isa::Requant& requant, const isa::MachineDescription& machine, const std::uint8_t* parameters);

  arith::OutputRange output;
  ProvenRange range;
  double error;  // of the float path
  float tie_of_error;
  std::vector<std::uint8_t> bytes;
  Records records;
  std::vector<std::int32_t> bias;
  std::vector<float> multiplier, tie;
  // For RequantRows::fused, but for what is true of sums; no ties: never.
  std::vector<float> fused_tie;

 private:
  bool may_fuse(const isa::ScalingDescription& scaling) const;
  float multiplier_of(const isa::ParameterRecord& record, const isa::ScalingDescription& scaling) const;
  float tie_of(const isa::ParameterRecord& record, const isa::ScalingDescription& scaling) const;
};

// A float32 unit's own operations are done here: nothing to prove but that a result is no tie.
RequantParameters::Impl::Impl(const isa::Requant& requant, const isa::MachineDescription& machine,
                              const std::uint8_t* parameters)
    : output{requant.zy, requant.lo, requant.hi, requant.out.is_signed, machine.requant.scaling.out_of_range},
      range(proven_range(output, machine.requant.scaling.multiplier == isa::Multiplier::float32
                                     ? isa::Rounding::half_even
                                     : machine.requant.scaling.rounding)),
      error(machine.requant.scaling.multiplier == isa::Multiplier::float32 ? 0.0 : kChainError * (range.largest + 1)),
      tie_of_error(proven_tie(error)),
      bytes(parameters + requant.parameter_address, parameters + requant.parameter_address + record_bytes(requant)),
      records(requant, bytes.data()),
      bias(requant.channels + kRowPadding, 0),
      multiplier(requant.channels + kRowPadding, 0.0F),
      tie(requant.channels + kRowPadding, tie_of_error) {
  const isa::ScalingDescription& scaling = machine.requant.scaling;
  const bool one_tie = scaling.multiplier == isa::Multiplier::fixed && scaling.rounding != isa::Rounding::tflite_double;
  for (std::size_t i = 0; i < requant.channels; ++i) {
    const isa::ParameterRecord record = records.of(i);
    bias[i] = record.bias;
    if (!one_tie) tie[i] = tie_of(record, scaling);
    multiplier[i] = tie[i] == kNeverProven ? 0.0F : multiplier_of(record, scaling);
  }
  if (!may_fuse(scaling)) return;
  const float nearest_tie = proven_tie(kFusedError * (range.largest + 1));
  fused_tie.assign(tie.size(), nearest_tie);
  for (std::size_t i = 0; i < requant.channels; ++i)
    if (tie[i] != tie_of_error) fused_tie[i] = tie[i];
}

bool RequantParameters::Impl::may_fuse(const isa::ScalingDescription& scaling) const {
  return scaling.multiplier == isa::Multiplier::fixed && !range.wrap && range.half == 0 &&
         std::all_of(bias.begin(), bias.end(), [](std::int32_t b) { return b > -kLargeSum && b < kLargeSum; });
}

float RequantParameters::Impl::multiplier_of(const isa::ParameterRecord& record,
                                             const isa::ScalingDescription& scaling) const {
  return scaling.multiplier == isa::Multiplier::float32 ? record.multiplier_as_float()
                                                        : float_multiplier(record.m0, record.n);
}

float RequantParameters::Impl::tie_of(const isa::ParameterRecord& record,
                                      const isa::ScalingDescription& scaling) const {
  if (scaling.multiplier == isa::Multiplier::float32)
    return std::isfinite(record.multiplier_as_float()) ? tie_of_error : kNeverProven;
  if (!approximable(scaling.rounding, record.n, scaling.multiplier_bits)) return kNeverProven;
  if (scaling.rounding != isa::Rounding::tflite_double) return tie_of_error;
  return proven_tie(error + first_rounding_error(scaling.rounding, record.n, scaling.multiplier_bits));
}

RequantParameters::RequantParameters(const isa::Requant& requant, const isa::MachineDescription& machine,
                                     const std::uint8_t* parameters)
    : impl_(std::make_unique<Impl>(requant, machine, parameters)) {}

RequantParameters::~RequantParameters() = default;

// The key: all that RequantParameters is made of.
SharedRequantParameters RequantStore::find_or_read(const isa::Requant& requant, const std::uint8_t* parameters) {
  std::string key(reinterpret_cast<const char*>(parameters + requant.parameter_address), record_bytes(requant));
  for (const std::int32_t field : {std::int32_t{requant.zy}, std::int32_t{requant.lo}, std::int32_t{requant.hi},
                                   std::int32_t{requant.out.is_signed}, std::int32_t{requant.per_channel},
                                   static_cast<std::int32_t>(requant.channels)})
    key.append(reinterpret_cast<const char*>(&field), sizeof field);
  const std::lock_guard<std::mutex> lock(mutex_);
  SharedRequantParameters& entry = by_content_[std::move(key)];
  if (entry == nullptr) entry = std::make_shared<RequantParameters>(requant, machine_, parameters);
  return entry;
}

namespace {

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
             const RequantParameters::Impl& parameters, std::uint8_t* activations)
      : requant_(requant),
        machine_(machine),
        accumulators_(accumulators),
        parameters_(parameters),
        activations_(activations) {}

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
    rows.range = parameters_.range;
    rows.context = &line;
    rows.exact = &RequantRun::exact;
    if (accumulators_.wide()) return run_wide_line(line, rows);
    rows.sums = accumulators_.int32_row(requant_.acc_bank, segment.row + begin) + segment.column;
    rows.sum_pitch = accumulators_.columns();
    if (!parameters_.fused_tie.empty() && accumulators_.bound(requant_.acc_bank) < kLargeSum) {
      rows.fused = true;
      rows.tie = parameters_.fused_tie.data() + segment.channel;
    }
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
      const isa::ParameterRecord record = parameters_.records.of(first + i);
      x[i] = sum + record.bias;
      m0[i] = record.m0;
      n[i] = record.n;
    }
    const auto lanes = static_cast<int>(count);
    arith::scale_lanes(machine_.requant.scaling, x, m0, n, lanes, y);
    return arith::to_output(parameters_.output, y, lanes, out);
  }

  const isa::Requant& requant_;
  const isa::MachineDescription& machine_;
  const AccumulatorBanks& accumulators_;
  const RequantParameters::Impl& parameters_;
  std::uint8_t* activations_;
};

}  // namespace

std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const std::uint8_t* parameters,
                         std::uint8_t* activations, ThreadPool& pool) {
  return run_requant(requant, machine, accumulators, RequantParameters(requant, machine, parameters), activations,
                     pool);
}

std::int64_t run_requant(const isa::Requant& requant, const isa::MachineDescription& machine,
                         const AccumulatorBanks& accumulators, const RequantParameters& parameters,
                         std::uint8_t* activations, ThreadPool& pool) {
  const RequantRun run(requant, machine, accumulators, *parameters, activations);
  const std::size_t words = (requant.channels - 1) / static_cast<std::uint32_t>(machine.array.rows) + 1;
  // Pixels that share bytes have to be written in the unit's order.
  if (!words_distinct(requant.out, words, static_cast<std::uint32_t>(machine.array.rows)))
    return run.run(0, run.pixels());
  return sum_of_parts(pool, run.pixels(), requant.channels,
                      [&](std::size_t begin, std::size_t end) { return run.run(begin, end); });
}

}  // namespace intloom::kernels
