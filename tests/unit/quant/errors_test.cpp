// What cannot be lowered: the message names node and operator, what was expected, and a remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::GraphBuilder;
using test::Ints;
using test::s8;
using test::u8;
using testing::AllOf;
using testing::HasSubstr;

std::string error_of(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  try {
    lower(builder.graph);
  } catch (const graph::ModelError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Errors, UnsupportedOperatorNamesNearestAndRemedy) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 6, 6}, u8(0.5F, 10));
  const auto y = b.node("PRelu", "act1", {x}, {1, 4, 6, 6});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'act1' (PRelu)"), HasSubstr("Nearest: Relu"), HasSubstr("docs/operators.md"),
                    HasSubstr("Remedy: train with Relu or Clip")));
}

TEST(Errors, ForeignDomain) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Relu", "r", {x}, {1, 4});
  b.graph.nodes.back().domain = "my.company";
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'r' (Relu): this operator of domain 'my.company'"));
}

TEST(Errors, FloatModelInput) {
  GraphBuilder b;
  const auto x = b.input("image", {1, 2, 4, 4});
  const auto y = b.node("Conv", "conv1", {x, b.weights("w", {3, 2, 1, 1}, 0.1F)}, {1, 3, 4, 4});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'conv1' (Conv): model input 'image' reaches it as float"), HasSubstr("Remedy")));
}

TEST(Errors, MissingQuantizeLinearBetween) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 4, 4}, u8(0.5F, 10));
  const auto y = b.node("Conv", "conv1", {x, b.weights("w", {3, 2, 1, 1}, 0.1F)}, {1, 3, 4, 4});
  const auto z = b.node("Conv", "conv2", {y, b.weights("w2", {3, 3, 1, 1}, 0.1F)}, {1, 3, 4, 4});
  EXPECT_THAT(error_of(b, b.qdq(z, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'conv2' (Conv): its input 'conv1' is a float value of node 'conv1' (Conv)"),
                    HasSubstr("op_types_to_quantize")));
}

TEST(Errors, MissingFinalQuantizeLinear) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 3}, 0.1F)}, {1, 3});
  EXPECT_THAT(error_of(b, y), AllOf(HasSubstr("model output 'fc': node 'fc' (Gemm) makes it as float"),
                                    HasSubstr("last QuantizeLinear is missing"), HasSubstr("Remedy")));
}

TEST(Errors, ClipThatIntegersCannotHold) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Clip", "clip", {x, graph::kNoTensor, b.constant<float>("max", {}, {1.3F})}, {1, 4});
  EXPECT_THAT(error_of(b, y), HasSubstr("model output 'clip': node 'clip' (Clip) makes it as float"));
}

TEST(Errors, FloatWeights) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 4, 4}, u8(0.5F, 10));
  const auto y = b.node("Conv", "conv1", {x, b.filled<float>("w", {3, 2, 1, 1}, 0.1F)}, {1, 3, 4, 4});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'conv1' (Conv): its weights 'w' are float"), HasSubstr("Remedy")));
}

TEST(Errors, WeightsAtRunTime) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 4, 4}, u8(0.5F, 10));
  const auto w = b.activation("w", {3, 2, 1, 1}, s8(0.5F, 0));
  const auto y = b.node("Conv", "conv1", {x, w}, {1, 3, 4, 4});
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'conv1' (Conv): its weights 'w_q"));
}

TEST(Errors, ProductOfTwoActivations) {
  GraphBuilder b;
  const auto x = b.activation("q", {1, 4, 8}, u8(0.5F, 10));
  const auto y = b.activation("k", {1, 8, 4}, u8(0.5F, 10));
  const auto z = b.node("MatMul", "scores", {x, y}, {1, 4, 4});
  EXPECT_THAT(error_of(b, z), HasSubstr("node 'scores' (MatMul): it multiplies two activations"));
}

TEST(Errors, WeightZeroPointsThatDiffer) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 1, 4, 4}, u8(0.5F, 10));
  const auto w = b.channel_weights("w", {2, 1, 1, 1}, {0.1F, 0.2F}, 0, {3, 4});
  EXPECT_THAT(error_of(b, b.node("Conv", "conv1", {x, w}, {1, 2, 4, 4})),
              AllOf(HasSubstr("node 'conv1' (Conv): its weights 'w_dq' have different zero points"),
                    HasSubstr("WeightSymmetric")));
}

