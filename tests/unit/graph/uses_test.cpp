#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/graph/graph_under_test.h"

namespace intloom::graph {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Uses, NameMakerAndReaders) {
  const Uses uses = find_uses(relu_add());
  EXPECT_THAT(uses.producer, ElementsAre(-1, -1, 0, 1));
  EXPECT_THAT(uses.consumers, ElementsAre(ElementsAre(0), ElementsAre(1), ElementsAre(1), IsEmpty()));
}

TEST(Uses, ANodeThatReadsATensorTwiceIsOneReader) {
  Graph graph = relu_add();
  graph.nodes[1].inputs = {2, 2};
  EXPECT_THAT(find_uses(graph).consumers[2], ElementsAre(1));
}

TEST(Uses, AbsentInputsAndOutputsAreSkipped) {
  Graph graph = relu_add();
  graph.nodes[0].inputs.push_back(kNoTensor);
  graph.nodes[0].outputs.push_back(kNoTensor);
  EXPECT_THAT(find_uses(graph).consumers[0], ElementsAre(0));
}

TEST(Uses, ReadersComeInProgramOrder) {
  Graph graph = relu_add();
  graph.nodes[1].inputs = {2, 0};
  EXPECT_THAT(find_uses(graph).consumers[0], ElementsAre(0, 1));
}

}  // namespace
}  // namespace intloom::graph
