#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "tests/unit/graph/graph_under_test.h"

namespace intloom::graph {
namespace {

std::string problem(const Graph& graph) {
  try {
    validate(graph);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "none";
}

TEST(Validate, AcceptsAGraph) { EXPECT_EQ(problem(relu_add()), "none"); }

TEST(Validate, AcceptsAnOutputThatIsAnInput) {
  Graph graph = relu_add();
  graph.outputs.push_back(0);
  EXPECT_EQ(problem(graph), "none");
}

TEST(Validate, WantsTopologicalOrder) {
  Graph graph = relu_add();
  std::swap(graph.nodes[0], graph.nodes[1]);
  EXPECT_EQ(problem(graph), "node 'add' (Add) reads 'y' before it is made");
}

TEST(Validate, WantsUniqueNames) {
  Graph graph = relu_add();
  graph.tensors[2].name = "x";
  EXPECT_EQ(problem(graph), "tensor 'x' is defined twice");
  graph.tensors[2].name.clear();
  EXPECT_EQ(problem(graph), "a tensor has no name");
}

TEST(Validate, WantsOneOriginForATensor) {
  Graph graph = relu_add();
  graph.nodes[1].outputs = {2};
  EXPECT_THAT(problem(graph), testing::HasSubstr("tensor 'y' is made by node 'add' (Add) though it exists already"));
  graph = relu_add();
  graph.nodes[0].outputs = {1};
  EXPECT_THAT(problem(graph), testing::HasSubstr("tensor 'c' is made by node 'relu'"));
}

TEST(Validate, WantsEachOutputMade) {
  Graph graph = relu_add();
  graph.nodes.pop_back();
  EXPECT_EQ(problem(graph), "output 'z' is made by no node");
}

TEST(Validate, WantsIdsInRange) {
  Graph graph = relu_add();
  graph.nodes[1].inputs = {2, 4};
  EXPECT_EQ(problem(graph), "node 'add' (Add) names tensor 4 of 4");
  graph = relu_add();
  graph.outputs = {-1};
  EXPECT_EQ(problem(graph), "the list of outputs names tensor -1 of 4");
}

TEST(Validate, AcceptsAConstantKnownByItsShapeAlone) {
  Graph graph = relu_add();
  TensorData unknown = *graph.tensors[1].constant;
  unknown.bytes.clear();
  EXPECT_FALSE(unknown.has_values());
  graph.tensors[1].constant = std::make_shared<const TensorData>(unknown);
  EXPECT_EQ(problem(graph), "none");
  EXPECT_TRUE((TensorData{DataType::float32, {0, 4}, {}}).has_values());
}

TEST(Validate, WantsConstantsAsTheirTensorsSay) {
  Graph graph = relu_add();
  graph.tensors[1].shape = {5};
  EXPECT_EQ(problem(graph), "constant 'c' is declared float32 5 but holds float32 4");
  graph = relu_add();
  TensorData cut = *graph.tensors[1].constant;
  cut.bytes.pop_back();
  graph.tensors[1].constant = std::make_shared<const TensorData>(cut);
  EXPECT_EQ(problem(graph), "constant 'c' of shape 4 holds 15 bytes");
}

}  // namespace
}  // namespace intloom::graph
