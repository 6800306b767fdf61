// Functions of one element; expected values of ONNX Runtime 1.32.
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

graph::TensorData data_x() { return floats({6}, {-4, -1.5F, -0.25F, 0, 0.75F, 3}); }

void expect_function(const std::string& op, std::int64_t opset, const Attributes& attributes, const Floats& expected,
                     const std::string& domain = "") {
  SCOPED_TRACE(op);
  expect_value(run_case({op, opset, data_x(), {}, attributes}, domain), {6}, expected);
}

TEST(FloatActivation, WithoutAttributes) {
  expect_function("Tanh", 13, {}, {-0.9993292F, -0.9051482F, -0.2449187F, 0, 0.635149F, 0.9950547F});
  expect_function("Sigmoid", 13, {}, {0.01798624F, 0.1824256F, 0.4378235F, 0.5F, 0.6791787F, 0.9525741F});
  expect_function("HardSwish", 14, {}, {0, -0.375F, -0.1145833F, 0, 0.46875F, 3});
  expect_function("Softplus", 1, {}, {0.01814993F, 0.2014133F, 0.5759395F, 0.6931472F, 1.136871F, 3.048587F});
}

TEST(FloatActivation, WithAttributes) {
  expect_function("LeakyRelu", 13, {{"alpha", 0.1F}}, {-0.4F, -0.15F, -0.025F, 0, 0.75F, 3});
  expect_function("LeakyRelu", 13, {}, {-0.04F, -0.015F, -0.0025F, 0, 0.75F, 3});
  expect_function("Elu", 6, {{"alpha", 2.0F}}, {-1.963369F, -1.55374F, -0.4423984F, 0, 0.75F, 3});
  expect_function("HardSigmoid", 6, {}, {0, 0.2F, 0.45F, 0.5F, 0.65F, 1});
  expect_function("HardSigmoid", 6, {{"alpha", 0.5F}, {"beta", 0.25F}}, {0, 0, 0.125F, 0.25F, 0.625F, 1});
}

TEST(FloatActivation, GeluExactAndByTanh) {
  const Floats exact{-0.0001267195F, -0.1002108F, -0.1003234F, 0, 0.5800295F, 2.99595F};
  expect_function("Gelu", 20, {}, exact);
  expect_function("Gelu", 13, {}, exact, "com.microsoft");
  expect_function("Gelu", 20, {{"approximate", std::string("tanh")}},
                  {-7.009506e-05F, -0.1004284F, -0.1003247F, 0, 0.5799606F, 2.996363F});
  EXPECT_THROW(expect_function("Gelu", 20, {{"approximate", std::string("sigmoid")}}, {}), graph::ModelError);
}

TEST(FloatActivation, FarFromZeroStaysFinite) {
  const graph::TensorData far = floats({4}, {-200, -90, 90, 200});
  expect_value(run_case({"Sigmoid", 13, far, {}, {}}), {4}, {0, 0, 1, 1});
  expect_value(run_case({"Tanh", 13, far, {}, {}}), {4}, {-1, -1, 1, 1});
  expect_value(run_case({"Softplus", 13, far, {}, {}}), {4}, {0, 0, 90, 200});
}

TEST(FloatFunction, OfOneElement) {
  expect_function("Erf", 13, {}, {-1, -0.9661052F, -0.2763264F, 0, 0.7111557F, 0.9999779F});
  expect_function("Exp", 13, {}, {0.01831564F, 0.2231302F, 0.7788008F, 1, 2.117F, 20.08554F});
  expect_function("Neg", 13, {}, {4, 1.5F, 0.25F, 0, -0.75F, -3});
  expect_function("Abs", 13, {}, {4, 1.5F, 0.25F, 0, 0.75F, 3});
}

TEST(FloatFunction, OutsideOfTheirDomain) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  EXPECT_EQ(run_case({"Exp", 13, floats({2}, {100, -200}), {}, {}}).values, (Floats{kInfinity, 0}));
  EXPECT_EQ(run_case({"Reciprocal", 13, floats({2}, {4, 0}), {}, {}}).values, (Floats{0.25F, kInfinity}));
  const FloatTensor root = run_case({"Sqrt", 13, floats({2}, {9, -1}), {}, {}});
  EXPECT_EQ(root.values[0], 3);
  EXPECT_TRUE(std::isnan(root.values[1]));
  EXPECT_EQ(run_case({"Log", 13, floats({2}, {1, 0}), {}, {}}).values, (Floats{0, -kInfinity}));
}

// x at scale 0.05 and zero point 128; values of ONNX Runtime 1.32.
Floats run_qlinear(const std::string& op, float scale, std::uint8_t zero_point, const Attributes& attributes) {
  const auto byte = [](std::uint8_t value) { return data_of<std::uint8_t>(graph::DataType::uint8, {}, {value}); };
  const auto x = data_of<std::uint8_t>(graph::DataType::uint8, {7}, {0, 50, 100, 128, 140, 200, 255});
  return run_case({op, 17, x, {floats({}, {0.05F}), byte(128), floats({}, {scale}), byte(zero_point)}, attributes},
                  "com.microsoft")
      .values;
}

TEST(FloatQOperators, SigmoidAndLeakyRelu) {
  EXPECT_EQ(run_qlinear("QLinearSigmoid", 1.0F / 256, 0, {}), (Floats{0, 5, 51, 128, 165, 249, 255}));
  EXPECT_EQ(run_qlinear("QLinearLeakyRelu", 0.04F, 20, {{"alpha", 0.1F}}), (Floats{4, 10, 16, 20, 35, 110, 179}));
}

TEST(FloatQOperators, SoftmaxOfItsOwnOpset) {
  const auto byte = [](std::uint8_t value) { return data_of<std::uint8_t>(graph::DataType::uint8, {}, {value}); };
  const auto run = [&](std::int64_t opset, std::int64_t axis) {
    const auto x = data_of<std::uint8_t>(graph::DataType::uint8, {1, 2, 3}, {10, 20, 30, 255, 250, 240});
    return run_case({"QLinearSoftmax",
                     17,
                     x,
                     {floats({}, {0.1F}), byte(0), floats({}, {1.0F / 256}), byte(0)},
                     {{"axis", axis}, {"opset", opset}}},
                    "com.microsoft")
        .values;
  };
  EXPECT_EQ(run(13, -1), (Floats{23, 63, 170, 140, 85, 31}));
  EXPECT_EQ(run(12, 1), (Floats{0, 0, 0, 140, 85, 31}));
}

}  // namespace
}  // namespace intloom::reference
