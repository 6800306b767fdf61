#include "runtime/reference/broadcast.h"

namespace intloom::reference {

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
