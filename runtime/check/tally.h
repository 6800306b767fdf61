// Comparisons summed over several tensors or inferences.
#pragma once

#include "runtime/check/compare_tensors.h"

namespace intloom::check {

// Adds up: elements and differences; the first difference is that of the first tensor that has one.
void add(IntegerComparison& total, const IntegerComparison& part);

// Error of integers against float values over everything added; the result is that of the concatenated tensors, with
// max_abs_lsb in LSB of each tensor's own scale.
class FloatTally {
 public:
  void add(const std::vector<std::uint8_t>& integers, graph::DataType type, float scale, std::int32_t zero_point,
           const std::vector<float>& reference);
  FloatComparison result() const;

 private:
  std::int64_t elements_ = 0;
  double max_abs_lsb_ = 0, ours_squared_ = 0, reference_squared_ = 0, error_squared_ = 0, product_ = 0;
};

}  // namespace intloom::check
