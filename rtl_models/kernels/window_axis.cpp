#include "rtl_models/kernels/window_axis.h"

#include <algorithm>

namespace intloom::kernels {

namespace {

// Positions close together: a table over their span.
std::vector<std::int64_t> number_by_table(const std::vector<std::int64_t>& positions, std::int64_t lowest,
                                          std::size_t span, std::vector<std::uint32_t>& index) {
  std::vector<std::uint32_t> number(span, 0);
  for (const std::int64_t position : positions) number[static_cast<std::size_t>(position - lowest)] = 1;
  std::vector<std::int64_t> distinct;
  distinct.reserve(span);
  for (std::size_t i = 0; i < span; ++i) {
    if (number[i] == 0) continue;
    number[i] = static_cast<std::uint32_t>(distinct.size());
    distinct.push_back(lowest + static_cast<std::int64_t>(i));
  }
  for (std::size_t i = 0; i < positions.size(); ++i) index[i] = number[static_cast<std::size_t>(positions[i] - lowest)];
  return distinct;
}

std::vector<std::int64_t> number_by_sorting(const std::vector<std::int64_t>& positions,
                                            std::vector<std::uint32_t>& index) {
  std::vector<std::int64_t> distinct = positions;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  for (std::size_t i = 0; i < positions.size(); ++i)
    index[i] =
        static_cast<std::uint32_t>(std::lower_bound(distinct.begin(), distinct.end(), positions[i]) - distinct.begin());
  return distinct;
}

}  // namespace

std::vector<std::int64_t> number_positions(const std::vector<std::int64_t>& positions,
                                           std::vector<std::uint32_t>& index) {
  index.resize(positions.size());
  if (positions.empty()) return {};
  const auto [lowest, highest] = std::minmax_element(positions.begin(), positions.end());
  const std::size_t span = static_cast<std::size_t>(*highest - *lowest) + 1;
  return span <= 8 * positions.size() ? number_by_table(positions, *lowest, span, index)
                                      : number_by_sorting(positions, index);
}

WindowAxis::WindowAxis(const AxisGeometry& geometry) {
  std::vector<std::int64_t> inside;
  inside.reserve(static_cast<std::size_t>(geometry.kernel * geometry.outputs));
  for (std::int64_t k = 0; k < geometry.kernel; ++k)
    for (std::int64_t o = 0; o < geometry.outputs; ++o)
      if (geometry.inside(geometry.position(o, k))) inside.push_back(geometry.position(o, k));
  std::vector<std::uint32_t> numbers;
  used = number_positions(inside, numbers);
  const auto padding = static_cast<std::uint32_t>(used.size());
  index.reserve(static_cast<std::size_t>(geometry.kernel * geometry.outputs));
  std::size_t next = 0;
  for (std::int64_t k = 0; k < geometry.kernel; ++k)
    for (std::int64_t o = 0; o < geometry.outputs; ++o)
      index.push_back(geometry.inside(geometry.position(o, k)) ? numbers[next++] : padding);
}

}  // namespace intloom::kernels
