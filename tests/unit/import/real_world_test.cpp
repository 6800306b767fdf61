// What exporters and quantizers really write, valid or nearly so, and is to be read without harm.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::ElementsAre;

TEST(RealWorld, InitializersListedAsInputsAreNoInputs) {
  SmallModel model;
  model.proto.set_ir_version(3);
  model.input("x", {1, 4}).input("w", {4}).floats("w", {4}).output("y");
  model.node("Add", {"x", "w"}, {"y"});
  const Graph graph = model.import();
  ASSERT_EQ(graph.inputs.size(), 1u);
  EXPECT_EQ(graph.tensor(graph.inputs[0]).name, "x");
  EXPECT_TRUE(graph.is_constant(graph.nodes[0].inputs[1]));
}

TEST(RealWorld, InitializersMustBeAsTheInputListSays) {
  SmallModel model;
  model.input("x", {1, 4}).input("w", {5}).floats("w", {4}).output("y");
  model.node("Add", {"x", "w"}, {"y"});
  EXPECT_EQ(model.error(), "input 'w' is declared 5, but is 4");
}

TEST(RealWorld, NamesMayHoldAnything) {
  SmallModel model;
  model.input("/in:0", {1, 4}).output("out@1.x/y z");
  model.node("Relu", {"/in:0"}, {"out@1.x/y z"}, "/model.0/act@2/Relu");
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].name, "/model.0/act@2/Relu");
  EXPECT_EQ(graph.tensor(graph.outputs[0]).name, "out@1.x/y z");
}

TEST(RealWorld, NodesWithoutNamesGetOneOfOperatorAndOutput) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"a"}, "");
  model.node("Relu", {"a"}, {"y"}, "");
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].name, "Relu_a");
  EXPECT_EQ(graph.nodes[1].name, "Relu_y");
}

TEST(RealWorld, NamesOfNodesAreMadeUnique) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"a"}, "act");
  model.node("Relu", {"a"}, {"y"}, "act");
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].name, "act");
  EXPECT_EQ(graph.nodes[1].name, "act_y");
}

TEST(RealWorld, ForeignOperatorSetsAreImportedWithoutHarm) {
  SmallModel model;
  model.import_domain("com.microsoft.nchwc", 1).import_domain("org.pytorch.aten", 1).import_domain("ai.onnx.ml", 99);
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(model.import().opset, 13);
}

TEST(RealWorld, TheStandardOperatorSetMayBeSpelledOut) {
  SmallModel model;
  model.proto.mutable_opset_import(0)->set_domain("ai.onnx");
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"y"}, "relu", "ai.onnx");
  EXPECT_EQ(model.import().nodes[0].domain, "");
}

TEST(RealWorld, ForeignOperatorsKeepDomainAndDeclaredShape) {
  SmallModel model;
  model.input("x", {"N", 4}).value_info("a", {"N", 9}).output("y");
  set(model.node("Frobnicate", {"x"}, {"a"}, "frob", "com.example"), "depth", std::int64_t{3});
  model.node("Relu", {"a"}, {"y"});
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].op, "Frobnicate");
  EXPECT_EQ(graph.nodes[0].domain, "com.example");
  EXPECT_EQ(graph.nodes[0].int_attribute("depth", 0), 3);
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{1, 9}));
}

TEST(RealWorld, NodesMayComeInAnyOrder) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"b"}, {"y"}, "third");
  model.node("Relu", {"x"}, {"a"}, "first");
  model.node("Relu", {"a"}, {"b"}, "second");
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].name, "first");
  EXPECT_EQ(graph.nodes[1].name, "second");
  EXPECT_EQ(graph.nodes[2].name, "third");
}

TEST(RealWorld, AnEmptyNameIsAnAbsentInput) {
  SmallModel model;
  model.input("x", {1, 1, 2, 2}).output("y");
  auto& scales = *model.floats("scales", {4}, 1.0f).proto.mutable_graph()->mutable_initializer(0);
  scales.set_float_data(3, 2.0f);
  model.node("Resize", {"x", "", "scales"}, {"y"}, "resize");
  const Graph graph = model.import();
  EXPECT_THAT(graph.nodes[0].inputs[1], kNoTensor);
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{1, 1, 2, 4}));
}

TEST(RealWorld, ConstantNodesBecomeConstants) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  auto& value = *model.node("Constant", {}, {"c"}, "const").add_attribute();
  value.set_name("value");
  value.set_type(onnx::AttributeProto::TENSOR);
  value.mutable_t()->set_data_type(onnx::TensorProto::FLOAT);
  value.mutable_t()->add_float_data(2.5f);
  model.node("Add", {"x", "c"}, {"y"});
  const Graph graph = model.import();
  ASSERT_EQ(graph.nodes.size(), 1u);
  EXPECT_EQ(element_as_double(*tensor_named(graph, "c").constant, 0), 2.5);
}

