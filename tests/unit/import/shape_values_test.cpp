// Integer arithmetic on shapes. Expected values by hand from the operators' definitions in ONNX.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/import/small_model.h"

namespace intloom::graph {
namespace {

using testing::ElementsAre;
using Ints = std::vector<std::int64_t>;

// The value of `v` in a model whose input x is 1x6x8x10; nothing where it did not become a constant.
std::vector<std::int64_t> value_of_v(const SmallModel& model) {
  const Graph graph = model.import();
  const Tensor& tensor = graph.tensor(graph.outputs[0]);
  std::vector<std::int64_t> values;
  if (!tensor.constant) return {-999};
  for (std::int64_t i = 0; i < tensor.constant->size(); ++i) values.push_back(element_as_int(*tensor.constant, i));
  return values;
}

SmallModel shape_model() {
  SmallModel model;
  model.input("x", {"N", 6, 8, 10}).output("v");
  model.node("Shape", {"x"}, {"s"}, "shape");
  return model;
}

TEST(ShapeValues, ShapeTakesAPart) {
  SmallModel model(15);
  model.input("x", {"N", 6, 8, 10}).output("v");
  auto& node = model.node("Shape", {"x"}, {"v"}, "shape");
  set(node, "start", std::int64_t{-3});
  set(node, "end", std::int64_t{-1});
  EXPECT_THAT(value_of_v(model), ElementsAre(6, 8));
}

TEST(ShapeValues, SizeIsTheElementCount) {
  SmallModel model;
  model.input("x", {"N", 6, 8, 10}).output("v");
  model.node("Size", {"x"}, {"v"}, "size");
  EXPECT_THAT(value_of_v(model), ElementsAre(480));
}

TEST(ShapeValues, GatherCountsFromBothEnds) {
  SmallModel model = shape_model();
  model.integers("i", {-1, 0, 2}).node("Gather", {"s", "i"}, {"v"}, "gather");
  EXPECT_THAT(value_of_v(model), ElementsAre(10, 1, 8));
}

struct SliceCase {
  Ints start, end, step, expected;
};

class ShapeSlices : public testing::TestWithParam<SliceCase> {};

TEST_P(ShapeSlices, FollowPythonsRules) {
  SmallModel model = shape_model();
  model.integers("b", GetParam().start).integers("e", GetParam().end).integers("a", {0}).integers("t", GetParam().step);
  model.node("Slice", {"s", "b", "e", "a", "t"}, {"v"}, "slice");
  EXPECT_EQ(value_of_v(model), GetParam().expected);
}

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBegin = std::numeric_limits<std::int64_t>::min();

INSTANTIATE_TEST_SUITE_P(Cases, ShapeSlices,
                         testing::Values(SliceCase{{2}, {4}, {1}, {8, 10}}, SliceCase{{-2}, {kEnd}, {1}, {8, 10}},
                                         SliceCase{{0}, {kEnd}, {2}, {1, 8}},
                                         SliceCase{{-1}, {kBegin}, {-1}, {10, 8, 6, 1}},
                                         SliceCase{{3}, {0}, {-2}, {10, 6}}, SliceCase{{0}, {-1}, {1}, {1, 6, 8}},
                                         SliceCase{{0}, {4}, {kEnd}, {1}}));

TEST(ShapeValues, ArithmeticIsElementByElement) {
  const std::map<std::string, Ints> expected = {
      {"Add", {4, 9, 11, 13}}, {"Sub", {-2, 3, 5, 7}}, {"Mul", {3, 18, 24, 30}}, {"Div", {0, 2, 2, 3}}};
  for (const auto& [op, values] : expected) {
    SmallModel model = shape_model();
    model.integers("c", {3}).node(op, {"s", "c"}, {"v"}, "n");
    EXPECT_EQ(value_of_v(model), values) << op;
  }
}

TEST(ShapeValues, DivisionTruncatesTowardZeroAndNeverByZero) {
  SmallModel negative = shape_model(), zero = shape_model();
  negative.integers("c", {-4}).node("Div", {"s", "c"}, {"v"}, "n");
  EXPECT_THAT(value_of_v(negative), ElementsAre(0, -1, -2, -2));
  zero.integers("c", {0}).node("Div", {"s", "c"}, {"v"}, "n");
  EXPECT_THAT(value_of_v(zero), ElementsAre(-999));  // stays a node
}

TEST(ShapeValues, OverflowStaysANode) {
  SmallModel model = shape_model();
  model.integers("c", {kEnd}).node("Mul", {"s", "c"}, {"v"}, "n");
  EXPECT_THAT(value_of_v(model), ElementsAre(-999));
}

TEST(ShapeValues, ExpandsTargetByEqualAndWhere) {
  SmallModel model = shape_model();  // Where(s == 1, 7, s), as PyTorch writes for expand
  model.integers("one", {1}).integers("seven", {7});
  model.node("Equal", {"s", "one"}, {"e"}, "equal");
  model.node("Where", {"e", "seven", "s"}, {"v"}, "where");
  EXPECT_THAT(value_of_v(model), ElementsAre(7, 6, 8, 10));
}

TEST(ShapeValues, ReduceProdIsTheProduct) {
  SmallModel model = shape_model();
  set(model.node("ReduceProd", {"s"}, {"v"}, "product"), "keepdims", std::int64_t{0});
  EXPECT_THAT(value_of_v(model), ElementsAre(480));
}

TEST(ShapeValues, RangeCounts) {
  SmallModel model = shape_model();
  model.integers("three", {3}).integers("zero", {0}).integers("axes", {0});
  model.node("Gather", {"s", "three"}, {"g"}, "gather");
  model.node("Squeeze", {"g", "axes"}, {"limit"}, "squeeze");
  model.node("Squeeze", {"zero", "axes"}, {"first"}, "squeeze2");
  model.node("Squeeze", {"three", "axes"}, {"step"}, "squeeze3");
  model.node("Range", {"first", "limit", "step"}, {"v"}, "range");
  EXPECT_THAT(value_of_v(model), ElementsAre(0, 3, 6, 9));
}

TEST(ShapeValues, ArithmeticOnDataIsLeftAlone) {
  SmallModel model;
  model.input("x", {1, 4}, onnx::TensorProto::INT64).integers("c", {3}).output("v");
  model.node("Add", {"x", "c"}, {"v"}, "add");
  EXPECT_THAT(value_of_v(model), ElementsAre(-999));
}

}  // namespace
}  // namespace intloom::graph
