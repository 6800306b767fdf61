// The float oracle on graphs of a few nodes; expected values by hand from the operators' definitions.
#include "runtime/reference/float_reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

using graph::DataType;
using testing::HasSubstr;

graph::TensorData uint8(const graph::Shape& shape, const std::vector<std::uint8_t>& values) {
  return data_of(DataType::uint8, shape, values);
}
graph::TensorData int8(const graph::Shape& shape, const std::vector<std::int8_t>& values) {
  return data_of(DataType::int8, shape, values);
}

TEST(FloatReference, QuantizeRoundsTiesToEvenAndSaturates) {
  const FloatTensor y = GraphMaker()
                            .input("x", floats({6}, {0.25F, 0.75F, -0.25F, 1000, -1000, 1.0F}))
                            .constant("s", floats({}, {0.5F}))
                            .constant("z", int8({}, {3}))
                            .node("QuantizeLinear", {"x", "s", "z"}, "y")
                            .run();
  EXPECT_EQ(y.values, (Floats{3, 5, 3, 127, -128, 5}));  // 0.5 -> 0, 1.5 -> 2, -0.5 -> 0
}

TEST(FloatReference, DequantizeAlongAnAxis) {
  const FloatTensor y = GraphMaker()
                            .input("x", int8({2, 2}, {1, 2, 3, -4}))
                            .constant("s", floats({2}, {1, 0.5F}))
                            .constant("z", int8({2}, {1, 0}))
                            .node("DequantizeLinear", {"x", "s", "z"}, "y", {{"axis", std::int64_t{-1}}})
                            .run();
  EXPECT_EQ(y.values, (Floats{0, 1, 2, -2}));
}

TEST(FloatReference, KeepsWhatIsWantedAndDropsTheRest) {
  GraphMaker maker;
  maker.input("x", floats({2}, {1, -2}));
  maker.node("Relu", {"x"}, "a").node("Identity", {"a"}, "b").node("Add", {"a", "b"}, "c").node("Identity", {"c"}, "y");
  const auto values = maker.run_all({"x", "b"});
  ASSERT_EQ(values.size(), 3U);
  EXPECT_EQ(values.at("x").values, (Floats{1, -2}));
  EXPECT_EQ(values.at("b").values, (Floats{1, 0}));
  EXPECT_EQ(values.at("y").values, (Floats{2, 0}));
}

TEST(FloatReference, ClipTakesAttributesOrInputs) {
  const graph::TensorData x = floats({3}, {-1, 3, 9});
  EXPECT_EQ(GraphMaker(6).input("x", x).node("Clip", {"x"}, "y", {{"min", 0.0F}, {"max", 6.0F}}).run().values,
            (Floats{0, 3, 6}));
  EXPECT_EQ(GraphMaker().input("x", x).constant("hi", floats({}, {4})).node("Clip", {"x", "", "hi"}, "y").run().values,
            (Floats{-1, 3, 4}));
}

TEST(FloatReference, MatMulBroadcastsItsBatch) {
  const FloatTensor y = GraphMaker()
                            .input("a", floats({2, 1, 2}, {1, 2, 3, 4}))
                            .input("b", floats({2, 2}, {1, 10, 100, 1000}))
                            .node("MatMul", {"a", "b"}, "y")
                            .run();
  EXPECT_EQ(y.shape, (graph::Shape{2, 1, 2}));
  EXPECT_EQ(y.values, (Floats{201, 2010, 403, 4030}));
}

TEST(FloatReference, PoolsCountPaddingOnlyWhenTold) {
  GraphMaker maker;
  maker.input("x", floats({1, 1, 2, 2}, {4, 8, 12, 16}));
  const std::map<std::string, graph::AttributeValue> window{{"kernel_shape", std::vector<std::int64_t>{2, 2}},
                                                            {"pads", std::vector<std::int64_t>{0, 0, 1, 1}}};
  auto counting = window;
  counting["count_include_pad"] = std::int64_t{1};
  maker.node("AveragePool", {"x"}, "inside", window).node("AveragePool", {"x"}, "all", counting);
  maker.node("MaxPool", {"x"}, "max", window).node("GlobalAveragePool", {"x"}, "mean");
  const auto values = maker.run_all({"inside", "all", "max"});
  EXPECT_EQ(values.at("inside").values, (Floats{10, 12, 14, 16}));
  EXPECT_EQ(values.at("all").values, (Floats{10, 6, 7, 4}));
  EXPECT_EQ(values.at("max").values, (Floats{16, 16, 16, 16}));
  EXPECT_EQ(values.at("mean").values, (Floats{10}));
}

