// The vectorized core of REQUANT: a column of accumulator rows to bytes, in float32 with proof (proven_range.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/proven_range.h"

namespace intloom::kernels {

// Lanes by which the arrays of parameters are longer than their channels.
inline constexpr std::size_t kRowPadding = 16;

// Channels that stand side by side in accumulator rows and in output words, by channel.
struct RequantRows {
  const std::int32_t* sums = nullptr;  // of channel 0 and pixel 0; the next pixel's lie sum_pitch further
  std::size_t sum_pitch = 0;
  std::size_t channels = 0, pixels = 0;
  const std::int32_t* bias = nullptr;  // channels + kRowPadding of each
  const float* multiplier = nullptr;   // finite
  const float* tie = nullptr;          // proven_tie, or kNeverProven
  std::uint8_t* out = nullptr;         // the next pixel's lie out_pitch further
  std::size_t out_pitch = 0;
  ProvenRange range;
  // Whether sum + bias fits int32 for all sums and biases, R rounds to nearest, nothing wraps, and `tie` is of
  // kFusedError.
  bool fused = false;
  // Computes channels [channel, channel + count) of a pixel exactly; returns how many saturated.
  const void* context = nullptr;
  int (*exact)(const void* context, std::size_t pixel, std::size_t channel, std::size_t count,
               std::uint8_t* out) = nullptr;
};

// out = clamp(R(float(sum + bias) * multiplier)) + zy wherever that is proven, `exact` elsewhere, also where
// sum + bias does not fit int32. Returns the saturations.
std::int64_t requant_rows(const RequantRows& rows);

}  // namespace intloom::kernels
