#include "runtime/reference/float_broadcast.h"

#include <fmt/format.h>

#include <algorithm>

namespace intloom::reference {

graph::Shape broadcast_shape(const NodeCall& call, const graph::Shape& a, const graph::Shape& b) {
  graph::Shape shape(std::max(a.size(), b.size()), 1);
  for (std::size_t back = 1; back <= shape.size(); ++back) {
    const std::int64_t in_a = back <= a.size() ? a[a.size() - back] : 1;
    const std::int64_t in_b = back <= b.size() ? b[b.size() - back] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      call.fail(fmt::format("shapes {} and {} do not broadcast", graph::to_string(a), graph::to_string(b)));
    }
    shape[shape.size() - back] = in_a == 1 ? in_b : in_a;
  }
  return shape;
}

graph::Shape broadcast_strides(const graph::Shape& in, const graph::Shape& out) {
  graph::Shape strides(out.size(), 0);
  std::int64_t stride = 1;
  for (std::size_t back = 1; back <= in.size(); ++back) {
    const std::int64_t extent = in[in.size() - back];
    strides[out.size() - back] = extent == 1 ? 0 : stride;
    stride *= extent;
  }
  return strides;
}

}  // namespace intloom::reference
