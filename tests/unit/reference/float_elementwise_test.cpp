// Operators of several inputs that broadcast, reductions and LayerNormalization; expected values by hand, those with
// digits of ONNX Runtime 1.32.
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

TEST(FloatElementwise, PowerOfAScalarAndOfATensor) {
  expect_value(run_case({"Pow", 13, floats({3}, {-2, 0.5F, 3}), {floats({}, {3})}, {}}), {3}, {-8, 0.125F, 27});
  expect_value(run_case({"Pow", 13, floats({2, 1}, {4, 9}), {floats({2}, {0.5F, -1})}, {}}), {2, 2},
               {2, 0.25F, 3, 1.0F / 9});
}

TEST(FloatElementwise, AnyNumberOfInputsBroadcast) {
  const auto run = [](const std::string& op) {
    return run_case({op, 13, floats({2, 1}, {1, 5}), {floats({3}, {0, 3, 9}), floats({}, {2})}, {}});
  };
  expect_value(run("Max"), {2, 3}, {2, 3, 9, 5, 5, 9});
  expect_value(run("Min"), {2, 3}, {0, 1, 1, 0, 2, 2});
  expect_value(run("Sum"), {2, 3}, {3, 6, 12, 7, 10, 16});
  expect_value(run_case({"Max", 8, floats({2}, {-1, 4}), {}, {}}), {2}, {-1, 4});
}

TEST(FloatElementwise, MaximumKeepsWhatIsNoNumber) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const FloatTensor y = run_case({"Max", 13, floats({2}, {none, 1}), {floats({2}, {1, none})}, {}});
  EXPECT_TRUE(std::isnan(y.values[0]));
  EXPECT_TRUE(std::isnan(y.values[1]));
}

TEST(FloatElementwise, WhereBroadcastsAllThree) {
  const auto condition = data_of<std::uint8_t>(graph::DataType::boolean, {2, 1}, {1, 0});
  expect_value(run_case({"Where", 13, condition, {floats({2}, {1, 2}), floats({}, {9})}, {}}), {2, 2}, {1, 2, 9, 9});
  EXPECT_THROW(run_case({"Where", 13, condition, {counted({3}), counted({2})}, {}}), graph::ModelError);
}

TEST(FloatElementwise, SlopesOfPRelu) {
  const graph::TensorData x = floats({1, 2, 2}, {-1, 2, -3, -4});
  expect_value(run_case({"PRelu", 13, x, {floats({2, 1}, {0.5F, 2})}, {}}), {1, 2, 2}, {-0.5F, 2, -6, -8});
  expect_value(run_case({"PRelu", 13, x, {floats({1}, {0.25F})}, {}}), {1, 2, 2}, {-0.25F, 2, -0.75F, -1});
}

TEST(FloatReduction, AxesAreAnAttributeOrAnInput) {
  const Attributes last{{"axes", Integers{-1}}, {"keepdims", std::int64_t{0}}};
  expect_value(run_case({"ReduceMean", 13, counted({2, 3}), {}, last}), {2}, {2, 5});
  expect_value(run_case({"ReduceMean", 18, counted({2, 3}), {int64({0})}, {}}), {1, 3}, {2.5F, 3.5F, 4.5F});
  expect_value(run_case({"ReduceSum", 13, counted({2, 2, 2}), {int64({0, 2})}, {}}), {1, 2, 1}, {14, 22});
}

TEST(FloatReduction, WithoutAxes) {
  expect_value(run_case({"ReduceSum", 13, counted({2, 2}), {}, {{"keepdims", std::int64_t{0}}}}), {}, {10});
  expect_value(run_case({"ReduceSum", 13, counted({2, 2}), {}, {{"noop_with_empty_axes", std::int64_t{1}}}}), {2, 2},
               {1, 2, 3, 4});
}

TEST(FloatReduction, LargestOfAMap) {
  expect_value(run_case({"GlobalMaxPool", 13, floats({1, 2, 1, 2}, {-3, -1, 5, 4}), {}, {}}), {1, 2, 1, 1}, {-1, 5});
  expect_value(run_case({"GlobalMaxPool", 1, floats({1, 1, 3}, {1, 7, 2}), {}, {}}), {1, 1, 1}, {7});
}

TEST(FloatNormalization, LayersWithMeanAndInverseDeviation) {
  GraphMaker maker(17);
  maker.input("x", floats({2, 3}, {1, 2, 4, -1, 0, 3})).constant("scale", floats({3}, {1, 2, 3}));
  maker.constant("bias", floats({3}, {0, 1, 0}));
  maker.node("LayerNormalization", {"x", "scale", "bias"}, "y").also("mean").also("inverse");
  const auto values = maker.run_all({"mean", "inverse"});
  expect_value(values.at("y"), {2, 3}, {-1.069041F, 0.4654794F, 4.008905F, -0.980579F, 0.2155369F, 4.118432F});
  expect_value(values.at("mean"), {2, 1}, {2.333333F, 0.6666666F});
  expect_value(values.at("inverse"), {2, 1}, {0.8017811F, 0.5883474F});
}

TEST(FloatNormalization, LayersOverSeveralAxesWithoutBias) {
  // Mean 0, variance 1 of the four elements of each of two lines.
  const graph::TensorData x = floats({2, 2, 2}, {1, -1, 1, -1, 10, -10, -10, 10});
  const Attributes axis{{"axis", std::int64_t{1}}, {"epsilon", 0.0F}};
  expect_value(run_case({"LayerNormalization", 17, x, {floats({2, 2}, {1, 2, 3, 4})}, axis}), {2, 2, 2},
               {1, -2, 3, -4, 1, -2, -3, 4});
}

}  // namespace
}  // namespace intloom::reference
