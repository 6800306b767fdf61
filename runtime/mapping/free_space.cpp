#include "runtime/mapping/free_space.h"

#include <algorithm>
#include <numeric>

#include "runtime/mapping/tiling.h"

namespace intloom::mapping {

std::optional<std::vector<std::uint32_t>> place(const FreeSpace& space, const std::vector<std::int64_t>& sizes) {
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return sizes[a] > sizes[b]; });
  std::vector<FreeSpan> spans = space.spans;
  std::vector<std::uint32_t> addresses(sizes.size(), 0);
  for (const std::size_t i : order) {
    if (sizes[i] == 0) continue;
    const std::int64_t size = round_up(sizes[i], space.granule);
    FreeSpan* best = nullptr;
    for (FreeSpan& span : spans)
      if (span.size >= size && (best == nullptr || span.size < best->size)) best = &span;
    if (best == nullptr) return std::nullopt;
    addresses[i] = best->begin;
    best->begin += static_cast<std::uint32_t>(size);
    best->size -= static_cast<std::uint32_t>(size);
  }
  return addresses;
}

}  // namespace intloom::mapping
