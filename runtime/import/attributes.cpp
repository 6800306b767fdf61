#include "runtime/import/attributes.h"

#include <fmt/format.h>

#include <cstring>

#include "runtime/import/tensor_proto.h"

namespace intloom::graph {
namespace {

template <class T, class Field>
std::vector<T> list(const Field& field) {
  return std::vector<T>(field.begin(), field.end());
}

AttributeValue take_attribute(onnx::AttributeProto& attribute, const std::string& folder, const std::string& what) {
  switch (attribute.type()) {
    case onnx::AttributeProto::INT:
      return attribute.i();
    case onnx::AttributeProto::FLOAT:
      return attribute.f();
    case onnx::AttributeProto::STRING:
      return attribute.s();
    case onnx::AttributeProto::INTS:
      return list<std::int64_t>(attribute.ints());
    case onnx::AttributeProto::FLOATS:
      return list<float>(attribute.floats());
    case onnx::AttributeProto::STRINGS:
      return list<std::string>(attribute.strings());
    case onnx::AttributeProto::TENSOR:
      return std::make_shared<const TensorData>(take_tensor(*attribute.mutable_t(), folder, what));
    case onnx::AttributeProto::GRAPH:
    case onnx::AttributeProto::GRAPHS:
      throw ModelError(fmt::format("{} is a subgraph; control flow (If, Loop, Scan) cannot run on the machine", what));
    default:
      throw ModelError(fmt::format("{} is of a kind ({}) that cannot be read", what,
                                   onnx::AttributeProto::AttributeType_Name(attribute.type())));
  }
}

template <class T>
TensorData tensor_of(DataType type, const Shape& shape, const std::vector<T>& values) {
  TensorData data = make_tensor(type, shape);
  if (!values.empty()) std::memcpy(data.bytes.data(), values.data(), data.bytes.size());
  return data;
}

}  // namespace

std::map<std::string, AttributeValue> take_attributes(onnx::NodeProto& node, const std::string& folder,
                                                      const std::string& what) {
  std::map<std::string, AttributeValue> attributes;
  for (auto& attribute : *node.mutable_attribute()) {
    const std::string name = fmt::format("{}: attribute '{}'", what, attribute.name());
    if (!attributes.emplace(attribute.name(), take_attribute(attribute, folder, name)).second) {
      throw ModelError(fmt::format("{} is given twice", name));
    }
  }
  return attributes;
}

TensorData take_constant(onnx::NodeProto& node, const std::string& folder, const std::string& what) {
  if (node.attribute_size() != 1) {
    throw ModelError(fmt::format("{} has {} attributes; a Constant has one value", what, node.attribute_size()));
  }
  auto& value = *node.mutable_attribute(0);
  const std::string& name = value.name();
  const auto count = [](const auto& field) { return Shape{field.size()}; };
  if (name == "value" && value.type() == onnx::AttributeProto::TENSOR) {
    return take_tensor(*value.mutable_t(), folder, what);
  }
  if (name == "value_float") return tensor_of<float>(DataType::float32, {}, {value.f()});
  if (name == "value_int") return tensor_of<std::int64_t>(DataType::int64, {}, {value.i()});
  if (name == "value_floats") {
    return tensor_of(DataType::float32, count(value.floats()), list<float>(value.floats()));
  }
  if (name == "value_ints") {
    return tensor_of(DataType::int64, count(value.ints()), list<std::int64_t>(value.ints()));
  }
  throw ModelError(fmt::format("{}: a constant given by '{}' cannot be read", what, name));
}

}  // namespace intloom::graph
