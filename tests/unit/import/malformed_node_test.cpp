// Nodes that do not fit their operators or operands: the message names node, operator and shapes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::HasSubstr;
using Ints = std::vector<std::int64_t>;

SmallModel conv(const std::vector<Dim>& x, const Ints& w) {
  SmallModel model;
  model.input("x", x).floats("w", w).output("y");
  model.node("Conv", {"x", "w"}, {"y"}, "conv");
  return model;
}

onnx::NodeProto& first_node(SmallModel& model) { return *model.proto.mutable_graph()->mutable_node(0); }

TEST(MalformedConv, AcceptsOneThatFits) { EXPECT_EQ(conv({1, 3, 8, 8}, {4, 3, 3, 3}).error(), "none"); }

TEST(MalformedConv, ChannelsMustMatch) {
  EXPECT_EQ(conv({1, 3, 8, 8}, {4, 2, 3, 3}).error(),
            "node 'conv' (Conv): input 1x3x8x8 has 3 channels, weights 4x2x3x3 in 1 groups need 2 (inputs: float32 "
            "1x3x8x8, float32 4x2x3x3)");
}

TEST(MalformedConv, GroupsMustDivide) {
  SmallModel model = conv({1, 4, 8, 8}, {3, 2, 3, 3});
  set(first_node(model), "group", std::int64_t{2});
  EXPECT_THAT(model.error(), HasSubstr("weights 3x2x3x3 in 2 groups need 4"));
  SmallModel zero = conv({1, 4, 8, 8}, {4, 4, 3, 3});
  set(first_node(zero), "group", std::int64_t{0});
  EXPECT_THAT(zero.error(), HasSubstr("in 0 groups"));
}

TEST(MalformedConv, RanksMustMatch) {
  EXPECT_THAT(conv({1, 3, 8}, {4, 3, 3, 3}).error(), HasSubstr("must have the same rank, 3 or more"));
  EXPECT_THAT(conv({1, 3}, {4, 3}).error(), HasSubstr("must have the same rank, 3 or more"));
}

TEST(MalformedConv, KernelShapeMustBeThatOfTheWeights) {
  SmallModel model = conv({1, 3, 8, 8}, {4, 3, 3, 3});
  set(first_node(model), "kernel_shape", Ints{5, 5});
  EXPECT_THAT(model.error(), HasSubstr("attribute 'kernel_shape' is [5, 5], the weights are 4x3x3x3"));
}

TEST(MalformedConv, WindowMustFitTheInput) {
  EXPECT_THAT(conv({1, 3, 8, 2}, {4, 3, 3, 3}).error(), HasSubstr("a window of 3 does not fit the padded input of 2"));
  SmallModel dilated = conv({1, 3, 8, 8}, {4, 3, 3, 3});
  set(first_node(dilated), "dilations", Ints{4, 4});
  EXPECT_THAT(dilated.error(), HasSubstr("a window of 9 does not fit the padded input of 8"));
}

TEST(MalformedConv, BiasMustBeOneAChannel) {
  SmallModel model = conv({1, 3, 8, 8}, {4, 3, 3, 3});
  model.floats("b", {3});
  first_node(model).add_input("b");
  EXPECT_THAT(model.error(), HasSubstr("the bias is 3, weights 4x3x3x3 need 4"));
}

struct BadAttribute {
  const char* name;
  Ints values;
  const char* message;
};

class MalformedWindow : public testing::TestWithParam<BadAttribute> {};

TEST_P(MalformedWindow, IsRefused) {
  SmallModel model = conv({1, 3, 8, 8}, {4, 3, 3, 3});
  set(first_node(model), GetParam().name, GetParam().values);
  EXPECT_THAT(model.error(), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Attributes, MalformedWindow,
    testing::Values(BadAttribute{"strides", {0, 1}, "attribute 'strides' is [0, 1]; its values are 1 or more"},
                    BadAttribute{"strides", {1}, "attribute 'strides' has 1 values, 2 are needed"},
                    BadAttribute{"dilations", {1, -1}, "attribute 'dilations' is [1, -1]; its values are 1 or more"},
                    BadAttribute{"pads", {0, 0, 0, -1}, "attribute 'pads' is [0, 0, 0, -1]; its values are 0 or more"},
                    BadAttribute{"pads", {1, 1}, "attribute 'pads' has 2 values, 4 are needed"},
                    BadAttribute{
                        "pads", {std::int64_t{1} << 62, 0, 0, 0}, "attribute 'pads' is [4611686018427387904"}));

TEST(MalformedNode, WithTooFewInputs) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Add", {"x"}, {"y"}, "add");
  EXPECT_THAT(model.error(), HasSubstr("node 'add' (Add): it has 1 inputs, 2 to 2 are allowed"));
}

