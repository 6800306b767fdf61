#include "rtl_models/kernels/average_scaling.h"

#include <cmath>

namespace intloom::kernels {
namespace {

// What the exact path needs of a run.
struct Run {
  const VectorArithmetic* arithmetic;
  const std::int32_t* sums;
  std::int32_t bias;
  std::size_t pitch, counted_taps;
};

}  // namespace

AverageScaling::AverageScaling(const VectorArithmetic& arithmetic)
    : arithmetic_(arithmetic),
      range_(proven_range(arithmetic.output(),
                          arithmetic.float32() ? isa::Rounding::half_even : arithmetic.scaling().rounding)) {}

int AverageScaling::exact(const void* context, std::size_t pixel, std::size_t channel, std::size_t count,
                          std::uint8_t* out) {
  const Run& run = *static_cast<const Run*>(context);
  std::int32_t sums[kLanes];
  for (std::size_t i = 0; i < count; ++i) sums[i] = run.sums[pixel * run.pitch + channel + i] + run.bias;
  return run.arithmetic->average(sums, run.counted_taps, count, out);
}

std::int64_t AverageScaling::operator()(const std::int32_t* sums, std::size_t count, std::int32_t taps,
                                        std::size_t counted_taps, std::uint8_t* out) const {
  const isa::ParameterRecord& record = arithmetic_.average_record(counted_taps);
  const isa::ScalingDescription& scaling = arithmetic_.scaling();
  float multiplier = arithmetic_.float32() ? record.multiplier_as_float() : float_multiplier(record.m0, record.n);
  float tie = kNeverProven;
  if (arithmetic_.float32()) {
    if (std::isfinite(multiplier)) tie = proven_tie(0);
  } else if (approximable(scaling.rounding, record.n, scaling.multiplier_bits)) {
    tie = proven_tie(kChainError * (range_.largest + 1) +
                     first_rounding_error(scaling.rounding, record.n, scaling.multiplier_bits));
  }
  if (tie == kNeverProven) multiplier = 0;
  Bias biases;
  Factor multipliers, ties;
  biases.fill(-taps * arithmetic_.command().za);
  multipliers.fill(multiplier);
  ties.fill(tie);
  const std::size_t whole = count / kLanes;
  Run run{&arithmetic_, sums, biases[0], kLanes, counted_taps};
  RequantRows rows;
  rows.sums = sums;
  rows.sum_pitch = rows.out_pitch = rows.channels = kLanes;
  rows.pixels = whole;
  rows.bias = biases.data();
  rows.multiplier = multipliers.data();
  rows.tie = ties.data();
  rows.out = out;
  rows.range = range_;
  rows.context = &run;
  rows.exact = exact;
  std::int64_t saturations = requant_rows(rows);
  if (whole * kLanes == count) return saturations;
  rows.sums = run.sums = sums + whole * kLanes;
  rows.out = out + whole * kLanes;
  rows.channels = count - whole * kLanes;
  rows.pixels = 1;
  return saturations + requant_rows(rows);
}

}  // namespace intloom::kernels
