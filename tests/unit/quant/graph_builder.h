// Graphs by hand, one call a node, as an importer would hand them over.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/quantization.h"

namespace intloom::test {

using Attributes = std::map<std::string, graph::AttributeValue>;
using Ints = std::vector<std::int64_t>;

template <class T>
graph::DataType type_of();
template <>
inline graph::DataType type_of<float>() {
  return graph::DataType::float32;
}
template <>
inline graph::DataType type_of<std::int8_t>() {
  return graph::DataType::int8;
}
template <>
inline graph::DataType type_of<std::uint8_t>() {
  return graph::DataType::uint8;
}
template <>
inline graph::DataType type_of<std::int32_t>() {
  return graph::DataType::int32;
}
template <>
inline graph::DataType type_of<std::int64_t>() {
  return graph::DataType::int64;
}

class GraphBuilder {
 public:
  graph::Graph graph;

  graph::TensorId input(const std::string& name, const graph::Shape& shape,
                        graph::DataType type = graph::DataType::float32) {
    graph.inputs.push_back(tensor(name, type, shape));
    return graph.inputs.back();
  }

  template <class T>
  graph::TensorId constant(const std::string& name, const graph::Shape& shape, const std::vector<T>& values) {
    const graph::TensorId id = tensor(name, type_of<T>(), shape);
    graph::TensorData data = graph::make_tensor(type_of<T>(), shape);
    for (std::size_t i = 0; i < values.size(); ++i) data.as<T>()[i] = values[i];
    graph.tensors[static_cast<std::size_t>(id)].constant = std::make_shared<graph::TensorData>(std::move(data));
    return id;
  }

  template <class T>
  graph::TensorId filled(const std::string& name, const graph::Shape& shape, T value) {
    const auto count = static_cast<std::size_t>(graph::element_count(shape));
    return constant<T>(name, shape, std::vector<T>(count, value));
  }

  // A node named as its output.
  graph::TensorId node(const std::string& op, const std::string& name, const std::vector<graph::TensorId>& inputs,
                       const graph::Shape& shape, const Attributes& attributes = {},
                       graph::DataType type = graph::DataType::float32) {
    const graph::TensorId out = tensor(name, type, shape);
    graph.nodes.push_back({name, op, "", inputs, {out}, attributes});
    return out;
  }

  graph::TensorId quantize(graph::TensorId x, const quant::Quantization& q) {
    const std::string name = graph.tensor(x).name + "_q" + std::to_string(graph.nodes.size());
    const graph::Shape shape = graph.tensor(x).shape;
    return node("QuantizeLinear", name, {x, scale(name, q), zero_point(name, q)}, shape, {}, q.type);
  }

  graph::TensorId dequantize(graph::TensorId x, const quant::Quantization& q) {
    const std::string name = graph.tensor(x).name + "_dq" + std::to_string(graph.nodes.size());
    const graph::Shape shape = graph.tensor(x).shape;
    return node("DequantizeLinear", name, {x, scale(name, q), zero_point(name, q)}, shape);
  }

  graph::TensorId qdq(graph::TensorId x, const quant::Quantization& q) { return dequantize(quantize(x, q), q); }

  // A quantized model input.
  graph::TensorId activation(const std::string& name, const graph::Shape& shape, const quant::Quantization& q) {
    return qdq(input(name, shape), q);
  }

  // Dequantized int8 weights with one scale, all of one value.
  graph::TensorId weights(const std::string& name, const graph::Shape& shape, float weight_scale,
                          std::int8_t value = 1) {
    return dequantize(filled<std::int8_t>(name, shape, value), {graph::DataType::int8, weight_scale, 0});
  }

  // Weights with one scale an index of `axis`.
  graph::TensorId channel_weights(const std::string& name, const graph::Shape& shape, const std::vector<float>& scales,
                                  std::int64_t axis, const std::vector<std::int8_t>& zero_points = {}) {
    const auto count = static_cast<std::int64_t>(scales.size());
    const auto zeros = zero_points.empty() ? std::vector<std::int8_t>(scales.size(), 0) : zero_points;
    return node("DequantizeLinear", name + "_dq",
                {filled<std::int8_t>(name, shape, 1), constant<float>(name + "_scale", {count}, scales),
                 constant<std::int8_t>(name + "_zero_point", {count}, zeros)},
                shape, {{"axis", axis}});
  }

  void output(graph::TensorId id) { graph.outputs.push_back(id); }

 private:
  graph::TensorId tensor(const std::string& name, graph::DataType type, const graph::Shape& shape) {
    graph.tensors.push_back({name, type, shape, nullptr});
    return static_cast<graph::TensorId>(graph.tensors.size()) - 1;
  }
  graph::TensorId scale(const std::string& name, const quant::Quantization& q) {
    return constant<float>(name + "_scale", {}, {q.scale});
  }
  graph::TensorId zero_point(const std::string& name, const quant::Quantization& q) {
    if (q.type == graph::DataType::int8) {
      return constant<std::int8_t>(name + "_zero_point", {}, {static_cast<std::int8_t>(q.zero_point)});
    }
    return constant<std::uint8_t>(name + "_zero_point", {}, {static_cast<std::uint8_t>(q.zero_point)});
  }
};

inline quant::Quantization u8(float scale, std::int32_t zero_point) {
  return {graph::DataType::uint8, scale, zero_point};
}
inline quant::Quantization s8(float scale, std::int32_t zero_point) {
  return {graph::DataType::int8, scale, zero_point};
}

}  // namespace intloom::test
