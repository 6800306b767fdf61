// Listings fit a terminal of 100 columns, and nothing is cut.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/negative/program.h"

namespace intloom::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string printed(const std::vector<std::string>& arguments) {
  const WorkFolder folder;
  const Ended ended = run_program(arguments, folder.path());
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  std::istringstream lines(ended.out);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100U) << line;
  return ended.out;
}

const std::string kModel = source("models/digits/digits-int8.onnx");

TEST(Listing, AMachineHasRangesAndWholeDescriptions) {
  const std::string said = printed({"machine", "edge_16x16:array.rows=32"});
  EXPECT_THAT(said, HasSubstr("32 rows            machine"));
  EXPECT_THAT(said, HasSubstr("Input channels taken in a cycle, and of a channel block [1..256]"));
  EXPECT_THAT(said, HasSubstr("[wrap, saturate, error]"));
  EXPECT_THAT(said, Not(HasSubstr("..\n")));
}

TEST(Listing, EveryMachineFits) {
  const std::string said = printed({"machine"});
  std::istringstream lines(said.substr(said.find('\n') + 1));
  int count = 0;
  for (std::string name; lines >> name && name != "intloom"; ++count) {
    printed({"machine", name});
    lines.ignore(1000, '\n');
  }
  EXPECT_GT(count, 5);
}

TEST(Listing, AnExplanationFits) {
  EXPECT_THAT(printed({"explain", kModel}), HasSubstr("nodes are notation: all fold."));
}

TEST(Listing, AProgramFits) {
  const std::string said = printed({"program", kModel});
  EXPECT_THAT(said, HasSubstr("# layer 0: image (Layout), 0 MACs"));
  EXPECT_THAT(said, HasSubstr("best of"));
  EXPECT_THAT(said, HasSubstr("kernel=3x3 stride=1,1"));
}

}  // namespace
}  // namespace intloom::test
