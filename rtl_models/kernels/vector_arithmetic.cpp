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
      output_{command.zy, command.lo, command.hi, command.out.is_signed, scaling.out_of_range} {
  const std::uint32_t needed = command.op != VectorOp::add ? 1 : float32() ? 3 : 2;
  if (command.parameter_records < needed)
    throw std::invalid_argument(std::string(isa::vector_op_name(command.op)) + " takes " + std::to_string(needed) +
                                " parameter records, it has " + std::to_string(command.parameter_records));
  for (std::size_t i = 0; i < command.parameter_records; ++i)
    records_.push_back(
        isa::read_parameter_record(parameters + command.parameter_address + i * isa::kParameterRecordBytes));
  // Part of the constant of add, added before the rounding of multiply.
  if (float32() && has_second_operand(command.op)) output_.zy = 0;
}

int VectorArithmetic::elementwise(const std::uint8_t* a, const std::uint8_t* b, std::size_t count,
                                  std::uint8_t* out) const {
  const int a_sign = sign_of(command_->a.is_signed), b_sign = sign_of(command_->b.is_signed);
  const int za = command_->za, zb = command_->zb;
  std::int64_t x[isa::kMaxLanes], y[isa::kMaxLanes];
  const auto lanes = static_cast<int>(count);
  if (command_->op == VectorOp::add && float32()) {
    const float ma = records_[0].multiplier_as_float(), mb = records_[1].multiplier_as_float();
    const float constant = records_[2].multiplier_as_float();
    for (std::size_t i = 0; i < count; ++i)
      y[i] = arith::float32_add(value_of(a[i], a_sign), value_of(b[i], b_sign), ma, mb, constant);
    return arith::to_output(output_, y, lanes, out);
  }
  if (command_->op == VectorOp::add) {
    const std::int64_t ma = records_[0].m0, mb = records_[1].m0;
    for (std::size_t i = 0; i < count; ++i)
      x[i] = (value_of(a[i], a_sign) - za) * ma + (value_of(b[i], b_sign) - zb) * mb;
    arith::shift_lanes(*scaling_, x, records_[0].n, lanes, y);
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

int VectorArithmetic::scale(const std::int64_t* x, const isa::ParameterRecord& record, std::size_t count,
                            std::uint8_t* out) const {
  std::uint32_t m0[isa::kMaxLanes];
  std::uint8_t n[isa::kMaxLanes];
  std::int64_t y[isa::kMaxLanes];
  const auto lanes = static_cast<int>(count);
  std::fill_n(m0, count, record.m0);
  std::fill_n(n, count, record.n);
  arith::scale_lanes(*scaling_, x, m0, n, lanes, y);
  return arith::to_output(output_, y, lanes, out);
}

}  // namespace intloom::kernels
