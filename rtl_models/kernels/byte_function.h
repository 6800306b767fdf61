// VECTOR's operations byte by byte, each by its fastest exact means: one operand (rescale, lookup, the last step of
// max_pool) by a table of 256 results; add, subtract and multiply in float32 with proof; maximum and minimum by a table
// of 256 scaled values for each operand.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rtl_models/kernels/vector_arithmetic.h"
#include "rtl_models/kernels/vector_lines.h"

namespace intloom::kernels {

class ByteFunction {
 public:
  // Not for average_pool. `arithmetic` outlives it.
  explicit ByteFunction(const VectorArithmetic& arithmetic);

  // out[i] of a[i], and of b[i] where there is one, 0 <= i < count; `out` may be a or b. Returns the saturations.
  std::int64_t operator()(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out) const;

 private:
  void fill_table();
  void set_line();
  void scale_operands();
  std::int64_t map(const std::uint8_t* a, std::size_t count, std::uint8_t* out) const;

  std::int64_t extremum(const std::uint8_t* a, const std::uint8_t* b, std::size_t count, std::uint8_t* out) const;

  const VectorArithmetic& arithmetic_;
  LinearLine line_;
  alignas(16) std::array<std::uint8_t, 256> results_{};
  std::array<std::uint16_t, 256> table_{};  // the result, and 256 where it saturates
  std::array<std::int64_t, 256> scaled_a_{}, scaled_b_{};
  bool identity_ = false, never_saturates_ = false;  // the table's
};

}  // namespace intloom::kernels
