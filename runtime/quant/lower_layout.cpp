// Reshape, Flatten, Squeeze, Unsqueeze, Transpose: the same integers in another shape or order.
#include <algorithm>
#include <numeric>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

struct Layout {
  std::vector<int> perm;  // empty: identity
  graph::Shape shape;
};

// The axis that holds the per-channel scales after the move.
int moved_axis(const graph::Node& node, const QuantizedConstant& constant, const Layout& layout) {
  if (constant.scales.size() == 1) return 0;
  if (!layout.perm.empty()) {
    return static_cast<int>(std::find(layout.perm.begin(), layout.perm.end(), constant.axis) - layout.perm.begin());
  }
  const graph::Shape& from = constant.data->shape;
  const auto outer = [](const graph::Shape& shape, std::size_t axis) {
    return std::accumulate(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(axis), std::int64_t{1},
                           std::multiplies<>());
  };
  const auto old_axis = static_cast<std::size_t>(constant.axis);
  for (std::size_t axis = 0; axis < layout.shape.size(); ++axis) {
    const bool same_place = outer(layout.shape, axis) == outer(from, old_axis);
    if (same_place && layout.shape[axis] == from[old_axis]) return static_cast<int>(axis);
  }
  fail(node, "a constant with one scale a channel changes shape from {} to {}, which tears its channels apart",
       graph::to_string(from), graph::to_string(layout.shape));
}

TensorId move(Lowering& lowering, const graph::Node& node, const Layout& layout, TensorId input, const Target& target) {
  NetworkBuilder& network = lowering.network();
  const TensorId id = network.relayout(input, node, layout.perm, layout.shape, target.name, target.quantized_name);
  for (const std::string& absorbed : target.absorbed) network.absorb(id, absorbed);
  return id;
}

void move_layout(Lowering& lowering, const graph::Node& node, const Layout& layout) {
  const Value value = lowering.input(node, 0);
  const std::string& name = lowering.output_tensor(node).name;
  if (const auto* constant = std::get_if<ConstantPtr>(&value)) {
    lowering.set_output(node,
                        std::make_shared<const graph::TensorData>(relayout(**constant, layout.perm, layout.shape)));
  } else if (const auto* quantized = std::get_if<QuantizedConstantPtr>(&value)) {
    QuantizedConstant moved = **quantized;
    moved.axis = moved_axis(node, moved, layout);
    moved.data = std::make_shared<const graph::TensorData>(relayout(*moved.data, layout.perm, layout.shape));
    lowering.set_output(node, std::make_shared<const QuantizedConstant>(std::move(moved)));
  } else if (const auto* real = std::get_if<FloatPtr>(&value)) {
    const auto apply = [&node, layout](Lowering& state, TensorId input, const Target& target) {
      return move(state, node, layout, input, target);
    };
    lowering.set_output(node, std::make_shared<MovedValue>(name, node, *real, false, apply));
  } else {
    const TensorId input = lowering.integer_input(node, 0);
    lowering.set_output(node,
                        IntegerTensor{lowering.network().relayout(input, node, layout.perm, layout.shape, name, name)});
  }
}

}  // namespace

void lower_reshape(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  const graph::Shape& to = lowering.output_tensor(node).shape;
  if (graph::element_count(from) != graph::element_count(to)) {
    fail(node,
         "it makes shape {} of shape {}, which has another number of elements. Remedy: a Reshape to a fixed "
         "shape must keep the batch (its first dimension 0 or -1)",
         graph::to_string(to), graph::to_string(from));
  }
  move_layout(lowering, node, {{}, to});
}

void lower_transpose(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  const auto rank = static_cast<std::int64_t>(from.size());
  std::vector<std::int64_t> reversed(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) reversed[i] = rank - 1 - static_cast<std::int64_t>(i);
  const std::vector<std::int64_t> perm = node.ints_attribute("perm", reversed);
  std::vector<bool> seen(from.size(), false);
  Layout layout;
  for (const std::int64_t axis : perm) {
    if (axis < 0 || axis >= rank || seen[static_cast<std::size_t>(axis)]) {
      fail(node, "perm does not name each axis of shape {} once", graph::to_string(from));
    }
    seen[static_cast<std::size_t>(axis)] = true;
    layout.perm.push_back(static_cast<int>(axis));
    layout.shape.push_back(from[static_cast<std::size_t>(axis)]);
  }
  if (layout.perm.size() != from.size()) {
    fail(node, "perm has {} axes, its input shape {}", layout.perm.size(), graph::to_string(from));
  }
  move_layout(lowering, node, layout);
}

}  // namespace intloom::quant
