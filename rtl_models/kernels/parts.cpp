#include "rtl_models/kernels/parts.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace intloom::kernels {
namespace {

constexpr std::size_t kLeastElements = 16384;
constexpr std::size_t kMostParts = 64;

}  // namespace

std::int64_t sum_of_parts(ThreadPool& pool, std::size_t items, std::size_t elements_per_item,
                          const std::function<std::int64_t(std::size_t begin, std::size_t end)>& work) {
  const std::size_t parts = std::clamp<std::size_t>(items * elements_per_item / kLeastElements, 1,
                                                    std::clamp<std::size_t>(items, 1, kMostParts));
  if (parts == 1) return work(0, items);
  std::vector<std::int64_t> sums(parts);
  pool.for_each(parts, [&](std::size_t part) { sums[part] = work(part * items / parts, (part + 1) * items / parts); });
  return std::accumulate(sums.begin(), sums.end(), std::int64_t{0});
}

bool words_distinct(const isa::MapRegion& map, std::size_t blocks, std::uint32_t word) {
  struct Dimension {
    std::uint64_t pitch, extent;
  };
  std::array<Dimension, 3> dimensions{
      {{map.pixel_pitch, map.width}, {map.row_pitch, map.height}, {map.block_pitch, blocks}}};
  std::sort(dimensions.begin(), dimensions.end(),
            [](const Dimension& a, const Dimension& b) { return a.pitch < b.pitch; });
  std::uint64_t reach = word;  // bytes from the first to behind the last of the dimensions before
  for (const Dimension& dimension : dimensions) {
    if (dimension.extent <= 1) continue;
    if (dimension.pitch < reach) return false;
    reach += dimension.pitch * (dimension.extent - 1);
  }
  return true;
}

}  // namespace intloom::kernels
