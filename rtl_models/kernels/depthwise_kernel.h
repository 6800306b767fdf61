// Sums of a depthwise EXEC that are known to fit.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/exec_plan.h"
#include "rtl_models/kernels/sums_view.h"

namespace intloom::kernels {

// A panel of channels is done a strip of output rows at a time. Input rows become rows of pairs: the operands of two
// taps kx 2i and 2i + 1 side by side in 32 bits, for each input position that is the first of a pair. A ring holds
// those of one output row, so that they stay in the first level cache. The usual 3x3 does without (depthwise_window.h).
class DepthwiseProduct {
 public:
  // `buffer`, `weights`: of the activations, of this command (packed).
  DepthwiseProduct(const isa::MapRegion& x, const ExecPlan& plan, const std::uint8_t* buffer,
                   const std::int16_t* weights, const SumsView& sums)
      : x_(x), plan_(plan), geometry_(*plan.depthwise), buffer_(buffer), weights_(weights), sums_(sums) {}

  std::size_t panels() const { return plan_.panels.count; }
  std::size_t strips() const { return (geometry_.out_height + geometry_.strip_rows - 1) / geometry_.strip_rows; }
  // Columns without a channel are not all written.
  void multiply(std::size_t panel, std::size_t strip) const;

 private:
  void multiply_window(std::size_t panel, std::size_t strip, std::int32_t* sums) const;
  void load_row(std::size_t panel, std::int64_t row, std::uint8_t* copy, std::int32_t* pairs) const;
  std::int32_t* sums_of(std::size_t panel) const;

  const isa::MapRegion& x_;
  const ExecPlan& plan_;
  const DepthwiseGeometry& geometry_;
  const std::uint8_t* buffer_;
  const std::int16_t* weights_;
  SumsView sums_;
};

}  // namespace intloom::kernels
