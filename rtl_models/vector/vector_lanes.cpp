#include "rtl_models/vector/vector_lanes.h"

#include <algorithm>

#include "rtl_models/arith/float_scaling.h"
#include "rtl_models/arith/output_range.h"
#include "rtl_models/arith/requantize.h"

namespace intloom::hw {
namespace {

using isa::VectorOp;

// A byte as the int8 or uint8 it is, without a branch.
class ByteValue {
 public:
  explicit ByteValue(bool is_signed) : sign_(is_signed ? 0x80 : 0) {}
  int operator()(std::uint8_t byte) const { return (byte ^ sign_) - sign_; }

 private:
  int sign_;
};

// a - za (of the window's result for pools), or the product of multiply.
void integer_operands(const isa::Vector& command, const VectorStep& step, const VectorOperands& operands,
                      std::int64_t* x) {
  const ByteValue a(command.a.is_signed), b(command.b.is_signed);
  const int lanes = step.lanes;
  const std::uint8_t* a_bytes = operands.a.lane + step.lane;
  const std::uint8_t* b_bytes = operands.b.lane + step.lane;
  const std::int32_t* window = operands.window.data() + step.lane;
  const int za = command.za, zb = command.zb;
  switch (command.op) {
    case VectorOp::multiply:
      for (int i = 0; i < lanes; ++i) x[i] = std::int64_t{a(a_bytes[i]) - za} * (b(b_bytes[i]) - zb);
      break;
    case VectorOp::max_pool:
      for (int i = 0; i < lanes; ++i) x[i] = window[i] - za;
      break;
    case VectorOp::average_pool:
      std::copy_n(window, lanes, x);
      break;
    case VectorOp::rescale:
    case VectorOp::lookup:
    case VectorOp::add:
    case VectorOp::subtract:
    case VectorOp::maximum:
    case VectorOp::minimum:
      for (int i = 0; i < lanes; ++i) x[i] = a(a_bytes[i]) - za;
  }
}

void sum_fixed(const isa::Vector& command, const isa::ScalingDescription& scaling,
               const std::vector<isa::ParameterRecord>& records, const VectorStep& step, const VectorOperands& operands,
               std::int64_t* y) {
  const ByteValue a(command.a.is_signed), b(command.b.is_signed);
  const std::int64_t ma = records[0].m0;
  const std::int64_t mb = command.op == VectorOp::subtract ? -std::int64_t{records[1].m0} : records[1].m0;
  std::int64_t sum[isa::kMaxLanes];
  for (int i = 0; i < step.lanes; ++i) {
    sum[i] = (a(operands.a[step.lane + i]) - command.za) * ma + (b(operands.b[step.lane + i]) - command.zb) * mb;
  }
  arith::shift_lanes(scaling, sum, records[0].n, step.lanes, y);
}

// The sign of a subtract's second operand is in its multiplier.
void sum_float32(const isa::Vector& command, const std::vector<isa::ParameterRecord>& records, const VectorStep& step,
                 const VectorOperands& operands, std::int64_t* y) {
  const ByteValue a(command.a.is_signed), b(command.b.is_signed);
  const float ma = records[0].multiplier_as_float(), mb = records[1].multiplier_as_float();
  const float constant = records[2].multiplier_as_float();
  for (int i = 0; i < step.lanes; ++i)
    y[i] = arith::float32_add(a(operands.a[step.lane + i]), b(operands.b[step.lane + i]), ma, mb, constant);
}

void scale(const isa::ScalingDescription& scaling, const isa::ParameterRecord& record, const std::int64_t* x, int lanes,
           std::int64_t* y) {
  std::uint32_t m0[isa::kMaxLanes];
  std::uint8_t n[isa::kMaxLanes];
  std::fill_n(m0, lanes, record.m0);
  std::fill_n(n, lanes, record.n);
  arith::scale_lanes(scaling, x, m0, n, lanes, y);
}

// The larger or the smaller one of both scaled operands.
void extremum(const isa::Vector& command, const isa::ScalingDescription& scaling,
              const std::vector<isa::ParameterRecord>& records, const VectorStep& step, const VectorOperands& operands,
              std::int64_t* y) {
  const ByteValue a(command.a.is_signed), b(command.b.is_signed);
  std::int64_t x[isa::kMaxLanes], other[isa::kMaxLanes];
  for (int i = 0; i < step.lanes; ++i) x[i] = a(operands.a[step.lane + i]) - command.za;
  scale(scaling, records[0], x, step.lanes, y);
  for (int i = 0; i < step.lanes; ++i) x[i] = b(operands.b[step.lane + i]) - command.zb;
  scale(scaling, records[1], x, step.lanes, other);
  const bool maximum = command.op == VectorOp::maximum;
  for (int i = 0; i < step.lanes; ++i) y[i] = maximum ? std::max(y[i], other[i]) : std::min(y[i], other[i]);
}

const isa::ParameterRecord& record_of(const isa::Vector& command, const std::vector<isa::ParameterRecord>& records,
                                      const VectorStep& step) {
  if (command.op != VectorOp::average_pool) return records[0];
  const std::size_t count = std::max<std::size_t>(step.counted_taps, 1);  // an empty window: a sum of 0, any record
  return records[std::min(count, records.size()) - 1];
}

}  // namespace

void take_tap(const isa::Vector& command, const VectorStep& step, VectorOperands& operands) {
  const bool maximum = command.op == VectorOp::max_pool;
  std::int32_t* window = operands.window.data() + step.lane;
  if (step.first_tap) std::fill_n(window, step.lanes, maximum ? (command.a.is_signed ? -128 : 0) : 0);
  if (!step.inside) return;  // padding: no part of a maximum, and za - za = 0 of a sum
  const ByteValue a(command.a.is_signed);
  const std::uint8_t* bytes = operands.a.lane + step.lane;
  if (maximum) {
    for (int i = 0; i < step.lanes; ++i) window[i] = std::max(window[i], a(bytes[i]));
  } else {
    for (int i = 0; i < step.lanes; ++i) window[i] += a(bytes[i]) - command.za;
  }
}

int scale_chunk(const isa::Vector& command, const isa::ScalingDescription& scaling,
                const std::vector<isa::ParameterRecord>& records, const VectorStep& step,
                const VectorOperands& operands, std::uint8_t* out) {
  const bool float32 = scaling.multiplier == isa::Multiplier::float32;
  const int lanes = step.lanes;
  arith::OutputRange range{command.zy, command.lo, command.hi, command.out.is_signed, scaling.out_of_range};
  std::int64_t x[isa::kMaxLanes], y[isa::kMaxLanes];
  if (isa::is_sum(command.op) && float32) {
    sum_float32(command, records, step, operands, y);
    range.zy = 0;  // it is part of the constant
  } else if (isa::is_sum(command.op)) {
    sum_fixed(command, scaling, records, step, operands, y);
  } else if (isa::is_extremum(command.op)) {
    extremum(command, scaling, records, step, operands, y);
  } else if (command.op == VectorOp::multiply && float32) {
    integer_operands(command, step, operands, x);
    for (int i = 0; i < lanes; ++i) y[i] = arith::float32_multiply(x[i], records[0].multiplier_as_float(), command.zy);
    range.zy = 0;  // added before the rounding
  } else {
    integer_operands(command, step, operands, x);
    scale(scaling, record_of(command, records, step), x, lanes, y);
  }
  return arith::to_output(range, y, lanes, out);
}

void look_up_chunk(const VectorTable& table, const VectorStep& step, const VectorOperands& operands,
                   std::uint8_t* out) {
  for (int i = 0; i < step.lanes; ++i) out[i] = table[operands.a[step.lane + i]];
}

}  // namespace intloom::hw
