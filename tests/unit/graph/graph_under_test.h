// x -> Relu -> y -> Add(y, c) -> z, by hand.
#pragma once

#include <memory>

#include "runtime/graph/graph.h"

namespace intloom::graph {

inline Graph relu_add() {
  Graph graph;
  graph.tensors = {
      {"x", DataType::float32, {1, 4}, nullptr},
      {"c", DataType::float32, {4}, std::make_shared<const TensorData>(make_tensor(DataType::float32, {4}))},
      {"y", DataType::float32, {1, 4}, nullptr},
      {"z", DataType::float32, {1, 4}, nullptr}};
  graph.inputs = {0};
  graph.outputs = {3};
  Node relu, add;
  relu.name = "relu";
  relu.op = "Relu";
  relu.inputs = {0};
  relu.outputs = {2};
  add.name = "add";
  add.op = "Add";
  add.inputs = {2, 1};
  add.outputs = {3};
  graph.nodes = {relu, add};
  return graph;
}

}  // namespace intloom::graph
