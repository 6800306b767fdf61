#include "rtl_models/kernels/sum_bounds.h"

#include <algorithm>
#include <limits>

namespace intloom::kernels {

namespace {

// Many columns side by side, so that the compiler makes vectors of them.
template <class T>
Range range_of(const T* values, std::size_t count) {
  constexpr std::size_t kColumns = 16;
  T lowest[kColumns] = {}, highest[kColumns] = {};
  const auto add = [&](std::size_t column, T value) {
    lowest[column] = value < lowest[column] ? value : lowest[column];
    highest[column] = value > highest[column] ? value : highest[column];
  };
  std::size_t i = 0;
  for (; i + kColumns <= count; i += kColumns)
    for (std::size_t column = 0; column < kColumns; ++column) add(column, values[i + column]);
  for (; i < count; ++i) add(0, values[i]);
  return {*std::min_element(lowest, lowest + kColumns), *std::max_element(highest, highest + kColumns)};
}

}  // namespace

Range width_range(int width_bits) {
  const auto highest = static_cast<std::int64_t>((std::uint64_t{1} << (width_bits - 1)) - 1);
  return {-highest - 1, highest};
}

Range widest_sum(const ExecShape& shape) {
  const auto products = static_cast<std::int64_t>(shape.products());
  return {products * std::min(shape.x.lowest * shape.w.highest, shape.x.highest * shape.w.lowest),
          products * std::max(shape.x.lowest * shape.w.lowest, shape.x.highest * shape.w.highest)};
}

Range present_sums(const ExecShape& shape, const SumsView& sums) {
  if (!sums.add) return {};
  const std::size_t count = shape.groups * shape.pixels * shape.cols;
  return sums.int32 != nullptr ? range_of(sums.int32, count) : range_of(sums.int64, count);
}

bool all_fit(const Range& present, const Range* sums, std::size_t count, const Range& limits) {
  constexpr std::int64_t kLowest = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t kHighest = std::numeric_limits<std::int32_t>::max();
  // Differences, because `present` may be anything of 64 bits: 0 lies in it and in the limits.
  const std::int64_t lowest = std::max(limits.lowest - present.lowest, kLowest);
  const std::int64_t highest = std::min(limits.highest - present.highest, kHighest);
  return std::all_of(sums, sums + count,
                     [&](const Range& sum) { return sum.lowest >= lowest && sum.highest <= highest; });
}

}  // namespace intloom::kernels
