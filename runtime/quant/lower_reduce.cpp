// ReduceMean and ReduceSum: an average pooling over the dimensions that vanish, behind the others.
#include <algorithm>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

// Since operator set 13 (Sum) and 18 (Mean) an input, an attribute before; none: all.
std::vector<bool> reduced_dimensions(const Lowering& lowering, const graph::Node& node, const graph::Shape& shape) {
  const std::vector<std::int64_t> axes =
      Lowering::has_input(node, 1) ? lowering.constant_integers(node, 1, "axes") : node.ints_attribute("axes", {});
  // Without axes all vanish, or with the attribute none.
  std::vector<bool> reduced(shape.size(), axes.empty() && node.int_attribute("noop_with_empty_axes", 0) == 0);
  for (const std::int64_t axis : axes) reduced[resolve_axis(node, axis, shape)] = true;
  return reduced;
}

void lower_reduction(Lowering& lowering, const graph::Node& node, bool is_mean) {
  NetworkBuilder& network = lowering.network();
  const TensorId input = lowering.dequantized_input(node, 0);
  const graph::Shape from = network.tensor(input).shape;
  const std::vector<bool> reduced = reduced_dimensions(lowering, node, from);
  std::vector<int> perm;
  std::int64_t kept = 1, count = 1;
  for (const bool wanted : {false, true}) {
    for (std::size_t d = 0; d < from.size(); ++d) {
      if (reduced[d] != wanted) continue;
      perm.push_back(static_cast<int>(d));
      (wanted ? count : kept) *= from[d];
    }
  }
  const std::string& name = lowering.output_tensor(node).name;
  const TensorId map =
      network.require_axis(network.relayout(input, node, perm, {1, kept, 1, count}, name + "/map", ""), Axis::first);
  PoolParameters pool;
  pool.global = true;
  pool.window.kernel_w = count;
  pool.is_sum = !is_mean;
  const float scale = network.tensor(input).scale;
  const auto inner = std::make_shared<LayerValue>(name + "/pixel", node, Op::average_pool, std::vector<TensorId>{map},
                                                  NetworkBuilder::Output{{1, kept, 1, 1}, Axis::first, -1},
                                                  [pool, scale](const Quantization& y) {
                                                    PoolParameters scaled = pool;
                                                    scaled.multiplier = scale / y.scale;
                                                    return scaled;
                                                  });
  const auto move = [&node](Lowering& state, TensorId id, const Target& target) {
    NetworkBuilder& moved = state.network();
    const graph::Shape& to = state.output_tensor(node).shape;
    return moved.absorb_all(moved.relayout(id, node, {}, to, target.name, target.quantized_name), target.absorbed);
  };
  lowering.set_output(node, std::make_shared<MovedValue>(name, node, inner, false, move));
}

}  // namespace

void lower_reduce_mean(Lowering& lowering, const graph::Node& node) { lower_reduction(lowering, node, true); }
void lower_reduce_sum(Lowering& lowering, const graph::Node& node) { lower_reduction(lowering, node, false); }

}  // namespace intloom::quant
