// The batch and symbolic dimensions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

SmallModel relu_of(const std::vector<Dim>& dims) {
  SmallModel model;
  model.input("x", dims).output("y");
  model.node("Relu", {"x"}, {"y"});
  return model;
}

TEST(Batch, SymbolicDimensionZeroBecomesOne) {
  const Graph graph = relu_of({"N", 3, 4}).import();
  EXPECT_EQ(graph.tensor(graph.inputs[0]).shape, (Shape{1, 3, 4}));
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 3, 4}));
  EXPECT_THAT(graph.batch_dims, ElementsAre(Pair("x", "N")));
  EXPECT_THAT(graph.symbolic_dims, ElementsAre(Pair("N", 1)));
}

TEST(Batch, UnnamedDimensionZeroBecomesOne) {
  EXPECT_THAT(relu_of({"", 3}).import().batch_dims, ElementsAre(Pair("x", "?")));
  EXPECT_THAT(relu_of({-1, 3}).import().batch_dims, ElementsAre(Pair("x", "?")));
}

TEST(Batch, FixedDimensionZeroBecomesOne) {
  const Graph graph = relu_of({8, 3}).import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 3}));
  EXPECT_THAT(graph.batch_dims, ElementsAre(Pair("x", "8")));
}

TEST(Batch, OneStaysAndIsNotMentioned) {
  const Graph graph = relu_of({1, 3}).import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 3}));
  EXPECT_THAT(graph.batch_dims, IsEmpty());
}

TEST(Batch, ScalarsHaveNone) {
  const Graph graph = relu_of({}).import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, Shape{});
  EXPECT_THAT(graph.batch_dims, IsEmpty());
}

TEST(Batch, OfSeveralInputsIsOneForAll) {
  SmallModel model;
  model.input("a", {4, 3}).input("b", {4, 3}).output("y");
  model.node("Add", {"a", "b"}, {"y"});
  const Graph graph = model.import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 3}));
  EXPECT_THAT(graph.batch_dims, ElementsAre(Pair("a", "4"), Pair("b", "4")));
}

TEST(Batch, BesideASymbolicOneAFixedDimensionStays) {
  SmallModel model;
  model.input("x", {"N", 3}).input("table", {5, 3}).output("y");
  model.node("Gemm", {"x", "table"}, {"y"});
  set(*model.proto.mutable_graph()->mutable_node(0), "transB", std::int64_t{1});
  const Graph graph = model.import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 5}));
  EXPECT_THAT(graph.batch_dims, ElementsAre(Pair("x", "N")));
}

TEST(Batch, BesideABatchOfOneAFixedDimensionStays) {
  SmallModel model;
  model.input("x", {1, 3}).input("table", {5, 3}).output("y");
  set(model.node("Gemm", {"x", "table"}, {"y"}), "transB", std::int64_t{1});
  EXPECT_EQ(tensor_named(model.import(), "y").shape, (Shape{1, 5}));
}

TEST(Batch, FixedOnesThatDifferAreRefused) {
  SmallModel model;
  model.input("a", {4, 3}).input("b", {2, 3}).output("y");
  model.node("Add", {"a", "b"}, {"y"});
  EXPECT_THAT(model.error(), HasSubstr("disagree about the batch: their first dimensions are 2, 4"));
}

TEST(Batch, DeclaredOutputsFollowIt) {
  SmallModel model;
  model.input("x", {8, 3}).output("y", {8, 3});
  model.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(tensor_named(model.import(), "y").shape, (Shape{1, 3}));
}

TEST(Batch, AReshapeThatWritesAFixedOneIsRefused) {
  SmallModel model;
  model.input("x", {8, 16}).output("y").integers("target", {8, -1});
  model.node("Reshape", {"x", "target"}, {"y"}, "view");
  EXPECT_EQ(
      model.error(),
      "node 'view' (Reshape) writes the batch of 8 into its shape, but a batch runs as so many inferences: export "
      "the model with batch 1 or a symbolic batch");
}

