// ConvTranspose; expected values of ONNX Runtime 1.32.
#include <gtest/gtest.h>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

FloatTensor transposed(const graph::Shape& x, const std::vector<graph::TensorData>& constants,
                       const Attributes& attributes) {
  return run_case({"ConvTranspose", 11, counted(x), constants, attributes});
}

TEST(FloatConvTranspose, StridesPadsAndOutputPadding) {
  const Attributes attributes{
      {"strides", Integers{2, 2}}, {"pads", Integers{1, 1, 0, 0}}, {"output_padding", Integers{1, 0}}};
  expect_value(transposed({1, 1, 2, 2}, {counted({1, 1, 3, 3})}, attributes), {1, 1, 5, 4},
               {5, 14, 10, 12, 14, 36, 24, 30, 15, 34, 20, 24, 24, 55, 32, 36, 0, 0, 0, 0});
}

TEST(FloatConvTranspose, GroupsDilationsAndBias) {
  const Attributes attributes{{"group", std::int64_t{2}}, {"dilations", Integers{1, 2}}};
  expect_value(transposed({1, 2, 1, 2}, {counted({2, 2, 1, 2}), floats({4}, {0.5F, 1, 1.5F, 2})}, attributes),
               {1, 4, 1, 4}, {1.5F, 2.5F, 2.5F, 4.5F, 4, 7, 5, 9, 16.5F, 21.5F, 19.5F, 25.5F, 23, 30, 26, 34});
}

TEST(FloatConvTranspose, SameSizesPutTheOddPadAtEitherEnd) {
  const auto run = [](const std::string& auto_pad) {
    return transposed({1, 1, 1, 3}, {counted({1, 1, 1, 3})}, {{"strides", Integers{1, 2}}, {"auto_pad", auto_pad}});
  };
  expect_value(run("SAME_UPPER"), {1, 1, 1, 6}, {1, 2, 5, 4, 9, 6});
  expect_value(run("SAME_LOWER"), {1, 1, 1, 6}, {2, 5, 4, 9, 6, 9});
}

TEST(FloatConvTranspose, OutputShapeOnOneAxis) {
  const auto run = [](const std::string& auto_pad) {
    return transposed({1, 1, 3}, {counted({1, 1, 4})},
                      {{"strides", Integers{2}}, {"output_shape", Integers{7}}, {"auto_pad", auto_pad}});
  };
  expect_value(run("SAME_UPPER"), {1, 1, 7}, {1, 2, 5, 8, 9, 14, 9});
  expect_value(run("NOTSET"), {1, 1, 7}, {2, 5, 8, 9, 14, 9, 12});
}

TEST(FloatConvTranspose, WeightsThatDoNotFit) {
  EXPECT_THROW(transposed({1, 2, 1, 2}, {counted({3, 1, 1, 1})}, {}), graph::ModelError);
  EXPECT_THROW(transposed({1, 2, 1, 2}, {counted({2, 1, 1, 1})}, {{"strides", Integers{2}}}), graph::ModelError);
}

}  // namespace
}  // namespace intloom::reference
