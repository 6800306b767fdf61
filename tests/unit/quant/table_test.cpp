// Functions of one tensor become tables. Expected entries: the function in double at the dequantized byte, by hand
// here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "runtime/quant/lower.h"
#include "tests/unit/quant/graph_builder.h"

namespace intloom::quant {
namespace {

using test::Attributes;
using test::GraphBuilder;
using test::s8;
using test::u8;
using testing::ElementsAre;

constexpr float kScale = 0.05F, kOutScale = 1.0F / 128;

Network lowered(GraphBuilder& builder, graph::TensorId output) {
  builder.output(output);
  return lower(builder.graph);
}

// What the table says of input integer `q` (int8) as an int8.
int entry(const Layer& layer, int q) {
  return static_cast<std::int8_t>(layer.table().table[static_cast<std::uint8_t>(q)]);
}

int expected(double y) { return static_cast<int>(std::min(127.0, std::max(-128.0, std::nearbyint(y / kOutScale)))); }

struct Unary {
  std::string op;
  Attributes attributes;
  double (*function)(double);
};

class UnaryTable : public testing::TestWithParam<Unary> {};

TEST_P(UnaryTable, HoldsTheFunction) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(kScale, 3));
  const auto y = b.node(GetParam().op, "f", {x}, {1, 4}, GetParam().attributes);
  const Network network = lowered(b, b.qdq(y, s8(kOutScale, 0)));
  ASSERT_EQ(network.layers.size(), 1U);
  ASSERT_EQ(network.layers[0].op, Op::lookup);
  for (int q = -128; q < 128; ++q) {
    const double y_real = GetParam().function(static_cast<double>(kScale * static_cast<float>(q - 3)));
    if (std::isnan(y_real)) continue;
    EXPECT_EQ(entry(network.layers[0], q), expected(y_real)) << q;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Functions, UnaryTable,
    testing::Values(
        Unary{"Sigmoid", {}, [](double x) { return 1 / (1 + std::exp(-x)); }},
        Unary{"Tanh", {}, [](double x) { return std::tanh(x); }},
        Unary{"LeakyRelu", {{"alpha", 0.125F}}, [](double x) { return x < 0 ? 0.125 * x : x; }},
        Unary{"Elu", {}, [](double x) { return x < 0 ? std::exp(x) - 1 : x; }},
        Unary{"HardSigmoid", {{"alpha", 0.25F}}, [](double x) { return std::max(0.0, std::min(1.0, 0.25 * x + 0.5)); }},
        Unary{"HardSwish", {}, [](double x) { return x * std::max(0.0, std::min(1.0, x / 6 + 0.5)); }},
        Unary{"Erf", {}, [](double x) { return std::erf(x); }}, Unary{"Exp", {}, [](double x) { return std::exp(x); }},
        Unary{"Softplus", {}, [](double x) { return std::log(1 + std::exp(x)); }},
        Unary{"Sqrt", {}, [](double x) { return std::sqrt(x); }},
        Unary{"Gelu", {}, [](double x) { return x * (1 + std::erf(x / std::sqrt(2.0))) / 2; }}),
    [](const testing::TestParamInfo<Unary>& tested) { return tested.param.op; });

TEST(Table, WhatIsNotANumberIsTheLeast) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(1, 0));
  const Network network = lowered(b, b.qdq(b.node("Sqrt", "f", {x}, {1, 4}), s8(1, 0)));
  EXPECT_EQ(entry(network.layers.at(0), -4), -128);
  EXPECT_EQ(entry(network.layers.at(0), 16), 4);
}

TEST(Table, ChainLeftInFloatIsOne) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(0.5F, 0));
  const auto divided = b.node("Div", "div", {x, b.constant<float>("two", {}, {2})}, {1, 4});
  const auto clipped = b.node("Relu", "relu", {divided}, {1, 4});
  const auto shifted = b.node("Sub", "sub", {b.constant<float>("ten", {1}, {10}), clipped}, {1, 4});
  const Network network = lowered(b, b.qdq(shifted, s8(0.25F, 0)));
  ASSERT_EQ(network.layers.size(), 1U);
  EXPECT_THAT(network.layers[0].folded, ElementsAre("div", "relu"));
  EXPECT_EQ(entry(network.layers[0], 8), 32);     // (10 - 8 * 0.5 / 2) / 0.25
  EXPECT_EQ(entry(network.layers[0], -100), 40);  // 10 / 0.25
}

TEST(Table, ProductOfTwoFunctionsOfOneTensor) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(kScale, 0));
  const auto gate = b.node("HardSigmoid", "gate", {x}, {1, 4}, {{"alpha", 1.0F / 6}});
  const Network network = lowered(b, b.qdq(b.node("Mul", "mul", {gate, x}, {1, 4}), s8(kOutScale, 0)));
  ASSERT_EQ(network.layers.size(), 1U);
  const double at_20 = 1.0 * (1.0 / 6 + 0.5);  // x = 20 * 0.05
  EXPECT_EQ(entry(network.layers[0], 20), expected(at_20));
}

TEST(Table, QuantizedSiluIsTwoLayers) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(kScale, 0));
  const auto gate = b.qdq(b.node("Sigmoid", "gate", {x}, {1, 4}), s8(1.0F / 255, -128));
  const Network network = lowered(b, b.qdq(b.node("Mul", "mul", {x, gate}, {1, 4}), s8(kOutScale, 0)));
  ASSERT_EQ(network.layers.size(), 2U);
  EXPECT_EQ(network.layers[0].op, Op::lookup);
  EXPECT_EQ(network.layers[1].op, Op::multiply);
}

TEST(Table, FunctionsOfTwoTensorsAreNone) {
  GraphBuilder b;
  const auto x = b.activation("x", {1, 4}, s8(kScale, 0)), z = b.activation("z", {1, 4}, s8(kScale, 0));
  b.output(b.qdq(b.node("Div", "div", {x, z}, {1, 4}), s8(kOutScale, 0)));
  EXPECT_THROW(lower(b.graph), graph::ModelError);
}

}  // namespace
}  // namespace intloom::quant