TEST(MalformedNode, WithTooManyOutputs) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  model.node("Relu", {"x"}, {"y", "z"}, "relu");
  EXPECT_THAT(model.error(), HasSubstr("it has 2 outputs, 1 to 1 are allowed"));
}

TEST(MalformedNode, WithAnAbsentInputThatIsNotOptional) {
  SmallModel model;
  model.floats("w", {4, 3, 3, 3}).output("y");
  model.node("Conv", {"", "w"}, {"y"}, "conv");
  EXPECT_THAT(model.error(), HasSubstr("its input 0 (X) is absent, but not optional"));
}

TEST(MalformedNode, WithoutOutputs) {
  SmallModel model;
  model.input("x", {1, 4}).output("x");
  model.node("Relu", {"x"}, {}, "relu");
  EXPECT_EQ(model.error(), "node 'relu' (Relu) has no outputs");
}

TEST(MalformedNode, WithAnAttributeOfAnotherKind) {
  SmallModel model = conv({1, 3, 8, 8}, {4, 3, 3, 3});
  set(first_node(model), "strides", std::int64_t{2});
  EXPECT_THAT(model.error(), HasSubstr("attribute 'strides' is of kind INT, expected INTS"));
}

TEST(MalformedNode, WithoutARequiredAttribute) {
  SmallModel model;
  model.input("a", {1, 4}).input("b", {1, 4}).output("y");
  model.node("Concat", {"a", "b"}, {"y"}, "concat");
  EXPECT_THAT(model.error(), HasSubstr("its attribute 'axis' is missing"));
}

TEST(MalformedNode, WithAnAttributeTwice) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  auto& node = model.node("LeakyRelu", {"x"}, {"y"}, "leaky");
  for (int i = 0; i < 2; ++i) {
    auto& alpha = *node.add_attribute();
    alpha.set_name("alpha");
    alpha.set_type(onnx::AttributeProto::FLOAT);
  }
  EXPECT_EQ(model.error(), "node 'leaky' (LeakyRelu): attribute 'alpha' is given twice");
}

TEST(MalformedNode, OfTypesThatDoNotMatch) {
  SmallModel model;
  model.input("x", {1, 4}).bytes("w", {4}, onnx::TensorProto::INT32).output("y");
  model.node("Add", {"x", "w"}, {"y"}, "add");
  EXPECT_THAT(model.error(), testing::AllOf(HasSubstr("node 'add' (Add): "), HasSubstr("inconsistent type"),
                                            HasSubstr("(inputs: float32 1x4, int32 4)")));
}

TEST(MalformedNode, OfShapesThatDoNotBroadcast) {
  SmallModel model;
  model.input("x", {1, 4}).floats("w", {3}).output("y");
  model.node("Add", {"x", "w"}, {"y"}, "add");
  EXPECT_THAT(model.error(),
              testing::AllOf(HasSubstr("node 'add' (Add): "), HasSubstr("(inputs: float32 1x4, float32 3)"),
                             testing::Not(HasSubstr("ShapeInferenceError"))));
}

TEST(MalformedNode, GemmOfMatricesThatDoNotFit) {
  SmallModel model, bias;
  model.input("a", {1, 4}).floats("b", {5, 3}).output("y");
  model.node("Gemm", {"a", "b"}, {"y"}, "gemm");
  EXPECT_THAT(model.error(), HasSubstr("A 1x4 and B 5x3 differ in the inner dimension"));
  bias.input("a", {1, 4}).floats("b", {4, 3}).floats("c", {4}).output("y");
  bias.node("Gemm", {"a", "b", "c"}, {"y"}, "gemm");
  EXPECT_THAT(bias.error(), HasSubstr("C is 4 and cannot be broadcast to 1x3"));
}

