#include <gtest/gtest.h>

#include "sim/config/config.h"

namespace intloom::sim {
namespace {

TEST(Nearest, ByEditDistance) {
  const std::vector<std::string> words{"rows", "cols", "dataflow", "zero_point"};
  EXPECT_EQ(nearest("row", words), "rows");   // one insertion
  EXPECT_EQ(nearest("clos", words), "cols");  // neighbours swapped
  EXPECT_EQ(nearest("Rows", words), "rows");  // case does not count
  EXPECT_EQ(nearest("datafow", words), "dataflow");
  EXPECT_EQ(nearest("zeropoint", words), "zero_point");
}

TEST(Nearest, NothingWhereNoneIsNear) {
  EXPECT_EQ(nearest("zebra", {"rows", "cols"}), "");
  EXPECT_EQ(nearest("", {"rows"}), "");
  EXPECT_EQ(nearest("rows", {}), "");
  EXPECT_EQ(nearest("xy", {"a"}), "");
  EXPECT_EQ(nearest(std::string(100000, 'a'), {"rows"}), "");
}

TEST(Nearest, TheFirstOfEquallyNear) { EXPECT_EQ(nearest("edge_9x9", {"edge_8x8", "edge_7x7"}), "edge_8x8"); }

}  // namespace
}  // namespace intloom::sim
