// The arithmetic of VECTOR lane by lane, exact: what the fast paths fall back to and are made of. No order, no layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/arith/output_range.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/isa/vector_operation.h"

namespace intloom::kernels {

// A byte as the int8 or uint8 it is: (byte ^ sign) - sign.
constexpr int sign_of(bool is_signed) { return is_signed ? 0x80 : 0; }
constexpr int value_of(std::uint8_t byte, int sign) { return (byte ^ sign) - sign; }

class VectorArithmetic {
 public:
  // `parameters`: the whole parameter buffer; it outlives this. Throws std::invalid_argument when the command has fewer
  // records than its operation takes.
  VectorArithmetic(const isa::Vector& command, const isa::ScalingDescription& scaling, const std::uint8_t* parameters);

  // `out` of `count` lanes (count <= isa::kMaxLanes) from the bytes of a, and of b where there is one. For max_pool a
  // is the largest tap. Not for average_pool. Returns how many saturated.
  int elementwise(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out) const;
  // average_pool: `sums` of a - za over the taps inside, in a window of `counted_taps`.
  int average(const std::int32_t* sums, std::size_t counted_taps, std::size_t count, std::uint8_t* out) const;

  // maximum and minimum: y = R((a - za) * Ma) of each byte of the first operand, or the same of the second one.
  void scale_operand(bool second, const std::uint8_t* bytes, std::size_t count, std::int64_t* y) const;

  const isa::Vector& command() const { return *command_; }
  const isa::ScalingDescription& scaling() const { return *scaling_; }
  const isa::ParameterRecord& record(std::size_t i) const { return records_[i]; }
  // Of a window of `counted_taps`.
  const isa::ParameterRecord& average_record(std::size_t counted_taps) const;
  bool float32() const { return scaling_->multiplier == isa::Multiplier::float32; }
  // Of the last step; zy is 0 where an earlier one has added it.
  const arith::OutputRange& output() const { return output_; }

 private:
  void sum(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::int64_t* y) const;
  void scaled(const std::int64_t* x, const isa::ParameterRecord& record, std::size_t count, std::int64_t* y) const;
  int scale(const std::int64_t* x, const isa::ParameterRecord& record, std::size_t count, std::uint8_t* out) const;

  const isa::Vector* command_;
  const isa::ScalingDescription* scaling_;
  std::vector<isa::ParameterRecord> records_;
  const std::uint8_t* table_;  // of lookup
  arith::OutputRange output_;
};

}  // namespace intloom::kernels
