// One edge of all processing elements of a systolic array.
#pragma once

#include <cstddef>
#include <cstdint>

namespace intloom::hw {

struct SystolicStep {
  int rows;
  int stride;                       // columns, a multiple of kVectorLanes; of weights, above and bottom
  const std::int32_t* activations;  // [rows][activation_stride], columns from here on
  std::size_t activation_stride;
  const std::int32_t* weights;  // [rows][stride]
  std::int32_t* above;          // [rows][stride]: partial sum entering each PE; row 0 stays zero
  std::int32_t* bottom;         // [stride]: sums leaving the last row
};

// PE(r, c): what enters PE(r + 1, c) = above[r][c] + activations[r][c] * weights[r][c]; of the last row bottom[c].
// Operands are 9 bits and rows at most 256, so a sum stays within 27 bits.
void systolic_step(const SystolicStep& step);

}  // namespace intloom::hw
