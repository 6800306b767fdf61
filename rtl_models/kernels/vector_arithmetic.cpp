#include "rtl_models/kernels/vector_arithmetic.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "rtl_models/arith/float_scaling.h"
#include "rtl_models/arith/requantize.h"

namespace intloom::kernels {

using isa::VectorOp;

VectorArithmetic::VectorArithmetic(const isa::Vector& command, const isa::ScalingDescription& scaling,
                                   const std::uint8_t* parameters)
    : command_(&command),
      scaling_(&scaling),
      table_(parameters + command.parameter_address),
      output_{command.zy, command.lo, command.hi, command.out.is_signed, scaling.out_of_range} {
  const std::uint32_t needed = isa::records_needed(command.op, scaling);
  if (command.parameter_records < needed)
    throw std::invalid_argument(std::string(isa::vector_op_name(command.op)) + " takes " + std::to_string(needed) +
                                " parameter records, it has " + std::to_string(command.parameter_records));
  for (std::size_t i = 0; i < command.parameter_records; ++i)
    records_.push_back(
        isa::read_parameter_record(parameters + command.parameter_address + i * isa::kParameterRecordBytes));
  // Part of the constant of a sum, added before the rounding of multiply.
  if (float32() && (isa::is_sum(command.op) || command.op == VectorOp::multiply)) output_.zy = 0;
}

int VectorArithmetic::elementwise(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                                  std::uint8_t* out) const {
  if (command_->op == VectorOp::lookup) {
    for (std::size_t i = 0; i < count; ++i) out[i] = table_[a[i]];
    return 0;
  }
  const int a_sign = sign_of(command_->a.is_signed), b_sign = sign_of(command_->b.is_signed);
  const int za = command_->za, zb = command_->zb;
  std::int64_t x[isa::kMaxLanes], y[isa::kMaxLanes];
  const auto lanes = static_cast<int>(count);
  if (isa::is_sum(command_->op)) {
    sum(a, b, count, y);
    return arith::to_output(output_, y, lanes, out);
  }
  if (isa::is_extremum(command_->op)) {
    scale_operand(false, a, count, x);
    scale_operand(true, b, count, y);
    const bool maximum = command_->op == VectorOp::maximum;
    for (std::size_t i = 0; i < count; ++i) y[i] = maximum ? std::max(x[i], y[i]) : std::min(x[i], y[i]);
    return arith::to_output(output_, y, lanes, out);
  }
  if (command_->op == VectorOp::multiply) {
    for (std::size_t i = 0; i < count; ++i)
      x[i] = std::int64_t{value_of(a[i], a_sign) - za} * (value_of(b[i], b_sign) - zb);
    if (!float32()) return scale(x, records_[0], count, out);
    for (std::size_t i = 0; i < count; ++i)
      y[i] = arith::float32_multiply(x[i], records_[0].multiplier_as_float(), command_->zy);
    return arith::to_output(output_, y, lanes, out);
  }
  for (std::size_t i = 0; i < count; ++i) x[i] = value_of(a[i], a_sign) - za;
  return scale(x, records_[0], count, out);
}

// add and subtract; with float32 the sign of a subtract's second operand is in its multiplier.
void VectorArithmetic::sum(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::int64_t* y) const {
  const int a_sign = sign_of(command_->a.is_signed), b_sign = sign_of(command_->b.is_signed);
  if (float32()) {
    const float ma = records_[0].multiplier_as_float(), mb = records_[1].multiplier_as_float();
    const float constant = records_[2].multiplier_as_float();
    for (std::size_t i = 0; i < count; ++i)
      y[i] = arith::float32_add(value_of(a[i], a_sign), value_of(b[i], b_sign), ma, mb, constant);
    return;
  }
  const int za = command_->za, zb = command_->zb;
  const std::int64_t ma = records_[0].m0;
  const std::int64_t mb = command_->op == VectorOp::subtract ? -std::int64_t{records_[1].m0} : records_[1].m0;
  std::int64_t x[isa::kMaxLanes];
  for (std::size_t i = 0; i < count; ++i)
    x[i] = (value_of(a[i], a_sign) - za) * ma + (value_of(b[i], b_sign) - zb) * mb;
  arith::shift_lanes(*scaling_, x, records_[0].n, static_cast<int>(count), y);
}

void VectorArithmetic::scale_operand(bool second, const std::uint8_t* bytes, std::size_t count, std::int64_t* y) const {
  const int sign = sign_of((second ? command_->b : command_->a).is_signed);
  const int zero_point = second ? command_->zb : command_->za;
  std::int64_t x[isa::kMaxLanes];
  for (std::size_t i = 0; i < count; ++i) x[i] = value_of(bytes[i], sign) - zero_point;
  scaled(x, records_[second ? 1 : 0], count, y);
}

int VectorArithmetic::average(const std::int32_t* sums, std::size_t counted_taps, std::size_t count,
                              std::uint8_t* out) const {
  std::int64_t x[isa::kMaxLanes];
  std::copy_n(sums, count, x);
  return scale(x, average_record(counted_taps), count, out);
}

const isa::ParameterRecord& VectorArithmetic::average_record(std::size_t counted_taps) const {
  const std::size_t taps = std::max<std::size_t>(counted_taps, 1);  // an empty window: a sum of 0, any record
  return records_[std::min(taps, records_.size()) - 1];
}

void VectorArithmetic::scaled(const std::int64_t* x, const isa::ParameterRecord& record, std::size_t count,
                              std::int64_t* y) const {
  std::uint32_t m0[isa::kMaxLanes];
  std::uint8_t n[isa::kMaxLanes];
  std::fill_n(m0, count, record.m0);
  std::fill_n(n, count, record.n);
  arith::scale_lanes(*scaling_, x, m0, n, static_cast<int>(count), y);
}

int VectorArithmetic::scale(const std::int64_t* x, const isa::ParameterRecord& record, std::size_t count,
                            std::uint8_t* out) const {
  std::int64_t y[isa::kMaxLanes];
  scaled(x, record, count, y);
  return arith::to_output(output_, y, static_cast<int>(count), out);
}

}  // namespace intloom::kernels
