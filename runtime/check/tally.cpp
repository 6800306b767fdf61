#include "runtime/check/tally.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace intloom::check {

void add(IntegerComparison& total, const IntegerComparison& part) {
  if (total.differences == 0 && part.differences > 0) total.first_difference = part.first_difference;
  total.elements += part.elements;
  total.differences += part.differences;
  total.max_abs = std::max(total.max_abs, part.max_abs);
}

void FloatTally::add(const std::vector<std::uint8_t>& integers, graph::DataType type, float scale,
                     std::int32_t zero_point, const std::vector<float>& reference) {
  if (integers.size() != reference.size()) throw std::invalid_argument("compared tensors differ in size");
  const bool is_signed = type == graph::DataType::int8;
  double max_error = 0;
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const int q = is_signed ? static_cast<std::int8_t>(integers[i]) : integers[i];
    const double ours =
        static_cast<double>(scale * static_cast<float>(q - zero_point));  // as DequantizeLinear gives it
    const double theirs = static_cast<double>(reference[i]);
    const double error = ours - theirs;
    max_error = std::max(max_error, std::abs(error));
    ours_squared_ += ours * ours;
    reference_squared_ += theirs * theirs;
    error_squared_ += error * error;
    product_ += ours * theirs;
  }
  elements_ += static_cast<std::int64_t>(integers.size());
  max_abs_lsb_ = std::max(max_abs_lsb_, max_error / static_cast<double>(scale));
}

FloatComparison FloatTally::result() const {
  FloatComparison result;
  result.elements = elements_;
  result.max_abs_lsb = max_abs_lsb_;
  result.sqnr_db = error_squared_ == 0 ? std::numeric_limits<double>::infinity()
                                       : 10 * std::log10(reference_squared_ / error_squared_);
  const double norms = std::sqrt(ours_squared_) * std::sqrt(reference_squared_);
  result.cosine = norms > 0 ? product_ / norms : (ours_squared_ == reference_squared_ ? 1.0 : 0.0);
  return result;
}

}  // namespace intloom::check
