// Graphs of a few nodes, for the float oracle's tests.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <utility>

#include "runtime/graph/graph.h"
#include "runtime/reference/float_reference.h"

namespace intloom::reference {

template <class T>
graph::TensorData data_of(graph::DataType type, const graph::Shape& shape, const std::vector<T>& values) {
  graph::TensorData data = graph::make_tensor(type, shape);
  for (std::size_t i = 0; i < values.size(); ++i) data.as<T>()[i] = values[i];
  return data;
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

}  // namespace intloom::reference
