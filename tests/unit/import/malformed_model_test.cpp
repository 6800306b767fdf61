// Models that are no models: each is a ModelError that names file and place, never a crash.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "runtime/import/import_onnx.h"
#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;

SmallModel relu() {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"y"}, "relu");
  return model;
}

TEST(MalformedFile, ThatIsNotThere) {
  try {
    import_onnx("/no/such/model.onnx");
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_STREQ(error.what(), "/no/such/model.onnx: No such file or directory");
  }
}

TEST(MalformedFile, ThatIsAFolder) {
  try {
    import_onnx(testing::TempDir());
    FAIL();
  } catch (const ModelError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is a folder, not a file"));
  }
}

TEST(MalformedFile, ThatIsEmpty) { EXPECT_EQ(import_error(""), "the file is empty"); }

TEST(MalformedFile, OfAnotherFormat) {
  EXPECT_EQ(import_error("name: value\nlist: [1, 2]\n"),
            "not an ONNX model, or a truncated one: protobuf cannot parse it");
  EXPECT_THAT(import_error(onnx::TensorProto().SerializeAsString() + std::string("\x10\x01", 2)), HasSubstr("no"));
}

TEST(MalformedFile, ThatIsTruncated) {
  const std::string bytes = relu().proto.SerializeAsString();
  EXPECT_THAT(import_error(bytes.substr(0, bytes.size() / 2)), HasSubstr("truncated"));
}

TEST(MalformedFile, SaysNothingOnStandardError) {
  testing::internal::CaptureStderr();
  import_error(relu().proto.SerializeAsString().substr(0, 20));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(MalformedModel, WithoutAGraph) {
  SmallModel model;
  model.proto.clear_graph();
  EXPECT_EQ(model.error(), "not an ONNX model: it holds no graph");
}

TEST(MalformedModel, OfAnUnknownOpset) {
  SmallModel old = relu(), future = relu(), none = relu();
  old.proto.mutable_opset_import(0)->set_version(-6);
  EXPECT_EQ(old.error(), "opset -6 is not among 1..23: export the model with another opset_version");
  future.proto.mutable_opset_import(0)->set_version(24);
  EXPECT_THAT(future.error(), HasSubstr("opset 24 is not among 1..23"));
  none.proto.clear_opset_import();
  EXPECT_THAT(none.error(), HasSubstr("imports no version of the operator set ai.onnx"));
}

TEST(MalformedModel, WithoutOutputs) {
  SmallModel model = relu();
  model.proto.mutable_graph()->clear_output();
  EXPECT_EQ(model.error(), "the model has no outputs");
}

TEST(MalformedModel, WithAnOutputThatNothingMakes) {
  SmallModel model = relu();
  model.output("z");
  EXPECT_EQ(model.error(), "output 'z' is made by no node");
}

TEST(MalformedModel, WithAMissingTensor) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Add", {"x", "bias"}, {"y"}, "add");
  EXPECT_EQ(model.error(), "node 'add' (Add) reads 'bias', which is no input, no initializer and made by no node");
}

TEST(MalformedModel, WithACycle) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Add", {"x", "c"}, {"a"}, "first");
  model.node("Relu", {"a"}, {"b"}, "second");
  model.node("Relu", {"b"}, {"c"}, "third");
  model.node("Relu", {"c"}, {"y"}, "behind");
  EXPECT_THAT(model.error(), testing::MatchesRegex("the graph has a cycle through node '(first|second|third)' .*"));
}

TEST(MalformedModel, WhoseNodeReadsItsOwnOutput) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Add", {"x", "y"}, {"y"}, "self");
  EXPECT_EQ(model.error(), "the graph has a cycle through node 'self' (Add)");
}

TEST(MalformedModel, WithATensorMadeTwice) {
  SmallModel model = relu();
  model.node("Relu", {"x"}, {"y"}, "again");
  EXPECT_EQ(model.error(), "tensor 'y' is made by node 'relu' (Relu) and by node 'again' (Relu)");
}

TEST(MalformedModel, WithANodeThatMakesAnInput) {
  SmallModel model = relu();
  model.node("Relu", {"y"}, {"x"}, "back");
  EXPECT_EQ(model.error(), "tensor 'x' is made by node 'back' (Relu) though it is an input or initializer");
}

TEST(MalformedModel, WithNamesThatAreThereTwice) {
  SmallModel inputs = relu(), initializers = relu(), outputs = relu();
  inputs.input("x", {1, 4});
  EXPECT_EQ(inputs.error(), "input 'x' is there twice");
  initializers.floats("w", {4}).floats("w", {4});
  EXPECT_EQ(initializers.error(), "initializer 'w' is there twice");
  outputs.output("y");
  EXPECT_EQ(outputs.error(), "output 'y' is there twice");
}

TEST(MalformedModel, WithNegativeOrZeroDimensions) {
  SmallModel model;
  model.input("x", {1, -4}).output("y");
  model.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(model.error(), "input 'x' has the dimension -4");
  SmallModel zero;
  zero.input("x", {1, 0}).output("y");
  zero.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(zero.error(), "input 'x' has the dimension 0");
  SmallModel weight = relu();
  auto& tensor = *weight.floats("w", {}).proto.mutable_graph()->mutable_initializer(0);
  tensor.add_dims(-2);
  weight.node("Add", {"y", "w"}, {"z"});
  EXPECT_EQ(weight.error(), "initializer 'w' has the negative dimension -2");
}

