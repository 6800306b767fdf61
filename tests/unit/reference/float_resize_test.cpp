// Resize and Upsample; expected values of ONNX Runtime 1.32.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

Attributes modes(const std::string& coordinates, const std::string& nearest) {
  return {{"coordinate_transformation_mode", coordinates}, {"nearest_mode", nearest}};
}
Attributes linear(const std::string& coordinates) {
  return {{"coordinate_transformation_mode", coordinates}, {"mode", std::string("linear")}};
}

struct NearestCase {
  std::string coordinates, nearest;
  Floats smaller, larger;  // 1..6 as four elements, 1..3 as eight
};
class NearestModes : public testing::TestWithParam<NearestCase> {};

TEST_P(NearestModes, ShrinkAndGrow) {
  const NearestCase& expected = GetParam();
  const auto run = [&](std::int64_t in, std::int64_t out) {
    return run_case({"Resize",
                     11,
                     counted({1, 1, 1, in}),
                     {floats({0}, {}), floats({0}, {}), int64({1, 1, 1, out})},
                     modes(expected.coordinates, expected.nearest)});
  };
  EXPECT_EQ(run(6, 4).values, expected.smaller);
  EXPECT_EQ(run(3, 8).values, expected.larger);
}

INSTANTIATE_TEST_SUITE_P(
    FloatResize, NearestModes,
    testing::Values(NearestCase{"half_pixel", "round_prefer_floor", {1, 3, 4, 6}, {1, 1, 1, 2, 2, 3, 3, 3}},
                    NearestCase{"half_pixel", "floor", {1, 2, 4, 5}, {1, 1, 1, 1, 2, 2, 2, 3}},
                    NearestCase{"half_pixel", "ceil", {2, 3, 5, 6}, {1, 2, 2, 2, 3, 3, 3, 3}},
                    NearestCase{"pytorch_half_pixel", "round_prefer_ceil", {1, 3, 4, 6}, {1, 1, 1, 2, 2, 3, 3, 3}},
                    NearestCase{"align_corners", "floor", {1, 2, 4, 6}, {1, 1, 1, 1, 2, 2, 2, 3}},
                    NearestCase{"align_corners", "ceil", {1, 3, 5, 6}, {1, 2, 2, 2, 3, 3, 3, 3}},
                    NearestCase{"asymmetric", "round_prefer_floor", {1, 2, 4, 5}, {1, 1, 2, 2, 2, 3, 3, 3}},
                    NearestCase{"asymmetric", "round_prefer_ceil", {1, 3, 4, 6}, {1, 1, 2, 2, 3, 3, 3, 3}},
                    NearestCase{"asymmetric", "floor", {1, 2, 4, 5}, {1, 1, 1, 2, 2, 2, 3, 3}},
                    NearestCase{"tf_half_pixel_for_nn", "floor", {1, 3, 4, 6}, {1, 1, 1, 2, 2, 3, 3, 3}},
                    NearestCase{"tf_half_pixel_for_nn", "ceil", {2, 4, 5, 6}, {2, 2, 2, 3, 3, 3, 3, 3}}),
    [](const testing::TestParamInfo<NearestCase>& tested) {
      return tested.param.coordinates + "_" + tested.param.nearest;
    });

TEST(FloatResize, Opset10RoundsUpWhereItShrinks) {
  const graph::TensorData x = counted({1, 1, 4, 5});
  expect_value(run_case({"Resize", 10, x, {floats({4}, {1, 1, 0.6F, 0.6F})}, {}}), {1, 1, 2, 3}, {1, 3, 5, 11, 13, 15});
  expect_value(run_case({"Resize", 10, x, {floats({4}, {1, 1, 0.5F, 0.4F})}, {}}), {1, 1, 2, 2}, {1, 4, 11, 14});
  expect_value(
      run_case(
          {"Resize", 10, counted({1, 1, 2, 2}), {floats({4}, {1, 1, 2, 1.5F})}, {{"mode", std::string("linear")}}}),
      {1, 1, 4, 3}, {1, 1.666667F, 2, 2, 2.666667F, 3, 3, 3.666667F, 4, 3, 3.666667F, 4});
}

