#include "runtime/mapping/free_space.h"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "runtime/mapping/tiling.h"

namespace intloom::mapping {
namespace {

// Numbers of the regions, the largest first, of equal ones the first.
using Order = std::array<std::size_t, kMostRegions>;
Order by_size(const std::int64_t* sizes, std::size_t count) {
  Order order{};
  for (std::size_t i = 0; i < count; ++i) {
    std::size_t at = i;
    for (; at > 0 && sizes[order[at - 1]] < sizes[i]; --at) order[at] = order[at - 1];
    order[at] = i;
  }
  return order;
}

// Calls set(region, address) for each.
template <class Set>
bool place_regions(const FreeSpace& space, const std::int64_t* sizes, std::size_t count, Set set) {
  if (count > kMostRegions || space.spans.size() > kMostSpans)
    throw std::length_error("place: too many regions or spans");
  std::array<std::uint32_t, kMostSpans> begins, sizes_left;  // of the spans; only as many as there are have a value
  const std::size_t spans = space.spans.size();
  for (std::size_t i = 0; i < spans; ++i) {
    begins[i] = space.spans[i].begin;
    sizes_left[i] = space.spans[i].size;
  }
  const Order order = by_size(sizes, count);
  for (std::size_t i = 0; i < count && sizes[order[i]] > 0; ++i) {
    const std::int64_t size = round_up(sizes[order[i]], space.granule);
    std::size_t best = spans;
    for (std::size_t span = 0; span < spans; ++span)
      if (sizes_left[span] >= size && (best == spans || sizes_left[span] < sizes_left[best])) best = span;
    if (best == spans) return false;
    set(order[i], begins[best]);
    begins[best] += static_cast<std::uint32_t>(size);
    sizes_left[best] -= static_cast<std::uint32_t>(size);
  }
  return true;
}

}  // namespace

bool fits(const FreeSpace& space, const std::int64_t* sizes, std::size_t count) {
  return place_regions(space, sizes, count, [](std::size_t, std::uint32_t) {});
}

std::optional<std::vector<std::uint32_t>> place(const FreeSpace& space, const std::vector<std::int64_t>& sizes) {
  std::vector<std::uint32_t> addresses(sizes.size(), 0);
  const bool found = place_regions(space, sizes.data(), sizes.size(),
                                   [&](std::size_t region, std::uint32_t address) { addresses[region] = address; });
  if (!found) return std::nullopt;
  return addresses;
}

}  // namespace intloom::mapping
