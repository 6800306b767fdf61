// Nodes without effect on values, and constants.
#include <cmath>

#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

// ONNX TensorProto.DataType numbers, as the attribute `to` of Cast holds them.
std::optional<graph::DataType> data_type_of(std::int64_t onnx_type) {
  switch (onnx_type) {
    case 1:
      return graph::DataType::float32;
    case 2:
      return graph::DataType::uint8;
    case 3:
      return graph::DataType::int8;
    case 6:
      return graph::DataType::int32;
    case 7:
      return graph::DataType::int64;
    case 9:
      return graph::DataType::boolean;
    default:
      return std::nullopt;
  }
}

void pass_through(Lowering& lowering, const graph::Node& node) {
  Value value = lowering.input(node, 0);
  if (const auto* real = std::get_if<FloatPtr>(&value)) (*real)->absorb(lowering, node.name);
  if (const auto* integers = std::get_if<IntegerTensor>(&value)) lowering.network().absorb(integers->id, node.name);
  lowering.set_output(node, std::move(value));
}

template <class T>
void convert(const graph::TensorData& from, graph::TensorData& to) {
  const bool is_float = from.type == graph::DataType::float32;
  for (std::int64_t i = 0; i < from.size(); ++i) {
    to.as<T>()[i] =
        is_float ? static_cast<T>(graph::element_as_double(from, i)) : static_cast<T>(graph::element_as_int(from, i));
  }
}

graph::TensorData cast_constant(const graph::Node& node, const graph::TensorData& from, graph::DataType type) {
  graph::TensorData to = graph::make_tensor(type, from.shape);
  switch (type) {
    case graph::DataType::float32:
      convert<float>(from, to);
      break;
    case graph::DataType::int8:
      convert<std::int8_t>(from, to);
      break;
    case graph::DataType::uint8:
      convert<std::uint8_t>(from, to);
      break;
    case graph::DataType::int32:
      convert<std::int32_t>(from, to);
      break;
    case graph::DataType::int64:
      convert<std::int64_t>(from, to);
      break;
    case graph::DataType::boolean:
      fail(node, "a constant is cast to boolean, which nothing here reads");
  }
  return to;
}

template <class T>
ConstantPtr make_constant(graph::DataType type, const graph::Shape& shape, const std::vector<T>& values) {
  auto data = std::make_shared<graph::TensorData>(graph::make_tensor(type, shape));
  for (std::size_t i = 0; i < values.size(); ++i) data->as<T>()[i] = values[i];
  return data;
}

ConstantPtr constant_of(const graph::Node& node) {
  for (const auto& [key, value] : node.attributes) {
    if (key == "value") {
      if (const auto* data = std::get_if<std::shared_ptr<const graph::TensorData>>(&value)) return *data;
    } else if (key == "value_float") {
      return make_constant<float>(graph::DataType::float32, {}, {node.float_attribute(key, 0)});
    } else if (key == "value_int") {
      return make_constant<std::int64_t>(graph::DataType::int64, {}, {node.int_attribute(key, 0)});
    } else if (const auto* floats = std::get_if<std::vector<float>>(&value)) {
      return make_constant(graph::DataType::float32, {static_cast<std::int64_t>(floats->size())}, *floats);
    } else if (const auto* ints = std::get_if<std::vector<std::int64_t>>(&value)) {
      return make_constant(graph::DataType::int64, {static_cast<std::int64_t>(ints->size())}, *ints);
    }
  }
  fail(node, "it has none of the attributes value, value_float, value_floats, value_int, value_ints");
}

}  // namespace

void lower_identity(Lowering& lowering, const graph::Node& node) { pass_through(lowering, node); }

void lower_cast(Lowering& lowering, const graph::Node& node) {
  const graph::DataType from = lowering.input_tensor(node, 0).type;
  const std::optional<graph::DataType> to = data_type_of(node.int_attribute("to", 0));
  if (to == from) return pass_through(lowering, node);
  const auto* constant = std::get_if<ConstantPtr>(&lowering.input(node, 0));
  if (constant != nullptr && to) {
    lowering.set_output(node, std::make_shared<const graph::TensorData>(cast_constant(node, **constant, *to)));
    return;
  }
  fail(node,
       "it casts {} to {}; only a Cast to the same type can be folded. Remedy: use QuantizeLinear and "
       "DequantizeLinear for changes of type",
       graph::data_type_name(from),
       to ? std::string(graph::data_type_name(*to)) : fmt::format("ONNX type {}", node.int_attribute("to", 0)));
}

void lower_constant(Lowering& lowering, const graph::Node& node) { lowering.set_output(node, constant_of(node)); }

}  // namespace intloom::quant
