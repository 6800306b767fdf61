#include "sim/report/text_width.h"

#include <gtest/gtest.h>

namespace intloom::sim {
namespace {

const std::string kWord(40, 'w');

TEST(TextWidth, LinesGoOnBehindTheMargin) {
  EXPECT_EQ(wrapped("# " + kWord + " " + kWord + " " + kWord, "#   "),
            "# " + kWord + " " + kWord + "\n#   " + kWord + "\n");
  EXPECT_EQ(wrapped("  " + kWord + " " + kWord + " " + kWord, 4), "  " + kWord + " " + kWord + "\n    " + kWord + "\n");
}

TEST(TextWidth, BlanksWithinALineStay) {
  EXPECT_EQ(wrapped("key   value  ", 2), "key   value\n");
  const std::string line = "a" + std::string(57, ' ') + kWord;  // 98 columns
  EXPECT_EQ(wrapped(line + "  b", 2), line + "\n  b\n");
}

TEST(TextWidth, ALongWordIsBroken) { EXPECT_EQ(wrapped(std::string(150, 'x'), 2).find('\n'), 100U); }

}  // namespace
}  // namespace intloom::sim
