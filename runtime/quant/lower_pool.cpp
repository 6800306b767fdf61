// MaxPool, AveragePool, GlobalAveragePool.
#include "runtime/quant/operators.h"
#include "runtime/quant/pool.h"
#include "runtime/quant/window.h"

namespace intloom::quant {
namespace {

PoolParameters pool_parameters(const Lowering& lowering, const graph::Node& node) {
  const std::vector<std::int64_t> kernel = node.ints_attribute("kernel_shape", {});
  if (kernel.empty()) fail(node, "kernel_shape is missing");
  PoolParameters pool;
  pool.window = read_window(node, lowering.input_tensor(node, 0).shape, lowering.output_tensor(node).shape, kernel);
  return pool;
}

bool has_padding(const WindowParameters& window) {
  return window.pads[0] > 0 || window.pads[1] > 0 || window.pads[2] > 0 || window.pads[3] > 0;
}

void check_padding(const graph::Node& node, const WindowParameters& window) {
  const std::int64_t reach_h = (window.kernel_h - 1) * window.dilation_h + 1;
  const std::int64_t reach_w = (window.kernel_w - 1) * window.dilation_w + 1;
  const auto& pads = window.pads;
  if (pads[0] < reach_h && pads[1] < reach_w && pads[2] < reach_h && pads[3] < reach_w) return;
  fail(node, "pads must be smaller than the kernel, else a window lies on padding alone");
}

TensorId max_pool(Lowering& lowering, const graph::Node& node, const PoolParameters& pool, TensorId input,
                  const Target& target) {
  Layer layer;
  layer.name = node.name;
  layer.onnx_op = node.op;
  layer.op = Op::max_pool;
  layer.inputs = {lowering.network().require_axis(input, Axis::first)};
  PoolParameters scaled = pool;
  scaled.multiplier = lowering.network().tensor(input).scale / target.quantization.scale;
  layer.parameters = scaled;
  return lowering.network().add_layer(std::move(layer), {lowering.output_tensor(node).shape, Axis::first, -1}, target);
}

std::shared_ptr<LayerValue> pool_value(Lowering& lowering, const graph::Node& node, TensorId x,
                                       const PoolParameters& pool) {
  NetworkBuilder& network = lowering.network();
  const graph::Tensor& output = lowering.output_tensor(node);
  const TensorId input = network.require_axis(x, Axis::first);
  return std::make_shared<LayerValue>(output.name, node, Op::average_pool, std::vector<TensorId>{input},
                                      NetworkBuilder::Output{output.shape, Axis::first, -1},
                                      [pool, scale = network.tensor(input).scale](const Quantization& y) {
                                        PoolParameters scaled = pool;
                                        scaled.multiplier = scale / y.scale;
                                        return scaled;
                                      });
}

void set_max_pool(Lowering& lowering, const graph::Node& node, const PoolParameters& pool) {
  set_moved(lowering, node, true, [&node, pool](Lowering& state, TensorId input, const Target& target) {
    return max_pool(state, node, pool, input, target);
  });
}

}  // namespace

void lower_max_pool(Lowering& lowering, const graph::Node& node) {
  if (node.outputs.size() > 1 && node.outputs[1] != graph::kNoTensor) {
    fail(node, "its second output (indices) is not supported");
  }
  const PoolParameters pool = pool_parameters(lowering, node);
  check_padding(node, pool.window);
  set_max_pool(lowering, node, pool);
}

void lower_global_max_pool(Lowering& lowering, const graph::Node& node) {
  const graph::Shape& from = lowering.input_tensor(node, 0).shape;
  check_map_rank(node, from);
  PoolParameters pool;
  pool.global = true;
  pool.window.kernel_h = from.size() == 4 ? from[2] : 1;
  pool.window.kernel_w = from.back();
  set_max_pool(lowering, node, pool);
}

std::shared_ptr<LayerValue> average_pool_value(Lowering& lowering, const graph::Node& node, TensorId x) {
  PoolParameters pool = pool_parameters(lowering, node);
  pool.count_padding = node.int_attribute("count_include_pad", 0) != 0 && has_padding(pool.window);
  if (pool.count_padding && ceil_mode_pads(node, pool.window)) {
    fail(node,
         "ceil_mode with count_include_pad is not supported where windows reach beyond the padding. Remedy: "
         "ceil_mode 0 with explicit pads, or count_include_pad 0");
  }
  if (!pool.count_padding) check_padding(node, pool.window);
  return pool_value(lowering, node, x, pool);
}

std::shared_ptr<LayerValue> global_average_pool_value(Lowering& lowering, const graph::Node& node, TensorId x) {
  const graph::Shape shape = lowering.network().tensor(x).shape;
  check_map_rank(node, shape);
  PoolParameters pool;
  pool.global = true;
  pool.window.kernel_h = shape.size() == 4 ? shape[2] : 1;
  pool.window.kernel_w = shape.back();
  return pool_value(lowering, node, x, pool);
}

void lower_average_pool(Lowering& lowering, const graph::Node& node) {
  lowering.set_output(node, average_pool_value(lowering, node, lowering.dequantized_input(node, 0)));
}

void lower_global_average_pool(Lowering& lowering, const graph::Node& node) {
  lowering.set_output(node, global_average_pool_value(lowering, node, lowering.dequantized_input(node, 0)));
}

}  // namespace intloom::quant
