// Graphs of a few nodes, for the float oracle's tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/reference/float_reference.h"

namespace intloom::reference {

template <class T>
graph::TensorData data_of(graph::DataType type, const graph::Shape& shape, const std::vector<T>& values) {
  graph::TensorData data = graph::make_tensor(type, shape);
  for (std::size_t i = 0; i < values.size(); ++i) data.as<T>()[i] = values[i];
  return data;
}

inline graph::TensorData int64(const std::vector<std::int64_t>& values) {
  return data_of(graph::DataType::int64, {static_cast<std::int64_t>(values.size())}, values);
}

inline graph::TensorData floats(const graph::Shape& shape, const std::vector<float>& values) {
  return data_of<float>(graph::DataType::float32, shape, values);
}

// Tensors come into being by name; a name that is empty is an absent input.
class GraphMaker {
 public:
  explicit GraphMaker(std::int64_t opset = 13) { graph_.opset = opset; }

  GraphMaker& input(const std::string& name, graph::TensorData data) {
    graph_.inputs.push_back(id(name));
    inputs_[name] = std::move(data);
    return *this;
  }
  GraphMaker& constant(const std::string& name, const graph::TensorData& data) {
    graph_.tensors[static_cast<std::size_t>(id(name))].constant = std::make_shared<const graph::TensorData>(data);
    return *this;
  }
  GraphMaker& domain(const std::string& name) {  // of the last node
    graph_.nodes.back().domain = name;
    return *this;
  }
  GraphMaker& node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                   std::map<std::string, graph::AttributeValue> attributes = {}) {
    graph::Node node;
    node.name = output + "_node";
    node.op = op;
    for (const std::string& name : inputs) node.inputs.push_back(name.empty() ? graph::kNoTensor : id(name));
    node.outputs.push_back(id(output));
    node.attributes = std::move(attributes);
    graph_.nodes.push_back(std::move(node));
    return *this;
  }
  // A further output of the last node.
  GraphMaker& also(const std::string& output) {
    const graph::TensorId made = id(output);
    graph_.nodes.back().outputs.push_back(made);
    return *this;
  }
  // The value of the last node's output, or of tensor `wanted`.
  FloatTensor run(std::string wanted = "") {
    if (wanted.empty()) wanted = graph_.tensor(graph_.nodes.back().outputs[0]).name;
    graph_.outputs = {graph_.nodes.back().outputs[0]};
    return run_float_reference(graph_, inputs_, {wanted}).at(wanted);
  }
  std::map<std::string, FloatTensor> run_all(const std::vector<std::string>& wanted) {
    graph_.outputs = {graph_.nodes.back().outputs[0]};
    return run_float_reference(graph_, inputs_, wanted);
  }
  graph::Graph& graph() { return graph_; }

 private:
  graph::TensorId id(const std::string& name) {
    const auto found = ids_.find(name);
    if (found != ids_.end()) return found->second;
    const auto made = static_cast<graph::TensorId>(graph_.tensors.size());
    graph::Tensor tensor;
    tensor.name = name;
    graph_.tensors.push_back(std::move(tensor));
    ids_[name] = made;
    return made;
  }

  graph::Graph graph_;
  std::map<std::string, graph::TensorId> ids_;
  std::map<std::string, graph::TensorData> inputs_;
};

using Attributes = std::map<std::string, graph::AttributeValue>;
using Floats = std::vector<float>;
using Integers = std::vector<std::int64_t>;

// One operator on x and constants; absent() stands for an input that is left out.
struct Case {
  std::string op;
  std::int64_t opset = 13;
  graph::TensorData x;
  std::vector<graph::TensorData> constants;
  Attributes attributes;
};
inline graph::TensorData absent() {
  graph::TensorData none;
  none.shape = {-1};
  return none;
}
inline FloatTensor run_case(const Case& one, const std::string& domain = "") {
  GraphMaker maker(one.opset);
  maker.input("x", one.x);
  std::vector<std::string> names{"x"};
  for (const graph::TensorData& constant : one.constants) {
    const bool given = constant.shape != graph::Shape{-1};
    names.push_back(given ? "c" + std::to_string(names.size()) : "");
    if (given) maker.constant(names.back(), constant);
  }
  return maker.node(one.op, names, "y", one.attributes).domain(domain).run();
}

// x of `shape` counts 1, 2, 3, ...
inline graph::TensorData counted(const graph::Shape& shape) {
  std::vector<float> values;
  for (std::int64_t i = 1; i <= graph::element_count(shape); ++i) values.push_back(static_cast<float>(i));
  return floats(shape, values);
}

// Shape, and every value within 1e-5 relative.
inline void expect_value(const FloatTensor& y, const graph::Shape& shape, const Floats& values) {
  EXPECT_EQ(y.shape, shape);
  ASSERT_EQ(y.values.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_NEAR(y.values[i], values[i], 1e-5F * std::max(1.0F, std::abs(values[i]))) << "element " << i;
  }
}

}  // namespace intloom::reference
