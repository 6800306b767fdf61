// Conv, 1-D and 2-D, grouped and depthwise.
#include "runtime/quant/operators.h"
#include "runtime/quant/weighted_operators.h"
#include "runtime/quant/window.h"

namespace intloom::quant {
namespace {

std::vector<std::int64_t> kernel_of(const graph::Node& node, const graph::Shape& weights) {
  std::vector<std::int64_t> kernel(weights.begin() + 2, weights.end());
  if (node.ints_attribute("kernel_shape", kernel) != kernel) {
    fail(node, "kernel_shape differs from the weights' shape {}", graph::to_string(weights));
  }
  return kernel;
}

void check_channels(const graph::Node& node, const graph::Shape& x, const graph::Shape& w, const graph::Shape& y,
                    std::int64_t groups) {
  if (groups < 1 || x[1] != w[1] * groups || w[0] % groups != 0 || y.size() < 2 || y[1] != w[0]) {
    fail(node, "group {} and weights {} do not fit input {} and output {}", groups, graph::to_string(w),
         graph::to_string(x), graph::to_string(y));
  }
}

}  // namespace

WeightedValue::Recipe conv_recipe(Lowering& lowering, const graph::Node& node, TensorId x, Weights weights) {
  const graph::Shape shape = lowering.network().tensor(x).shape;
  const graph::Shape& w = weights.constant->data->shape;
  const graph::Shape& y = lowering.output_tensor(node).shape;
  check_map_rank(node, shape);
  if (w.size() != shape.size()) {
    fail(node, "weights of shape {} do not fit an input of shape {}", graph::to_string(w), graph::to_string(shape));
  }
  WeightedValue::Recipe recipe;
  recipe.input = lowering.network().require_axis(x, Axis::first);
  recipe.shape.groups = node.int_attribute("group", 1);
  check_channels(node, shape, w, y, recipe.shape.groups);
  recipe.shape.channels = shape[1];
  recipe.shape.window = read_window(node, shape, y, kernel_of(node, w));
  recipe.input_scale = lowering.network().tensor(x).scale;
  recipe.output = {y, Axis::first, -1};
  recipe.weights = std::move(weights);
  recipe.ordered_weights = [data = recipe.weights.constant->data] {
    const std::int64_t size = data->size();
    if (data->type == graph::DataType::uint8) return std::vector<std::int16_t>(data->bytes.begin(), data->bytes.end());
    return std::vector<std::int16_t>(data->as<std::int8_t>(), data->as<std::int8_t>() + size);
  };
  return recipe;
}

void lower_conv(Lowering& lowering, const graph::Node& node) {
  if (lowering.input_tensor(node, 1).shape.size() < 3) {
    fail(node, "its weights '{}' have shape {}; supported are 1-D and 2-D", lowering.input_tensor(node, 1).name,
         graph::to_string(lowering.input_tensor(node, 1).shape));
  }
  const TensorId x = lowering.dequantized_input(node, 0);
  WeightedValue::Recipe recipe = conv_recipe(lowering, node, x, read_weights(lowering, node, 1, 0));
  if (Lowering::has_input(node, 2)) {
    recipe.bias = read_bias(node, lowering.input(node, 2), lowering.input_tensor(node, 2).name,
                            product_scales(recipe.input_scale, recipe.weights.scales), recipe.weights.output_channels);
  }
  lowering.set_output(node,
                      std::make_shared<WeightedValue>(lowering.output_tensor(node).name, node, std::move(recipe)));
}

}  // namespace intloom::quant
