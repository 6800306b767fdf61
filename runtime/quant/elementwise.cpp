#include "runtime/quant/elementwise.h"

#include <algorithm>

namespace intloom::quant {
namespace {

constexpr std::size_t kMapRank = 4;  // up to it each dimension is the batch, channels, height or width

void check_broadcast(const graph::Node& node, const std::string& name, const graph::Shape& shape,
                     const graph::Shape& output) {
  bool fits = shape.size() <= output.size();
  for (std::size_t d = 0; fits && d < shape.size(); ++d) {
    const std::int64_t extent = shape[shape.size() - 1 - d];
    fits = extent == 1 || extent == output[output.size() - 1 - d];
  }
  if (!fits) {
    fail(node, "operand '{}' of shape {} does not broadcast to its output of shape {}", name, graph::to_string(shape),
         graph::to_string(output));
  }
}

graph::Shape with_rank(graph::Shape shape, std::size_t rank) {
  shape.insert(shape.begin(), rank - shape.size(), 1);
  return shape;
}

// Beyond rank 4 several dimensions share the height, which broadcasts as a whole or not at all.
QuantizedConstant expand(const QuantizedConstant& constant, const graph::Shape& output) {
  const graph::Shape shape = with_rank(constant.data->shape, output.size());
  auto data = std::make_shared<graph::TensorData>(graph::make_tensor(constant.data->type, output));
  for (std::int64_t i = 0; i < data->size(); ++i) {
    std::int64_t from = 0;
    for (std::size_t d = 0; d < output.size(); ++d) {
      const auto along = static_cast<std::int64_t>(index_along(output, static_cast<int>(d), i));
      from = from * shape[d] + (shape[d] == 1 ? 0 : along);
    }
    data->bytes[static_cast<std::size_t>(i)] = constant.data->bytes[static_cast<std::size_t>(from)];
  }
  QuantizedConstant expanded = constant;
  expanded.data = std::move(data);
  return expanded;
}

TensorId place_constant(Lowering& lowering, const std::string& name, const QuantizedConstantPtr& constant,
                        const graph::Shape& output) {
  NetworkBuilder& network = lowering.network();
  if (output.size() > kMapRank && constant->data->size() != 1) {
    return network.constant(name, expand(*constant, output), output);
  }
  return network.constant(name, *constant, with_rank(constant->data->shape, output.size()));
}

TensorId place(Lowering& lowering, const graph::Node& node, const Operand& operand, const std::string& name,
               const graph::Shape& output) {
  if (const auto* constant = std::get_if<QuantizedConstantPtr>(&operand)) {
    check_broadcast(node, name, (*constant)->data->shape, output);
    return place_constant(lowering, name, *constant, output);
  }
  const TensorId id = std::get<TensorId>(operand);
  const graph::Shape shape = lowering.network().tensor(id).shape;
  check_broadcast(node, name, shape, output);
  if (output.size() > kMapRank && shape != output && graph::element_count(shape) != 1) {
    fail(node, "operand '{}' broadcasts from shape {} to {}; beyond rank 4 only constants may", name,
         graph::to_string(shape), graph::to_string(output));
  }
  return lowering.network().expand_rank(id, node, output.size());
}

BinaryParameters binary_parameters(Op op, float scale_a, float scale_b, float scale_y) {
  if (op != Op::multiply) return {{scale_a / scale_y, scale_b / scale_y}};
  const float product = scale_a * scale_b;
  return {{product / scale_y, 1}};
}

}  // namespace

Operand constant_operand(const graph::Node& node, const std::string& name, const Value& value) {
  const auto* quantized = std::get_if<QuantizedConstantPtr>(&value);
  if (quantized != nullptr && (*quantized)->scales.size() == 1 &&
      graph::data_type_bytes((*quantized)->data->type) == 1) {
    return *quantized;
  }
  graph::TensorData real;
  if (quantized != nullptr) {
    real = graph::make_tensor(graph::DataType::float32, (*quantized)->data->shape);
    const std::vector<float> values = dequantize(**quantized);
    std::copy(values.begin(), values.end(), real.as<float>());
  } else {
    real = *std::get<ConstantPtr>(value);
  }
  std::optional<QuantizedConstant> exact = represent_exactly(real);
  if (exact) return std::make_shared<const QuantizedConstant>(std::move(*exact));
  fail(node,
       "its constant '{}' of shape {} is not int8 or uint8 with one scale, and no scale represents its values "
       "exactly. Remedy: quantize the constant too (quantize_static: '{}' in op_types_to_quantize, the node not in "
       "nodes_to_exclude, per tensor)",
       name, graph::to_string(real.shape), node.op);
}

std::shared_ptr<LayerValue> binary_value(Lowering& lowering, const graph::Node& node, Op op, const Operand& a,
                                         const std::string& a_name, const Operand& b, const std::string& b_name) {
  NetworkBuilder& network = lowering.network();
  const graph::Tensor& output = lowering.output_tensor(node);
  TensorId first = place(lowering, node, a, a_name, output.shape);
  TensorId second = place(lowering, node, b, b_name, output.shape);
  // The constant goes second, else the one that broadcasts.
  const bool first_constant = network.tensor(first).constant != nullptr;
  const bool second_constant = network.tensor(second).constant != nullptr;
  if (first_constant && second_constant) {
    fail(node,
         "both operands are constant. Remedy: fold constants before quantizing "
         "(onnxruntime.quantization.shape_inference.quant_pre_process)");
  }
  const bool second_larger =
      network.tensor(first).shape != output.shape && network.tensor(second).shape == output.shape;
  const bool commutes = op != Op::subtract;
  if (commutes && (first_constant || (!second_constant && second_larger))) std::swap(first, second);
  second = network.match_axis(first, second);
  const float scale_a = network.tensor(first).scale;
  const float scale_b = network.tensor(second).scale;
  return std::make_shared<LayerValue>(
      output.name, node, op, std::vector<TensorId>{first, second},
      NetworkBuilder::Output{output.shape, Axis::undecided, first_constant && !commutes ? second : first},
      [op, scale_a, scale_b](const Quantization& y) { return binary_parameters(op, scale_a, scale_b, y.scale); });
}

}  // namespace intloom::quant
