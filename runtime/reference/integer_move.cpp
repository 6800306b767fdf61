// Layers that carry each element over by itself: rescale, lookup, concat, relayout.
#include <array>
#include <functional>
#include <numeric>

#include "runtime/reference/integer_layers.h"
#include "runtime/reference/map_layout.h"
#include "runtime/reference/rescaler.h"

namespace intloom::reference {
namespace {

using ByteTable = std::array<std::uint8_t, 256>;

// R((x - zx) * M) + zy of every byte x of `tensor`.
ByteTable rescale_table(const LayerContext& context, const quant::Tensor& tensor, float multiplier) {
  const isa::ScalingDescription& unit = context.machine.vector.scaling;
  const Rescaler rescaler(unit, multiplier, output_range(context.network, context.layer, unit));
  ByteTable table{};
  for (int byte = 0; byte < 256; ++byte) {
    const auto raw = static_cast<std::uint8_t>(byte);
    table[raw] = rescaler(integer_value(raw, is_signed(tensor)) - tensor.zero_point);
  }
  return table;
}

std::int64_t product(const graph::Shape& shape, std::size_t first, std::size_t last) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(first),
                         shape.begin() + static_cast<std::ptrdiff_t>(last), std::int64_t{1}, std::multiplies<>());
}

}  // namespace

IntegerTensor rescale(const LayerContext& context) {
  const ByteTable table = rescale_table(context, context.input(0), context.layer.rescale().multiplier);
  IntegerTensor out = context.input_values(0);
  for (std::uint8_t& byte : out) byte = table[byte];
  return out;
}

IntegerTensor lookup(const LayerContext& context) {
  const ByteTable& table = context.layer.table().table;
  IntegerTensor out = context.input_values(0);
  for (std::uint8_t& byte : out) byte = table[byte];
  return out;
}

IntegerTensor concatenate(const LayerContext& context) {
  const quant::ConcatParameters& parameters = context.layer.concat();
  const graph::Shape& shape = context.output().shape;
  const auto rank = static_cast<int>(shape.size());
  const auto axis = static_cast<std::size_t>(parameters.axis < 0 ? parameters.axis + rank : parameters.axis);
  const std::int64_t outer = product(shape, 0, axis);
  const std::int64_t out_run = product(shape, axis, shape.size());
  IntegerTensor out(static_cast<std::size_t>(graph::element_count(shape)));
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < context.layer.inputs.size(); ++i) {
    const graph::Shape& in_shape = context.input(i).shape;
    const std::int64_t run = product(in_shape, axis, in_shape.size());
    const ByteTable table = rescale_table(context, context.input(i), parameters.multiplier[i]);
    const std::uint8_t* in = context.input_values(i).data();
    for (std::int64_t o = 0; o < outer; ++o) {
      std::uint8_t* to = out.data() + o * out_run + offset;
      for (std::int64_t e = 0; e < run; ++e) to[e] = table[in[o * run + e]];
    }
    offset += run;
  }
  return out;
}

IntegerTensor relayout(const LayerContext& context) {
  const std::vector<int>& perm = context.layer.relayout().perm;
  const IntegerTensor& in = context.input_values(0);
  if (perm.empty()) return in;
  const graph::Shape& shape = context.input(0).shape;
  const std::size_t rank = shape.size();
  std::vector<std::int64_t> stride(rank, 1);
  for (std::size_t d = rank; d-- > 1;) stride[d - 1] = stride[d] * shape[d];
  // Walks the permuted tensor in row-major order and counts its indices up, the last one fastest.
  std::vector<std::int64_t> index(rank, 0);
  IntegerTensor out(in.size());
  std::int64_t from = 0;
  for (std::uint8_t& byte : out) {
    byte = in[static_cast<std::size_t>(from)];
    for (std::size_t d = rank; d-- > 0;) {
      const auto source = static_cast<std::size_t>(perm[d]);
      from += stride[source];
      if (++index[d] < shape[source]) break;
      from -= stride[source] * shape[source];
      index[d] = 0;
    }
  }
  return out;
}

}  // namespace intloom::reference
