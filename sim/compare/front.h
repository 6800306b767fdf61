// The machines worth choosing from: those of which no other is better in one respect and as good in the other.
#pragma once

#include <cstdint>
#include <vector>

namespace intloom::sim {

struct FrontPoint {
  std::int64_t cycles = 0, size = 0;  // both better when smaller
};

// By point: true where no other point has at most its cycles and at most its size, and less of one of them. Points
// equal in both are both on the front or both not.
std::vector<bool> pareto_front(const std::vector<FrontPoint>& points);

}  // namespace intloom::sim