TEST(RealWorld, ConstantsOfNumbersAndLists) {
  SmallModel model;
  model.input("x", {1, 2}).output("y").output("z");
  auto& list = *model.node("Constant", {}, {"floats"}, "c1").add_attribute();
  list.set_name("value_floats");
  list.set_type(onnx::AttributeProto::FLOATS);
  list.add_floats(1.5f);
  list.add_floats(-2.0f);
  set(model.node("Constant", {}, {"ints"}, "c2"), "value_ints", std::vector<std::int64_t>{2, 1});
  model.node("Add", {"x", "floats"}, {"y"});
  model.node("Reshape", {"x", "ints"}, {"z"});
  const Graph graph = model.import();
  EXPECT_EQ(element_as_double(*tensor_named(graph, "floats").constant, 1), -2.0);
  EXPECT_EQ(tensor_named(graph, "z").shape, (Shape{2, 1}));
}

TEST(RealWorld, IdentityAndSameTypeCastStayNodes) {
  SmallModel model;
  model.input("x", {1, 4}).integers("i", {4, 1}).output("y");
  model.node("Identity", {"i"}, {"j"}, "copy");
  set(model.node("Cast", {"j"}, {"k"}, "cast"), "to", std::int64_t{onnx::TensorProto::INT64});
  model.node("Reshape", {"x", "k"}, {"y"}, "view");
  const Graph graph = model.import();
  ASSERT_EQ(graph.nodes.size(), 3u);
  EXPECT_FALSE(graph.is_constant(graph.nodes[2].inputs[1]));
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{4, 1}));  // seen through both
}

TEST(RealWorld, UnreadInitializersAreDropped) {
  SmallModel model;
  model.input("x", {1, 4}).floats("unread", {1000}).bytes("half", {4}, onnx::TensorProto::INT16).output("y");
  model.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(model.import().tensors.size(), 2u);
}

TEST(RealWorld, AnOutputMayBeAConstantOrAnInput) {
  SmallModel model;
  model.input("x", {1, 4}).floats("w", {3}).output("w").output("x");
  model.node("Relu", {"x"}, {"y"});
  const Graph graph = model.import();
  EXPECT_EQ(graph.tensor(graph.outputs[0]).name, "w");
  EXPECT_EQ(graph.outputs[1], graph.inputs[0]);
}

TEST(RealWorld, SmallTypesMayLieOneAnInt32) {
  SmallModel model;
  model.bytes("w", {3}, onnx::TensorProto::INT8, -5).floats("s", {}).output("y");
  model.node("DequantizeLinear", {"w", "s"}, {"y"});
  const Graph graph = model.import();
  EXPECT_EQ(element_as_int(*tensor_named(graph, "w").constant, 2), -5);
}

TEST(RealWorld, AttributesOfAllKindsAreKept) {
  SmallModel model;
  model.input("x", {1, 1, 4, 4}).output("y");
  auto& node = model.node("AveragePool", {"x"}, {"y"});
  set(node, "kernel_shape", std::vector<std::int64_t>{2, 2});
  set(node, "auto_pad", std::string("SAME_UPPER"));
  set(node, "count_include_pad", std::int64_t{1});
  const Graph graph = model.import();
  EXPECT_EQ(graph.nodes[0].string_attribute("auto_pad", ""), "SAME_UPPER");
  EXPECT_EQ(graph.nodes[0].int_attribute("count_include_pad", 0), 1);
  EXPECT_THAT(graph.nodes[0].ints_attribute("kernel_shape", {}), ElementsAre(2, 2));
  EXPECT_EQ(tensor_named(graph, "y").shape, (Shape{1, 1, 4, 4}));
}

TEST(RealWorld, OpsetsFromTenOnAreRead) {
  for (std::int64_t opset = 10; opset <= 23; ++opset) {
    SmallModel model(opset);
    model.input("x", {"N", 3, 8, 8}).floats("s", {}).bytes("z", {}, onnx::TensorProto::INT8).output("y");
    model.floats("w", {4, 3, 3, 3});
    model.node("QuantizeLinear", {"x", "s", "z"}, {"q"}, "q");
    model.node("DequantizeLinear", {"q", "s", "z"}, {"d"}, "dq");
    model.node("Conv", {"d", "w"}, {"c"}, "conv");
    model.node("Flatten", {"c"}, {"y"}, "flatten");
    EXPECT_EQ(tensor_named(model.import(), "y").shape, (Shape{1, 144})) << opset;
  }
}

}  // namespace
}  // namespace intloom::graph
