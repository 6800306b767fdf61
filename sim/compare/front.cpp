#include "sim/compare/front.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace intloom::sim {

std::vector<bool> pareto_front(const std::vector<FrontPoint>& points) {
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return points[a].size != points[b].size ? points[a].size < points[b].size : points[a].cycles < points[b].cycles;
  });
  std::vector<bool> front(points.size());
  FrontPoint best{std::numeric_limits<std::int64_t>::max(), -1};  // fewest cycles so far
  for (const std::size_t i : order) {
    const FrontPoint& point = points[i];
    const bool equal = point.cycles == best.cycles && point.size == best.size;
    front[i] = equal || point.cycles < best.cycles;
    if (point.cycles < best.cycles) best = point;
  }
  return front;
}

}  // namespace intloom::sim
