#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/graph/graph.h"

namespace intloom::graph {
namespace {

Node node() {
  Node node;
  node.name = "conv1";
  node.op = "Conv";
  node.attributes = {{"group", std::int64_t{4}},
                     {"alpha", 0.5f},
                     {"auto_pad", std::string("SAME_UPPER")},
                     {"pads", std::vector<std::int64_t>{0, 0, 1, 1}}};
  return node;
}

TEST(Attributes, AreFoundByName) {
  EXPECT_EQ(node().int_attribute("group", 1), 4);
  EXPECT_EQ(node().float_attribute("alpha", 1.0f), 0.5f);
  EXPECT_EQ(node().string_attribute("auto_pad", "NOTSET"), "SAME_UPPER");
  EXPECT_EQ(node().ints_attribute("pads", {}), (std::vector<std::int64_t>{0, 0, 1, 1}));
}

TEST(Attributes, HaveDefaultsWhereAbsent) {
  EXPECT_EQ(node().int_attribute("ceil_mode", 7), 7);
  EXPECT_EQ(node().float_attribute("beta", 1.5f), 1.5f);
  EXPECT_EQ(node().string_attribute("mode", "nearest"), "nearest");
  EXPECT_EQ(node().ints_attribute("strides", {2, 2}), (std::vector<std::int64_t>{2, 2}));
}

TEST(Attributes, OfAnotherKindNameTheNode) {
  try {
    node().int_attribute("pads", 0);
    FAIL() << "a list is no integer";
  } catch (const ModelError& error) {
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("'conv1' (Conv)"), testing::HasSubstr("'pads'")));
  }
  EXPECT_THROW(node().ints_attribute("group", {}), ModelError);
  EXPECT_THROW(node().float_attribute("group", 0), ModelError);
  EXPECT_THROW(node().string_attribute("alpha", ""), ModelError);
}

}  // namespace
}  // namespace intloom::graph