TEST(Batch, AFixedOneMustBeThatOfTheOutputs) {
  SmallModel gather, mean;
  gather.input("x", {5, 4}).integers("i", {0, 2, 1}).output("y", {3, 4});
  gather.node("Gather", {"x", "i"}, {"y"}, "gather");
  EXPECT_EQ(
      gather.error(),
      "output 'y' does not have the batch of 5 in its first dimension, as the inputs have; a batch runs as so many "
      "inferences: export the model with batch 1");
  mean.input("x", {5, 4}).output("y");
  set(mean.node("ReduceMean", {"x"}, {"y"}, "mean"), "keepdims", std::int64_t{0});
  EXPECT_THAT(mean.error(), HasSubstr("output 'y' does not have the batch of 5"));
}

TEST(Batch, IsNotForTheUserToSet) {
  EXPECT_EQ(
      relu_of({"N", 3}).error({{"N", 4}}),
      "--dim N=4: 'N' is the batch, which is 1 in every inference; give an input of 4 instead, it runs as so many "
      "inferences");
  EXPECT_EQ(relu_of({"N", 3}).error({{"N", 1}}), "none");
}

TEST(SymbolicDims, TakeTheUsersValue) {
  const Graph graph = relu_of({"N", "height", 4}).import({{"height", 12}});
  EXPECT_EQ(graph.tensor(graph.outputs[0]).shape, (Shape{1, 12, 4}));
  EXPECT_THAT(graph.symbolic_dims, ElementsAre(Pair("N", 1), Pair("height", 12)));
}

TEST(SymbolicDims, WithoutAValueNameTheOption) {
  EXPECT_EQ(relu_of({"N", 3, "height"}).error(),
            "input 'x': dimension 2 is symbolic, 'height': give its value with --dim 'height=N'");
}

TEST(SymbolicDims, WithoutANameAreCalledByPosition) {
  EXPECT_EQ(relu_of({"N", ""}).error(),
            "input 'x': dimension 1 is symbolic, 'x[1]': give its value with --dim 'x[1]=N'");
  EXPECT_EQ(tensor_named(relu_of({"N", ""}).import({{"x[1]", 7}}), "y").shape, (Shape{1, 7}));
}

TEST(SymbolicDims, ThatTheModelLacksAreRefused) {
  EXPECT_EQ(relu_of({"N", "height"}).error({{"hieght", 4}, {"height", 4}}),
            "--dim hieght=4: the model has no symbolic dimension of that name; it has N, height");
  EXPECT_EQ(relu_of({1, 3}).error({{"N", 4}}),
            "--dim N=4: the model has no symbolic dimension of that name; all its dimensions are fixed");
}

TEST(SymbolicDims, AreAtLeastOne) {
  EXPECT_EQ(relu_of({"N", "h"}).error({{"h", 0}}), "--dim h=0: a dimension is at least 1");
  EXPECT_EQ(relu_of({"N", "h"}).error({{"h", -5}}), "--dim h=-5: a dimension is at least 1");
}

TEST(SymbolicDims, TooLargeAreRefusedAndNotAllocated) {
  EXPECT_THAT(relu_of({"N", "h"}).error({{"h", std::int64_t{1} << 40}}), HasSubstr("has more than 2^31 elements"));
}

TEST(SymbolicDims, SharedByInputsHaveOneValue) {
  SmallModel model;
  model.input("a", {"N", "w"}).input("b", {"N", "w"}).output("y");
  model.node("Add", {"a", "b"}, {"y"});
  EXPECT_EQ(tensor_named(model.import({{"w", 6}}), "y").shape, (Shape{1, 6}));
}

TEST(Constants, TakeThePlaceOfAnInput) {
  SmallModel model;
  model.input("x", {4, 3}).input("b", {3}).output("y");
  model.node("Add", {"x", "b"}, {"y"});
  const Graph graph = model.import({}, {{"b", make_tensor(DataType::float32, {3})}});
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_TRUE(graph.is_constant(graph.nodes[0].inputs[1]));
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{1, 3}));
}

TEST(Constants, MustFitTheInput) {
  SmallModel model;
  model.input("x", {4, 3}).input("b", {3}).output("y");
  model.node("Add", {"x", "b"}, {"y"});
  EXPECT_EQ(model.error({}, {{"b", make_tensor(DataType::int8, {3})}}), "input 'b' is declared float32, but is int8");
  EXPECT_EQ(model.error({}, {{"b", make_tensor(DataType::float32, {4})}}), "input 'b' is declared 3, but is 4");
  EXPECT_EQ(model.error({}, {{"c", make_tensor(DataType::float32, {3})}}),
            "the model has no input 'c' to take a constant");
}

}  // namespace
}  // namespace intloom::graph