TEST(Errors, ScalesAlongTheSummedAxis) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2}, u8(0.5F, 10));
  const auto w = b.channel_weights("w", {2, 3}, {0.1F, 0.2F}, 0);
  EXPECT_THAT(error_of(b, b.node("Gemm", "fc", {x, w}, {1, 3})),
              AllOf(HasSubstr("node 'fc' (Gemm): its weights 'w_dq' have one scale an index of axis 0"),
                    HasSubstr("output channels (axis 1)")));
}

TEST(Errors, ActivationPerChannel) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 2, 4, 4});
  const auto q = b.node("QuantizeLinear", "x_q",
                        {x, b.constant<float>("s", {2}, {0.1F, 0.2F}), b.constant<std::uint8_t>("z", {2}, {1, 2})},
                        {1, 2, 4, 4}, {}, graph::DataType::uint8);
  EXPECT_THAT(error_of(b, q), AllOf(HasSubstr("node 'x_q' (QuantizeLinear): an activation has 2 scales ('s')"),
                                    HasSubstr("per tensor")));
}

TEST(Errors, ScaleOfZero) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4});
  EXPECT_THAT(error_of(b, b.quantize(x, u8(0, 10))), HasSubstr("is 0, a scale must be finite and greater than 0"));
}

TEST(Errors, ScaleAtRunTime) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4});
  const auto s = b.input("s", {});
  const auto q = b.node("QuantizeLinear", "x_q", {x, s}, {1, 4}, {}, graph::DataType::uint8);
  EXPECT_THAT(error_of(b, q), AllOf(HasSubstr("node 'x_q' (QuantizeLinear): its scale ('s') must be a constant"),
                                    HasSubstr("quantize_static")));
}

TEST(Errors, DynamicQuantization) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4});
  EXPECT_THAT(error_of(b, b.node("DynamicQuantizeLinear", "dyn", {x}, {1, 4}, {}, graph::DataType::uint8)),
              AllOf(HasSubstr("node 'dyn' (DynamicQuantizeLinear)"), HasSubstr("Remedy: quantize statically")));
}

TEST(Errors, BlockedQuantization) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4});
  const auto q = b.node("QuantizeLinear", "x_q", {x, b.constant<float>("s", {}, {0.1F})}, {1, 4},
                        {{"block_size", std::int64_t{32}}}, graph::DataType::uint8);
  EXPECT_THAT(error_of(b, q), HasSubstr("blocked quantization (block_size 32) is not supported"));
}

TEST(Errors, CastToAnotherType) {
  GraphBuilder b;
  const auto q = b.quantize(b.input("x", {1, 4}), u8(0.5F, 10));
  const auto c = b.node("Cast", "to_float", {q}, {1, 4}, {{"to", std::int64_t{1}}});
  EXPECT_THAT(error_of(b, c), HasSubstr("node 'to_float' (Cast): it casts uint8 to float32"));
}

TEST(Errors, FloatConstantOperand) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2}, u8(0.5F, 10));
  const auto y = b.node("Mul", "gain", {x, b.constant<float>("g", {2}, {0.3F, 0.7171F})}, {1, 2});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'gain' (Mul): its constant 'g' of shape 2 is not int8 or uint8"),
                    HasSubstr("'Mul' in op_types_to_quantize")));
}

TEST(Errors, BiasThatNoInt32Holds) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 1e-9F), b.filled<float>("b", {2}, 3.0F)}, {1, 2});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))),
              AllOf(HasSubstr("node 'fc' (Gemm): its bias 'b' holds 3"), HasSubstr("Remedy")));
}

TEST(Errors, BiasOfAnotherShape) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.1F), b.filled<float>("b", {3}, 3.0F)}, {1, 2});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))), HasSubstr("its bias 'b' has shape 3, expected one number for each"));
}