TEST(MalformedNode, ReshapeToAnotherNumberOfElements) {
  SmallModel model;
  model.input("x", {1, 12}).integers("target", {1, 5}).output("y");
  model.node("Reshape", {"x", "target"}, {"y"}, "view");
  EXPECT_EQ(model.error(), "node 'view' (Reshape): 1x12 of 12 elements cannot become 1x5 of 5");
}

TEST(MalformedNode, AxisOutsideTheRank) {
  SmallModel model;
  model.input("a", {1, 4}).input("b", {1, 4}).output("y");
  set(model.node("Concat", {"a", "b"}, {"y"}, "concat"), "axis", std::int64_t{2});
  EXPECT_THAT(model.error(), HasSubstr("attribute 'axis' is 2, outside an input of rank 2"));
}

TEST(MalformedNode, TransposeByNoPermutation) {
  for (const Ints& perm : {Ints{0, 1, 1}, Ints{0, 1, 3}, Ints{0, 1}, Ints{-1, 0, 1}}) {
    SmallModel model;
    model.input("x", {1, 4, 3}).output("y");
    set(model.node("Transpose", {"x"}, {"y"}, "transpose"), "perm", perm);
    EXPECT_THAT(model.error(), HasSubstr("no permutation of 3 dimensions"));
  }
}

TEST(MalformedNode, PoolWithoutSpatialDimensions) {
  SmallModel model;
  model.input("x", {1, 4}).output("y");
  set(model.node("MaxPool", {"x"}, {"y"}, "pool"), "kernel_shape", Ints{2, 2});
  EXPECT_THAT(model.error(), HasSubstr("an input of shape 1x4 has no spatial dimensions"));
}

TEST(MalformedNode, ConstantWithoutAValueOrOfText) {
  SmallModel none, text;
  SmallModel two;
  two.output("z").node("Constant", {}, {"y", "z"}, "c");
  EXPECT_EQ(two.error(), "node 'c' (Constant) has 2 outputs");
  none.output("y");
  none.node("Constant", {}, {"y"}, "c");
  EXPECT_EQ(none.error(), "node 'c' (Constant) has 0 attributes; a Constant has one value");
  text.output("y");
  auto& attribute = *text.node("Constant", {}, {"y"}, "c").add_attribute();
  attribute.set_name("value_string");
  attribute.set_type(onnx::AttributeProto::STRING);
  EXPECT_EQ(text.error(), "node 'c' (Constant): a constant given by 'value_string' cannot be read");
}

TEST(NewerOperators, ThatThePackageDoesNotKnowAreRefusedNotMisread) {
  SmallModel model(23);
  model.input("x", {1, 4}).output("y");
  set(model.node("Relu", {"x"}, {"y"}, "relu"), "slope_of_opset_99", std::int64_t{1});
  // Opset 23 is newer than what the packages of Debian 12 (17) and 13 (22) know.
  EXPECT_THAT(model.error(), HasSubstr("attribute 'slope_of_opset_99' of opset 23 cannot be read: the installed onnx "
                                       "package knows opsets up to "));
}

TEST(OlderOperators, WithTheBroadcastOfOpset6AreRefused) {
  SmallModel model(6);
  model.input("x", {1, 4, 2}).floats("w", {4}).output("y", {1, 4, 2});
  auto& node = model.node("Add", {"x", "w"}, {"y"}, "add");
  set(node, "broadcast", std::int64_t{1});
  set(node, "axis", std::int64_t{1});
  EXPECT_THAT(model.error(), HasSubstr("node 'add' (Add): attribute 'broadcast' has rules of opset 6"));
}

TEST(OlderOperators, MayCarryAttributesWithoutMeaning) {
  SmallModel model(11);
  model.input("x", {1, 4}).output("y");
  set(model.node("Relu", {"x"}, {"y"}, "relu"), "axis", std::int64_t{1});
  EXPECT_EQ(model.error(), "none");
}

}  // namespace
}  // namespace intloom::graph
