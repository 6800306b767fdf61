#include "rtl_models/kernels/byte_function.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>

namespace intloom::kernels {
namespace {

using isa::VectorOp;

// Bound of |value - zero point|.
double largest_operand(bool is_signed, int zero_point) {
  const int bottom = is_signed ? -128 : 0;
  return std::max(std::abs(bottom - zero_point), std::abs(bottom + 255 - zero_point));
}

int exact(const void* context, const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out) {
  return static_cast<const VectorArithmetic*>(context)->elementwise(a, b, count, out);
}

}  // namespace

ByteFunction::ByteFunction(const VectorArithmetic& arithmetic) : arithmetic_(arithmetic) {
  if (has_second_operand(arithmetic.command().op))
    set_line();
  else
    fill_table();
}

void ByteFunction::fill_table() {
  std::array<std::uint8_t, 256> bytes, results;
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  never_saturates_ = arithmetic_.elementwise(bytes.data(), bytes.data(), bytes.size(), results.data()) == 0;
  identity_ = results == bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    int saturations = 0;
    if (!never_saturates_) saturations = arithmetic_.elementwise(&bytes[i], &bytes[i], 1, &results[i]);
    table_[i] = static_cast<std::uint16_t>(results[i] | saturations << 8);
  }
}

// Error of v against w: with S the bound of the sum of the terms' magnitudes, every operation here errs by at most
// 2^-24 * S, three of them on the way of a sum or product, one more for `half` of floor. A float32 unit has at most
// three roundings of its own behind the real number: so |u - w| is below 2^-21 * (S + 1) in all cases.
void ByteFunction::set_line() {
  const isa::Vector& command = arithmetic_.command();
  const isa::ScalingDescription& scaling = arithmetic_.scaling();
  const isa::ParameterRecord& first = arithmetic_.record(0);
  const bool float32 = arithmetic_.float32(), product = command.op == VectorOp::multiply;
  line_.product = product;
  line_.a_sign = sign_of(command.a.is_signed);
  line_.b_sign = sign_of(command.b.is_signed);
  if (!float32 || product) {
    line_.za = command.za;
    line_.zb = command.zb;
  }
  line_.ma = float32 ? first.multiplier_as_float() : float_multiplier(first.m0, first.n);
  if (!product)
    line_.mb =
        float32 ? arithmetic_.record(1).multiplier_as_float() : float_multiplier(arithmetic_.record(1).m0, first.n);
  if (float32) line_.constant = product ? static_cast<float>(command.zy) : arithmetic_.record(2).multiplier_as_float();
  line_.range = proven_range(arithmetic_.output(), float32 ? isa::Rounding::half_even : scaling.rounding);
  line_.context = &arithmetic_;
  line_.exact = exact;

  const double a = largest_operand(command.a.is_signed, line_.za), b = largest_operand(command.b.is_signed, line_.zb);
  const double ma = std::fabs(static_cast<double>(line_.ma)), mb = std::fabs(static_cast<double>(line_.mb));
  const double terms = (product ? a * b * ma : a * ma + b * mb) + std::fabs(static_cast<double>(line_.constant));
  const bool fits = !product || float32 || approximable(scaling.rounding, first.n, scaling.multiplier_bits);
  const double second_rounding =
      float32 ? 0.0 : first_rounding_error(scaling.rounding, first.n, scaling.multiplier_bits);
  if (fits) line_.tie = proven_tie(kChainError * (terms + 1) + second_rounding);
  if (line_.tie == kNeverProven) line_.ma = line_.mb = line_.constant = 0;  // they need not be finite
}

std::int64_t ByteFunction::operator()(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                                      std::uint8_t* out) const {
  return has_second_operand(arithmetic_.command().op) ? linear_line(line_, a, b, count, out) : map(a, count, out);
}

std::int64_t ByteFunction::map(const std::uint8_t* a, std::size_t count, std::uint8_t* out) const {
  if (identity_ && never_saturates_) {
    if (out != a) std::memcpy(out, a, count);
    return 0;
  }
  std::int64_t saturations = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned entry = table_[a[i]];
    saturations += entry >> 8;
    out[i] = static_cast<std::uint8_t>(entry);
  }
  return saturations;
}

}  // namespace intloom::kernels
