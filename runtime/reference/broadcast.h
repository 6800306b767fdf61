// NumPy broadcasting: shapes are aligned at their last dimension, an extent of 1 repeats.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/graph/graph.h"

namespace intloom::reference {

// Element strides of `in` over the dimensions of `out`, 0 where it repeats.
graph::Shape broadcast_strides(const graph::Shape& in, const graph::Shape& out);

// visit(offset in a, offset in b) for each element of `out` but its last `inner` dimensions, in row-major order.
template <class Visit>
void for_each_broadcast(const graph::Shape& out, std::size_t inner, const graph::Shape& a_strides,
                        const graph::Shape& b_strides, Visit visit) {
  const std::size_t outer = out.size() - inner;
  for (std::size_t d = 0; d < outer; ++d) {
    if (out[d] == 0) return;
  }
  graph::Shape index(outer, 0);
  std::int64_t a = 0;
  std::int64_t b = 0;
  while (true) {
    visit(a, b);
    std::size_t d = outer;
    while (d > 0) {
      --d;
      a += a_strides[d];
      b += b_strides[d];
      if (++index[d] < out[d]) break;
      a -= a_strides[d] * out[d];
      b -= b_strides[d] * out[d];
      index[d] = 0;
      if (d == 0) return;
    }
    if (outer == 0) return;
  }
}

}  // namespace intloom::reference