TEST(MalformedModel, WithAHugeShapeIsRefusedNotAllocated) {
  SmallModel model = relu();
  auto& tensor = *model.floats("w", {}).proto.mutable_graph()->mutable_initializer(0);
  tensor.clear_float_data();
  tensor.add_dims(std::int64_t{1} << 20);
  tensor.add_dims(std::int64_t{1} << 20);
  model.node("Add", {"y", "w"}, {"z"});
  EXPECT_EQ(model.error(), "initializer 'w' of shape 1048576x1048576 has more than 2^31 elements");
}

TEST(MalformedModel, WithAHugeIntermediateTensor) {
  SmallModel model;
  model.input("x", {1, 1}).integers("target", {std::int64_t{1} << 20, std::int64_t{1} << 20}).output("y");
  model.node("Expand", {"x", "target"}, {"y"}, "expand");
  EXPECT_EQ(model.error(), "node 'expand' (Expand): output 'y' of shape 1048576x1048576 has more than 2^31 elements");
}

TEST(MalformedModel, WhoseInitializerHoldsTooLittle) {
  SmallModel model = relu();
  model.floats("w", {4}).node("Add", {"y", "w"}, {"z"});
  auto& tensor = *model.proto.mutable_graph()->mutable_initializer(0);
  tensor.mutable_float_data()->RemoveLast();
  EXPECT_EQ(model.error(), "initializer 'w' of shape 4 has 4 elements, its data 3");
  tensor.clear_float_data();
  tensor.set_raw_data("12345");
  EXPECT_EQ(model.error(), "initializer 'w' (float32 4) needs 16 bytes, the file holds 5");
}

TEST(MalformedModel, WithAnElementTypeThatCannotBeRead) {
  SmallModel input, weight = relu();
  input.input("x", {1, 4}, onnx::TensorProto::FLOAT16).output("y");
  input.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(
      input.error(),
      "input 'x' has element type float16; those that can be read are float32, int8, uint8, int32, int64 and bool");
  weight.bytes("w", {4}, onnx::TensorProto::INT16).node("Add", {"y", "w"}, {"z"});
  EXPECT_THAT(weight.error(), HasSubstr("initializer 'w' has element type int16;"));
  weight.proto.mutable_graph()->mutable_initializer(0)->set_data_type(99);
  EXPECT_THAT(weight.error(), HasSubstr("initializer 'w' has element type 99;"));
}

TEST(MalformedModel, WithAnIntermediateTypeThatCannotBeRead) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  set(model.node("Cast", {"x"}, {"y"}, "cast"), "to", std::int64_t{onnx::TensorProto::DOUBLE});
  EXPECT_THAT(model.error(), HasSubstr("node 'cast' (Cast): output 'y' has element type float64;"));
}

TEST(MalformedModel, WhoseInputIsNoTensor) {
  SmallModel model = relu();
  model.proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_sequence_type();
  EXPECT_EQ(model.error(), "input 'x' is no tensor");
}

TEST(MalformedModel, WhoseInputHasNoShape) {
  SmallModel model = relu();
  model.proto.mutable_graph()->mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
  EXPECT_EQ(model.error(), "input 'x' has no shape: export the model with shapes of its inputs");
}

TEST(MalformedModel, WhoseOutputIsDeclaredOtherwise) {
  SmallModel shape, type;
  shape.input("x", {1, 4}).output("y", {1, 5});
  shape.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(shape.error(), "output 'y' is declared 1x5, but is 1x4");
  type.input("x", {1, 4}).output("y", {1, 4}, onnx::TensorProto::INT8);
  type.node("Relu", {"x"}, {"y"});
  EXPECT_EQ(type.error(), "output 'y' is declared int8, but is float32");
}

TEST(MalformedModel, WithASubgraph) {
  SmallModel model;
  model.input("x", {}, onnx::TensorProto::BOOL).output("y");
  auto& branch = *model.node("If", {"x"}, {"y"}, "choose").add_attribute();
  branch.set_name("then_branch");
  branch.set_type(onnx::AttributeProto::GRAPH);
  branch.mutable_g()->set_name("then");
  EXPECT_EQ(
      model.error(),
      "node 'choose' (If) has the subgraph 'then_branch'; control flow (If, Loop, Scan) cannot run on the machine");
}

TEST(MalformedModel, WithASparseInitializer) {
  SmallModel model = relu();
  model.proto.mutable_graph()->add_sparse_initializer()->mutable_values()->set_name("w");
  EXPECT_EQ(model.error(), "initializer 'w' is sparse, which cannot be read");
}

TEST(MalformedModel, WithAnUnknownOperator) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Frobnicate", {"x"}, {"y"}, "frob", "com.example");
  EXPECT_EQ(
      model.error(),
      "node 'frob' (com.example:Frobnicate): no operator of that name is known in opset 13, and the model does not "
      "tell the shape of its output 'y'");
}

TEST(MalformedModel, WhoseShapesDependOnData) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("NonZero", {"x"}, {"y"}, "nonzero");
  EXPECT_EQ(
      model.error(),
      "node 'nonzero' (NonZero): output 'y': its dimension 1 depends on data, and shapes must be known before the "
      "run");
}

}  // namespace
}  // namespace intloom::graph
