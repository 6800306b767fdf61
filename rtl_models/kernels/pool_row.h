// One output row of a pooling, by columns first and then along the row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/average_scaling.h"
#include "rtl_models/kernels/vector_arithmetic.h"

namespace intloom::kernels {

class PoolRow {
 public:
  // `activations`: the whole buffer.
  PoolRow(const VectorArithmetic& arithmetic, const std::uint8_t* activations);

  // Of output row y of a block of `lanes` channels, pixel after pixel, lanes bytes each.
  void maximum(std::uint32_t block, std::uint32_t y, std::size_t lanes, std::uint8_t* out);
  std::int64_t average(std::uint32_t block, std::uint32_t y, std::size_t lanes, std::uint8_t* out);

 private:
  // Pixels [begin, end) of the output whose tap kx lies inside; the first one's in input column `column`.
  struct Span {
    std::size_t begin = 0, end = 0, column = 0;
  };
  Span span(int kx) const;
  std::int64_t input_row(std::uint32_t y, int ky) const;  // -1: padding
  const std::uint8_t* input(std::uint32_t block, std::int64_t row) const;
  void sum_columns(std::uint32_t block, std::uint32_t y, std::size_t lanes);

  AverageScaling scaling_;
  const isa::Vector& command_;
  const std::uint8_t* activations_;
  int sign_;
  std::vector<std::uint8_t> column_maxima_;  // of the input columns, over the rows of the window
  std::vector<std::int32_t> column_sums_, sums_;
  std::vector<std::int32_t> taps_;  // by output pixel: kx inside
  int rows_inside_ = 0;
};

}  // namespace intloom::kernels