TEST(Errors, TransposedGemmInput) {
  GraphBuilder b;
  const auto x = b.activation("x", {4, 1}, u8(0.5F, 10));
  const auto y = b.node("Gemm", "fc", {x, b.weights("w", {4, 2}, 0.1F)}, {1, 2}, {{"transA", std::int64_t{1}}});
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'fc' (Gemm): transA = 1 is not supported. Remedy"));
}

TEST(Errors, ThreeDimensionalConvolution) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 4, 4, 4}, u8(0.5F, 10));
  const auto y = b.node("Conv", "conv3d", {x, b.weights("w", {3, 2, 1, 1, 1}, 0.1F)}, {1, 3, 4, 4, 4});
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'conv3d' (Conv): its input has shape 1x2x4x4x4; supported are 1-D"));
}

TEST(Errors, ChannelsThatDoNotFit) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 4, 4}, u8(0.5F, 10));
  const auto y = b.node("Conv", "conv1", {x, b.weights("w", {3, 2, 1, 1}, 0.1F)}, {1, 3, 4, 4});
  EXPECT_THAT(error_of(b, y), HasSubstr("group 1 and weights 3x2x1x1 do not fit input 1x4x4x4"));
}

TEST(Errors, OutputShapeThatTheWindowDoesNotMake) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 5, 5}, u8(0.5F, 10));
  const auto y = b.node("MaxPool", "pool", {x}, {1, 2, 3, 3}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'pool' (MaxPool): kernel 2, stride 2, dilation 1 and pads (0, 0) make 2 "
                                        "outputs of 5 inputs, the model says 3"));
}

TEST(Errors, IndicesOfMaxPool) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 2, 4, 4}, u8(0.5F, 10));
  const auto y = b.node("MaxPool", "pool", {x}, {1, 2, 2, 2}, {{"kernel_shape", Ints{2, 2}}, {"strides", Ints{2, 2}}});
  b.graph.nodes.back().outputs.push_back(b.input("indices", {1, 2, 2, 2}));
  EXPECT_THAT(error_of(b, y), HasSubstr("its second output (indices) is not supported"));
}

TEST(Errors, BatchInTheMiddle) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4, 4, 4}, u8(0.5F, 10));
  const auto r = b.node("Reshape", "split", {x, b.constant<std::int64_t>("s", {4}, {2, 2, 4, 4})}, {2, 2, 4, 4});
  const auto y = b.node("Conv", "conv1", {r, b.weights("w", {3, 2, 1, 1}, 0.1F)}, {2, 3, 4, 4});
  EXPECT_THAT(error_of(b, b.qdq(y, u8(0.5F, 10))), HasSubstr("dimension 0 is the batch and must be 1"));
}

TEST(Errors, ReshapeToAnotherSize) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, u8(0.5F, 10));
  EXPECT_THAT(error_of(b, b.node("Reshape", "r", {x}, {2, 4})), HasSubstr("it makes shape 2x4 of shape 1x4"));
}

TEST(Errors, QOperatorWithoutOutputScale) {
  GraphBuilder b;
  const auto x = b.input("x", {1, 4}, graph::DataType::uint8);
  const auto s = b.constant<float>("s", {}, {0.1F});
  const auto z = b.constant<std::uint8_t>("z", {}, {3});
  const auto w = b.filled<std::int8_t>("w", {4, 2}, 1);
  const auto y = b.node("QGemm", "fc", {x, s, z, w, s, b.constant<std::int8_t>("zw", {}, {0})}, {1, 2});
  b.graph.nodes.back().domain = "com.microsoft";
  EXPECT_THAT(error_of(b, y), HasSubstr("node 'fc' (QGemm): its output scale is missing"));
}

TEST(Errors, ZeroPointOfAnotherType) {
  GraphBuilder b;
  const auto q = b.quantize(b.input("x", {1, 4}), u8(0.5F, 10));
  EXPECT_THAT(error_of(b, b.dequantize(q, s8(0.5F, 10))), HasSubstr("is uint8, its zero point int8"));
}

TEST(Errors, ConstantOutput) {
  GraphBuilder b;
  EXPECT_THAT(error_of(b, b.filled<float>("c", {1, 2}, 1)), HasSubstr("model output 'c': it is a constant"));
}

}  // namespace
}  // namespace intloom::quant
