#include "runtime/quant/network.h"

#include <numeric>

namespace intloom::quant {
namespace {

std::int64_t product(graph::Shape::const_iterator begin, graph::Shape::const_iterator end) {
  return std::accumulate(begin, end, std::int64_t{1}, std::multiplies<>());
}

}  // namespace

MapShape map_shape(const Tensor& tensor) {
  const graph::Shape& shape = tensor.shape;
  const std::size_t rank = shape.size();
  if (rank == 0) return {};
  if (rank == 1) return {shape[0], 1, 1};
  if (static_cast<std::size_t>(tensor.channel_axis) == rank - 1) {
    return {shape[rank - 1], product(shape.begin(), shape.end() - 2), shape[rank - 2]};
  }
  return {shape[1], product(shape.begin() + 2, shape.end() - 1), shape[rank - 1]};
}

std::string_view op_name(Op op) {
  switch (op) {
    case Op::conv:
      return "conv";
    case Op::add:
      return "add";
    case Op::multiply:
      return "multiply";
    case Op::max_pool:
      return "max_pool";
    case Op::average_pool:
      return "average_pool";
    case Op::concat:
      return "concat";
    case Op::rescale:
      return "rescale";
    case Op::relayout:
      return "relayout";
    case Op::lookup:
      return "lookup";
    case Op::subtract:
      return "subtract";
    case Op::maximum:
      return "maximum";
    case Op::minimum:
      return "minimum";
    case Op::slice:
      return "slice";
    case Op::resize:
      return "resize";
  }
  return "unknown";
}

std::int64_t layer_macs(const Network& network, const Layer& layer) {
  if (layer.op != Op::conv) return 0;
  const ConvParameters& conv = layer.conv();
  const std::int64_t taps = conv.window.kernel_h * conv.window.kernel_w;
  return graph::element_count(network.tensor(layer.output).shape) * (conv.channels / conv.groups) * taps;
}

}  // namespace intloom::quant
