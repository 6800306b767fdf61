// Compares tensors: integers bit for bit, integers against float.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::check {

struct IntegerComparison {
  std::int64_t elements = 0;
  std::int64_t differences = 0;
  std::int64_t first_difference = -1;  // row-major index
  std::int64_t max_abs = 0;
};
IntegerComparison compare_integers(const std::vector<std::uint8_t>& ours, const std::vector<std::uint8_t>& theirs,
                                   graph::DataType type);

// max_abs_lsb: largest |scale*(q - zero_point) - reference| / scale. sqnr_db: 10 log10(sum ref^2 / sum error^2),
// infinity where there is no error. cosine: of the two vectors; 1 where both are zero.
struct FloatComparison {
  std::int64_t elements = 0;
  double max_abs_lsb = 0, sqnr_db = 0, cosine = 1;
};
FloatComparison compare_with_float(const std::vector<std::uint8_t>& integers, graph::DataType type, float scale,
                                   std::int32_t zero_point, const std::vector<float>& reference);

std::int64_t argmax(const std::vector<float>& values);  // first of the largest

}  // namespace intloom::check
