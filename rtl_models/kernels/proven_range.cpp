#include "rtl_models/kernels/proven_range.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace intloom::kernels {

ProvenRange proven_range(const arith::OutputRange& range, isa::Rounding rounding) {
  ProvenRange proven;
  proven.wrap = range.out_of_range == isa::OutOfRange::wrap;
  const int bottom = range.is_signed ? -128 : 0;
  proven.zy = range.zy;
  proven.lo = (proven.wrap ? bottom : range.lo) - range.zy;
  proven.hi = (proven.wrap ? bottom + 255 : range.hi) - range.zy;
  proven.half = rounding == isa::Rounding::floor ? 0.5F : 0.0F;
  proven.largest = std::max(std::abs(proven.lo - 1), std::abs(proven.hi + 1));
  return proven;
}

float proven_tie(double error) {
  const double tie = 0.5 - error;
  if (!(tie > 0)) return kNeverProven;
  const auto rounded = static_cast<float>(tie);
  return static_cast<double>(rounded) < tie ? rounded : std::nextafter(rounded, 0.0F);
}

double first_rounding_error(isa::Rounding rounding, int n, int multiplier_bits) {
  return rounding == isa::Rounding::tflite_double && n > multiplier_bits ? std::ldexp(0.5, multiplier_bits - n) : 0.0;
}

}  // namespace intloom::kernels
