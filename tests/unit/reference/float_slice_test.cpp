// Parts, repetitions and rearrangements of a tensor; expected values of ONNX Runtime 1.32, or by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

constexpr std::int64_t kEnd = std::numeric_limits<std::int64_t>::max();

struct Parts {
  FloatTensor first, second;
};
Parts split(std::int64_t opset, const std::vector<graph::TensorData>& sizes, const Attributes& attributes) {
  GraphMaker maker(opset);
  maker.input("x", counted({2, 5}));
  if (!sizes.empty()) maker.constant("sizes", sizes.front());
  const std::vector<std::string> inputs =
      sizes.empty() ? std::vector<std::string>{"x"} : std::vector<std::string>{"x", "sizes"};
  maker.node("Split", inputs, "a", attributes).also("b");
  const auto values = maker.run_all({"b"});
  return {values.at("a"), values.at("b")};
}

TEST(FloatSplit, SizesAreAnAttributeOrAnInput) {
  const Attributes axis{{"axis", std::int64_t{-1}}};
  Attributes sized = axis;
  sized["split"] = Integers{1, 4};
  for (const Parts& parts : {split(2, {}, sized), split(13, {int64({1, 4})}, axis)}) {
    expect_value(parts.first, {2, 1}, {1, 6});
    expect_value(parts.second, {2, 4}, {2, 3, 4, 5, 7, 8, 9, 10});
  }
}

TEST(FloatSplit, EqualPartsAndASmallerLast) {
  const Parts rows = split(11, {}, {});
  expect_value(rows.first, {1, 5}, {1, 2, 3, 4, 5});
  expect_value(rows.second, {1, 5}, {6, 7, 8, 9, 10});
  const Parts columns = split(18, {}, {{"axis", std::int64_t{1}}, {"num_outputs", std::int64_t{2}}});
  expect_value(columns.first, {2, 3}, {1, 2, 3, 6, 7, 8});
  expect_value(columns.second, {2, 2}, {4, 5, 9, 10});
  EXPECT_THROW(split(13, {int64({1, 3})}, {{"axis", std::int64_t{1}}}), graph::ModelError);
}

TEST(FloatSlice, AttributesBeforeOpset10) {
  expect_value(run_case({"Slice", 9, counted({3, 4}), {}, {{"starts", Integers{-2, 1}}, {"ends", Integers{3, -1}}}}),
               {2, 2}, {6, 7, 10, 11});
  expect_value(run_case({"Slice",
                         1,
                         counted({3, 4}),
                         {},
                         {{"starts", Integers{1}}, {"ends", Integers{kEnd}}, {"axes", Integers{1}}}}),
               {3, 3}, {2, 3, 4, 6, 7, 8, 10, 11, 12});
}

TEST(FloatSlice, StepsInBothDirections) {
  expect_value(
      run_case(
          {"Slice", 13, counted({3, 4}), {int64({0, 5}), int64({kEnd, -kEnd}), int64({0, -1}), int64({2, -2})}, {}}),
      {2, 2}, {4, 2, 12, 10});
  expect_value(run_case({"Slice", 13, counted({4}), {int64({3}), int64({1})}, {}}), {0}, {});
  EXPECT_THROW(run_case({"Slice", 13, counted({4}), {int64({0}), int64({1}), int64({1})}, {}}), graph::ModelError);
}

TEST(FloatGather, IndicesOfAnyShape) {
  const auto indices = data_of<std::int64_t>(graph::DataType::int64, {1, 2}, {-1, 0});
  expect_value(run_case({"Gather", 13, counted({2, 3}), {indices}, {{"axis", std::int64_t{-1}}}}), {2, 1, 2},
               {3, 1, 6, 4});
  const auto scalar = data_of<std::int64_t>(graph::DataType::int64, {}, {1});
  expect_value(run_case({"Gather", 1, counted({2, 3}), {scalar}, {}}), {3}, {4, 5, 6});
  EXPECT_THROW(run_case({"Gather", 13, counted({2, 3}), {int64({2})}, {}}), graph::ModelError);
}

TEST(FloatPad, Modes) {
  const auto mode = [](const std::string& name) { return Attributes{{"mode", name}}; };
  expect_value(run_case({"Pad", 13, counted({2, 3}), {int64({0, 2, 1, 1})}, mode("reflect")}), {3, 6},
               {3, 2, 1, 2, 3, 2, 6, 5, 4, 5, 6, 5, 3, 2, 1, 2, 3, 2});
  expect_value(run_case({"Pad", 13, counted({2, 3}), {int64({1, -1, 0, 2})}, mode("edge")}), {3, 4},
               {2, 3, 3, 3, 2, 3, 3, 3, 5, 6, 6, 6});
  EXPECT_THROW(run_case({"Pad", 13, counted({2}), {int64({1, 1})}, mode("mirror")}), graph::ModelError);
}

TEST(FloatPad, ConstantOfEachOpset) {
  expect_value(run_case({"Pad", 10, counted({1, 2}), {}, {{"pads", Integers{0, 1, 1, 0}}, {"value", 7.0F}}}), {2, 3},
               {7, 1, 2, 7, 7, 7});
  expect_value(run_case({"Pad", 18, counted({2, 2}), {int64({1, 2}), floats({}, {9}), int64({-1})}, {}}), {2, 5},
               {9, 1, 2, 9, 9, 9, 3, 4, 9, 9});
  expect_value(run_case({"Pad", 18, counted({1, 2}), {int64({1, 0}), absent(), int64({1})}, {}}), {1, 3}, {0, 1, 2});
}

TEST(FloatRepetition, ExpandBroadcastsBothWays) {
  expect_value(run_case({"Expand", 13, counted({2, 1}), {int64({2, 1, 3})}, {}}), {2, 2, 3},
               {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2});
  expect_value(run_case({"Expand", 8, counted({3}), {int64({1})}, {}}), {3}, {1, 2, 3});
}

TEST(FloatRepetition, TileOfEachDimension) {
  expect_value(run_case({"Tile", 13, counted({2, 2}), {int64({1, 2})}, {}}), {2, 4}, {1, 2, 1, 2, 3, 4, 3, 4});
  expect_value(run_case({"Tile", 6, counted({1, 2}), {int64({2, 1})}, {}}), {2, 2}, {1, 2, 1, 2});
}

TEST(FloatDepth, BlocksFromChannelsAndBack) {
  const auto run = [](const std::string& mode) {
    return run_case({"DepthToSpace", 13, counted({1, 8, 1, 2}), {}, {{"blocksize", std::int64_t{2}}, {"mode", mode}}});
  };
  expect_value(run("DCR"), {1, 2, 2, 4}, {1, 5, 2, 6, 9, 13, 10, 14, 3, 7, 4, 8, 11, 15, 12, 16});
  expect_value(run("CRD"), {1, 2, 2, 4}, {1, 3, 2, 4, 5, 7, 6, 8, 9, 11, 10, 12, 13, 15, 14, 16});
  expect_value(run_case({"SpaceToDepth", 13, counted({1, 2, 2, 4}), {}, {{"blocksize", std::int64_t{2}}}}),
               {1, 8, 1, 2}, {1, 3, 9, 11, 2, 4, 10, 12, 5, 7, 13, 15, 6, 8, 14, 16});
  EXPECT_THROW(run_case({"SpaceToDepth", 13, counted({1, 1, 3, 2}), {}, {{"blocksize", std::int64_t{2}}}}),
               graph::ModelError);
}

}  // namespace
}  // namespace intloom::reference
