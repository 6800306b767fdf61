// The last step of average_pool on runs of sums whose windows have one count, by the requantizer's float path.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/requant_rows.h"
#include "rtl_models/kernels/vector_arithmetic.h"

namespace intloom::kernels {

class AverageScaling {
 public:
  explicit AverageScaling(const VectorArithmetic& arithmetic);

  // out[i] of sums[i], 0 <= i < count: sums of a over `taps` taps inside windows of `counted_taps`, za not subtracted.
  // Returns the saturations.
  std::int64_t operator()(const std::int32_t* sums, std::size_t count, std::int32_t taps, std::size_t counted_taps,
                          std::uint8_t* out) const;

 private:
  static constexpr std::size_t kLanes = 16;
  using Bias = std::array<std::int32_t, kLanes + kRowPadding>;
  using Factor = std::array<float, kLanes + kRowPadding>;

  static int exact(const void* context, std::size_t pixel, std::size_t channel, std::size_t count, std::uint8_t* out);

  const VectorArithmetic& arithmetic_;
  ProvenRange range_;
};

}  // namespace intloom::kernels
