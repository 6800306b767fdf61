#include <gtest/gtest.h>

#include <limits>

#include "runtime/graph/graph.h"

namespace intloom::graph {
namespace {

TEST(ElementCount, IsTheProductOfTheDimensions) {
  EXPECT_EQ(element_count({}), 1);
  EXPECT_EQ(element_count({1, 3, 244, 244}), 178608);
  EXPECT_EQ(element_count({5, 0, 7}), 0);
}

TEST(ElementCount, RefusesNegativeDimensions) {
  EXPECT_THROW(element_count({2, -1}), ModelError);
  EXPECT_THROW(element_count({-2, -3}), ModelError);  // not 6
}

TEST(ElementCount, RefusesProductsBeyond63Bits) {
  EXPECT_EQ(element_count({std::int64_t{1} << 31, std::int64_t{1} << 31}), std::int64_t{1} << 62);
  EXPECT_THROW(element_count({std::int64_t{1} << 32, std::int64_t{1} << 31}), ModelError);
}

TEST(ShapeText, JoinsDimensions) {
  EXPECT_EQ(to_string(Shape{1, 3, 244, 244}), "1x3x244x244");
  EXPECT_EQ(to_string(Shape{7}), "7");
  EXPECT_EQ(to_string(Shape{}), "scalar");
}

struct TypeCase {
  DataType type;
  const char* name;
  std::size_t bytes;
};

class DataTypes : public testing::TestWithParam<TypeCase> {};

TEST_P(DataTypes, HaveNameAndSize) {
  EXPECT_EQ(data_type_name(GetParam().type), GetParam().name);
  EXPECT_EQ(data_type_bytes(GetParam().type), GetParam().bytes);
}

TEST_P(DataTypes, MakeTensorsOfZeros) {
  const TensorData data = make_tensor(GetParam().type, {2, 3});
  EXPECT_EQ(data.size(), 6);
  EXPECT_EQ(data.bytes, std::vector<std::uint8_t>(6 * GetParam().bytes, 0));
  EXPECT_EQ(element_as_double(data, 5), 0.0);
}

INSTANTIATE_TEST_SUITE_P(All, DataTypes,
                         testing::Values(TypeCase{DataType::float32, "float32", 4}, TypeCase{DataType::int8, "int8", 1},
                                         TypeCase{DataType::uint8, "uint8", 1}, TypeCase{DataType::int32, "int32", 4},
                                         TypeCase{DataType::int64, "int64", 8}, TypeCase{DataType::boolean, "bool", 1}),
                         [](const auto& test) { return test.param.name; });

TEST(Elements, KeepTheirSign) {
  TensorData bytes = make_tensor(DataType::int8, {2});
  bytes.bytes = {0x80, 0x7f};
  EXPECT_EQ(element_as_int(bytes, 0), -128);
  EXPECT_EQ(element_as_int(bytes, 1), 127);
  bytes.type = DataType::uint8;
  EXPECT_EQ(element_as_int(bytes, 0), 128);
  EXPECT_EQ(element_as_double(bytes, 0), 128.0);
}

TEST(Elements, ReachTheEndsOfTheirTypes) {
  TensorData wide = make_tensor(DataType::int64, {2});
  wide.as<std::int64_t>()[1] = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(element_as_int(wide, 1), std::numeric_limits<std::int64_t>::min());
  TensorData narrow = make_tensor(DataType::int32, {1});
  narrow.as<std::int32_t>()[0] = -2147483647 - 1;
  EXPECT_EQ(element_as_double(narrow, 0), -2147483648.0);
}

TEST(Elements, OfFloatsAreNoIntegers) {
  TensorData data = make_tensor(DataType::float32, {1});
  data.as<float>()[0] = 0.1f;
  EXPECT_EQ(element_as_double(data, 0), static_cast<double>(0.1f));
  EXPECT_THROW(element_as_int(data, 0), std::invalid_argument);
}

TEST(Elements, BeyondTheEndAreAnError) {
  const TensorData data = make_tensor(DataType::int32, {3});
  EXPECT_NO_THROW(element_as_int(data, 2));
  EXPECT_THROW(element_as_int(data, 3), std::out_of_range);
  EXPECT_THROW(element_as_int(data, -1), std::out_of_range);
}

TEST(Elements, OfBooleansAreZeroOrOne) {
  TensorData data;
  data.type = DataType::boolean;
  data.shape = {2};
  data.bytes = {0, 2};  // any byte but 0 is true
  EXPECT_EQ(element_as_int(data, 0), 0);
  EXPECT_EQ(element_as_int(data, 1), 1);
}

}  // namespace
}  // namespace intloom::graph
