// Layers that read a part of their input, or parts of it several times: slice, resize.
#include "runtime/reference/integer_layers.h"
#include "runtime/reference/map_layout.h"

namespace intloom::reference {

IntegerTensor slice(const LayerContext& context) {
  const graph::Shape& in_shape = context.input(0).shape;
  const graph::Shape& shape = context.output().shape;
  const std::vector<std::int64_t>& start = context.layer.slice().start;
  const IntegerTensor& in = context.input_values(0);
  const std::size_t rank = shape.size();
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * in_shape[d];
  std::int64_t from = 0;
  for (std::size_t d = 0; d < rank; ++d) from += start[d] * stride[d];
  // Walks the output in row-major order and counts its indices up, the last one fastest.
  std::vector<std::int64_t> index(rank, 0);
  IntegerTensor out(static_cast<std::size_t>(graph::element_count(shape)));
  for (std::uint8_t& byte : out) {
    byte = in[static_cast<std::size_t>(from)];
    for (std::size_t d = rank; d-- > 0;) {
      from += stride[d];
      if (++index[d] < shape[d]) break;
      from -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
  return out;
}

IntegerTensor resize(const LayerContext& context) {
  const quant::ResizeParameters& nearest = context.layer.resize();
  const MapLayout in = map_layout(context.input(0));
  const MapLayout out = map_layout(context.output());
  const IntegerTensor& values = context.input_values(0);
  IntegerTensor result(static_cast<std::size_t>(graph::element_count(context.output().shape)));
  for (std::int64_t c = 0; c < out.channels; ++c) {
    for (std::int64_t y = 0; y < out.height; ++y) {
      const std::int64_t row = nearest.row[static_cast<std::size_t>(y)];
      for (std::int64_t x = 0; x < out.width; ++x) {
        const std::int64_t column = nearest.column[static_cast<std::size_t>(x)];
        result[static_cast<std::size_t>(out.at(c, y, x))] = values[static_cast<std::size_t>(in.at(c, row, column))];
      }
    }
  }
  return result;
}

}  // namespace intloom::reference