TEST(FloatReference, ShapesWithZeroAndMinusOne) {
  GraphMaker maker;
  maker.input("x", floats({2, 3}, {1, 2, 3, 4, 5, 6})).constant("s", int64({0, -1, 1})).constant("a", int64({-1}));
  maker.node("Reshape", {"x", "s"}, "r").node("Squeeze", {"r", "a"}, "q").node("Unsqueeze", {"q", "a"}, "u");
  maker.node("Transpose", {"u"}, "t").node("Flatten", {"t"}, "y", {{"axis", std::int64_t{2}}});
  const auto values = maker.run_all({"r", "q", "u", "t"});
  EXPECT_EQ(values.at("r").shape, (graph::Shape{2, 3, 1}));
  EXPECT_EQ(values.at("q").shape, (graph::Shape{2, 3}));
  EXPECT_EQ(values.at("u").shape, (graph::Shape{2, 3, 1}));
  EXPECT_EQ(values.at("t").shape, (graph::Shape{1, 3, 2}));
  EXPECT_EQ(values.at("t").values, (Floats{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(values.at("y").shape, (graph::Shape{3, 2}));
}

TEST(FloatReference, SoftmaxChangedItsAxesWithOpset13) {
  const graph::TensorData x = floats({1, 2, 1}, {0, std::log(3.0F)});
  const FloatTensor flattened = GraphMaker(11).input("x", x).node("Softmax", {"x"}, "y").run();
  EXPECT_NEAR(flattened.values[0], 0.25F, 1e-6F);
  EXPECT_NEAR(flattened.values[1], 0.75F, 1e-6F);
  EXPECT_EQ(GraphMaker(13).input("x", x).node("Softmax", {"x"}, "y").run().values, (Floats{1, 1}));
}

TEST(FloatReference, QLinearAddComputesBetweenDequantizeAndQuantize) {
  // (10 - 0)*0.5 + (7 - 5)*1 = 7, over 2 is 3.5 -> 4, zero point 1.
  GraphMaker maker;
  maker.input("a", uint8({1}, {10})).input("b", uint8({1}, {7}));
  for (const auto& [name, scale] : std::map<std::string, float>{{"as", 0.5F}, {"bs", 1.0F}, {"ys", 2.0F}}) {
    maker.constant(name, floats({}, {scale}));
  }
  maker.constant("az", uint8({}, {0})).constant("bz", uint8({}, {5})).constant("yz", uint8({}, {1}));
  maker.node("QLinearAdd", {"a", "as", "az", "b", "bs", "bz", "ys", "yz"}, "y");
  maker.graph().nodes.back().domain = "com.microsoft";
  EXPECT_EQ(maker.run().values, (Floats{5}));
}

TEST(FloatReference, SecondOutputOfAnOperatorWithOne) {
  GraphMaker maker;
  maker.input("x", counted({1, 1, 2})).node("MaxPool", {"x"}, "m", {{"kernel_shape", Integers{2}}}).also("indices");
  maker.node("Identity", {"indices"}, "y");
  EXPECT_THROW(maker.run(), graph::ModelError);
}

TEST(FloatReference, UnknownOperatorNamesNodeAndOperator) {
  GraphMaker maker;
  maker.input("x", floats({1}, {1})).node("Det", {"x"}, "y");
  try {
    maker.run();
    FAIL() << "no error";
  } catch (const graph::ModelError& error) {
    EXPECT_THAT(error.what(), HasSubstr("y_node"));
    EXPECT_THAT(error.what(), HasSubstr("Det"));
  }
}

TEST(FloatReference, MissingAndShortInputsAreRefused) {
  GraphMaker maker;
  maker.input("x", floats({2}, {1, 2})).node("Relu", {"x"}, "y");
  maker.graph().outputs = maker.graph().nodes.back().outputs;
  EXPECT_THROW(run_float_reference(maker.graph(), {}, {}), std::invalid_argument);
  graph::TensorData cut = floats({2}, {1, 2});
  cut.bytes.pop_back();
  EXPECT_THROW(run_float_reference(maker.graph(), {{"x", cut}}, {}), std::invalid_argument);
}

TEST(FloatReference, ShapesThatDoNotFitAreModelErrors) {
  GraphMaker maker;
  maker.input("a", floats({2}, {1, 2})).input("b", floats({3}, {1, 2, 3})).node("Add", {"a", "b"}, "y");
  EXPECT_THROW(maker.run(), graph::ModelError);
  GraphMaker product;
  product.input("a", floats({1, 2}, {1, 2})).input("b", floats({3, 1}, {1, 2, 3})).node("MatMul", {"a", "b"}, "y");
  EXPECT_THROW(product.run(), graph::ModelError);
}

}  // namespace
}  // namespace intloom::reference
