#include "runtime/compile/part.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/compile/linear_order.h"

namespace intloom::compile {

MapBegin slice_begin(const Context& context, const quant::Layer& layer) {
  const quant::Tensor &in = context.tensor(layer.inputs[0]), &out = context.tensor(layer.output);
  const std::vector<std::int64_t>& start = layer.slice().start;
  const std::size_t rank = in.shape.size(), channel = channel_dimension(in.shape, in.channel_axis);
  const std::size_t column = channel + 1 == rank ? rank - 2 : rank - 1;
  MapBegin begin;
  std::int64_t outer = 1, inner = 1;  // of the dimensions that share the height
  for (std::size_t d = rank; d-- > 0;) {
    if (d == channel) {
      begin.channel = start[d];
    } else if (rank > 1 && d == column) {
      begin.x = start[d];
    } else if (in.shape[d] != out.shape[d]) {
      for (std::size_t o = 0; o < d; ++o) outer *= o == channel ? 1 : in.shape[o];
      if (outer != 1)
        throw layer_error(layer,
                          fmt::format("a slice along dimension {} of shape {} is not supported: dimensions before "
                                      "it have more than one element",
                                      d, graph::to_string(in.shape)));
      begin.y = start[d] * inner;
    } else {
      inner *= in.shape[d];
    }
  }
  return begin;
}

mapping::WindowAxis resized_axis(std::int64_t input, const std::vector<std::int64_t>& index) {
  mapping::WindowAxis axis;
  axis.input = input;
  axis.output = static_cast<std::int64_t>(index.size());
  for (std::size_t i = 1; i < index.size(); ++i) axis.stride = std::max(axis.stride, index[i] - index[i - 1]);
  return axis;
}

}  // namespace intloom::compile
