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
  const VectorOp op = arithmetic.command().op;
  if (isa::is_extremum(op))
    scale_operands();
  else if (isa::has_second_operand(op))
    set_line();
  else
    fill_table();
}

void ByteFunction::fill_table() {
  std::array<std::uint8_t, 256> bytes;
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  never_saturates_ = arithmetic_.elementwise(bytes.data(), bytes.data(), bytes.size(), results_.data()) == 0;
  identity_ = results_ == bytes;
  if (never_saturates_) return;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int saturations = arithmetic_.elementwise(&bytes[i], &bytes[i], 1, &results_[i]);
    table_[i] = static_cast<std::uint16_t>(results_[i] | saturations << 8);
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
  if (!float32 && command.op == VectorOp::subtract) line_.mb = -line_.mb;
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
  const VectorOp op = arithmetic_.command().op;
  if (isa::is_extremum(op)) return extremum(a, b, count, out);
  return isa::has_second_operand(op) ? linear_line(line_, a, b, count, out) : map(a, count, out);
}

void ByteFunction::scale_operands() {
  std::array<std::uint8_t, 256> bytes;
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  arithmetic_.scale_operand(false, bytes.data(), bytes.size(), scaled_a_.data());
  arithmetic_.scale_operand(true, bytes.data(), bytes.size(), scaled_b_.data());
}

std::int64_t ByteFunction::extremum(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                                    std::uint8_t* out) const {
  constexpr std::size_t kPart = 256;
  const bool maximum = arithmetic_.command().op == VectorOp::maximum;
  std::int64_t y[kPart], saturations = 0;
  for (std::size_t begin = 0; begin < count; begin += kPart) {
    const std::size_t size = std::min(kPart, count - begin);
    for (std::size_t i = 0; i < size; ++i) {
      const std::int64_t of_a = scaled_a_[a[begin + i]], of_b = scaled_b_[b[begin + i]];
      y[i] = maximum ? std::max(of_a, of_b) : std::min(of_a, of_b);
    }
    saturations += arith::to_output(arithmetic_.output(), y, static_cast<int>(size), out + begin);
  }
  return saturations;
}

std::int64_t ByteFunction::map(const std::uint8_t* a, std::size_t count, std::uint8_t* out) const {
  if (identity_ && never_saturates_) {
    if (out != a) std::memcpy(out, a, count);
    return 0;
  }
  if (never_saturates_) {
    look_up_line(results_.data(), a, count, out);
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
