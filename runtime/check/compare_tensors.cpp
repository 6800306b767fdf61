#include "runtime/check/compare_tensors.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

#include "runtime/check/tally.h"

namespace intloom::check {
namespace {

void require_bytes(graph::DataType type) {
  if (type != graph::DataType::int8 && type != graph::DataType::uint8) {
    throw std::invalid_argument("compared integers are int8 or uint8, not " + std::string(graph::data_type_name(type)));
  }
}

void require_equal_size(std::size_t ours, std::size_t theirs) {
  if (ours != theirs) {
    throw std::invalid_argument("compared tensors have " + std::to_string(ours) + " and " + std::to_string(theirs) +
                                " elements");
  }
}

int value_of(std::uint8_t byte, graph::DataType type) {
  return type == graph::DataType::int8 ? static_cast<int>(static_cast<std::int8_t>(byte)) : static_cast<int>(byte);
}

}  // namespace

IntegerComparison compare_integers(const std::vector<std::uint8_t>& ours, const std::vector<std::uint8_t>& theirs,
                                   graph::DataType type) {
  require_bytes(type);
  require_equal_size(ours.size(), theirs.size());
  IntegerComparison result;
  result.elements = static_cast<std::int64_t>(ours.size());
  if (ours == theirs) return result;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ours[i] == theirs[i]) continue;
    if (result.differences == 0) result.first_difference = static_cast<std::int64_t>(i);
    ++result.differences;
    const int difference = std::abs(value_of(ours[i], type) - value_of(theirs[i], type));
    result.max_abs = std::max(result.max_abs, static_cast<std::int64_t>(difference));
  }
  return result;
}

FloatComparison compare_with_float(const std::vector<std::uint8_t>& integers, graph::DataType type, float scale,
                                   std::int32_t zero_point, const std::vector<float>& reference) {
  require_bytes(type);
  require_equal_size(integers.size(), reference.size());
  FloatTally tally;
  tally.add(integers, type, scale, zero_point, reference);
  return tally.result();
}

std::int64_t argmax(const std::vector<float>& values) {
  return std::max_element(values.begin(), values.end()) - values.begin();
}

}  // namespace intloom::check