TEST(FloatResize, UpsampleByInputOrAttribute) {
  expect_value(run_case({"Upsample", 9, counted({1, 1, 2, 2}), {floats({4}, {1, 1, 2, 3})}, {}}), {1, 1, 4, 6},
               {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
  expect_value(run_case({"Upsample",
                         7,
                         counted({1, 1, 2, 2}),
                         {},
                         {{"scales", Floats{1, 1, 2, 2}}, {"mode", std::string("linear")}}}),
               {1, 1, 4, 4}, {1, 1.5F, 2, 2, 2, 2.5F, 3, 3, 3, 3.5F, 4, 4, 3, 3.5F, 4, 4});
}

TEST(FloatResize, Linear) {
  const auto run = [](const std::string& coordinates) {
    return run_case(
        {"Resize", 13, counted({1, 1, 2, 3}), {absent(), absent(), int64({1, 1, 3, 2})}, linear(coordinates)});
  };
  expect_value(run("half_pixel"), {1, 1, 3, 2}, {1.25F, 2.75F, 2.75F, 4.25F, 4.25F, 5.75F});
  expect_value(run("pytorch_half_pixel"), {1, 1, 3, 2}, {1.25F, 2.75F, 2.75F, 4.25F, 4.25F, 5.75F});
  expect_value(run("align_corners"), {1, 1, 3, 2}, {1, 3, 2.5F, 4.5F, 4, 6});
  expect_value(run("asymmetric"), {1, 1, 3, 2}, {1, 2.5F, 3, 4.5F, 4, 5.5F});
}

TEST(FloatResize, HalfPixelSymmetricKeepsTheCentre) {
  const graph::TensorData scales = floats({4}, {1, 1, 1, 1.4F});
  expect_value(run_case({"Resize", 19, counted({1, 1, 1, 4}), {absent(), scales}, linear("half_pixel_symmetric")}),
               {1, 1, 1, 5}, {1.071429F, 1.785714F, 2.5F, 3.214286F, 3.928571F});
  expect_value(run_case({"Resize",
                         19,
                         counted({1, 1, 1, 4}),
                         {absent(), scales},
                         modes("half_pixel_symmetric", "round_prefer_floor")}),
               {1, 1, 1, 5}, {1, 2, 2, 3, 4});
}

TEST(FloatResize, CropAndExtrapolate) {
  Attributes attributes = linear("tf_crop_and_resize");
  attributes["extrapolation_value"] = 10.0F;
  expect_value(run_case({"Resize",
                         11,
                         counted({1, 1, 4, 4}),
                         {floats({8}, {0, 0, 0.4F, 0.6F, 1, 1, 1.2F, 1.7F}), floats({0}, {}), int64({1, 1, 3, 3})},
                         attributes}),
               {1, 1, 3, 3}, {7.6F, 10, 10, 12.4F, 10, 10, 10, 10, 10});
}

TEST(FloatResize, OneScaleForTheAxesGiven) {
  const Attributes attributes{{"axes", Integers{2, 3}}, {"keep_aspect_ratio_policy", std::string("not_larger")}};
  expect_value(run_case({"Resize", 18, counted({1, 1, 2, 4}), {absent(), absent(), int64({3, 3})}, attributes}),
               {1, 1, 2, 3}, {1, 2, 4, 5, 6, 8});
}

TEST(FloatResize, WhatIsNotKnownIsRefused) {
  const std::vector<graph::TensorData> inputs{absent(), floats({4}, {1, 1, 2, 2})};
  EXPECT_THROW(run_case({"Resize", 13, counted({1, 1, 2, 2}), inputs, {{"mode", std::string("cubic")}}}),
               graph::ModelError);
  EXPECT_THROW(run_case({"Resize", 13, counted({1, 1, 2, 2}), inputs, modes("half_pixels", "floor")}),
               graph::ModelError);
  EXPECT_THROW(run_case({"Resize", 13, counted({1, 1, 2, 2}), {absent(), floats({2}, {2, 2})}, {}}), graph::ModelError);
}

}  // namespace
}  // namespace intloom::reference
