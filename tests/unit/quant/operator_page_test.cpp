// docs/operators.md is made from the table of operators. With INTLOOM_WRITE_PAGES set the test writes the page.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/quant/operator_table.h"

namespace intloom::quant {
namespace {

constexpr const char* kHead = R"(# Operators

ONNX operators that become integers, and the unit that takes cycles for them (`none`: folded, no cycles). Symbols are
those of `runtime/quant/network.h`: X an integer, Z a zero point, M a quotient of scales, R the machine's rounding.
This page is made from `runtime/quant/operator_list.cpp`; a test holds the two equal.

Against ONNX Runtime, with the float32 requantizer (`multiplier: float32`): sums, Conv, Gemm, pooling, Add, Mul, Concat
and everything that only moves integers are equal in every element where ONNX Runtime computes in integers itself. A table
holds the float function of the model, computed in double and rounded once; ONNX Runtime's own functions are
approximations in float32, so an entry that lies at the edge between two integers may differ by one. BatchNormalization
rounds its bias to 1/127 of a product, ReduceMean and ConvTranspose are float in ONNX Runtime: at most 1 apart.
`tests/system/operator_models_test.cpp` counts the differences for each operator on models made with ONNX Runtime.

| operator | unit | integers |
|---|---|---|
)";

std::string page() {
  std::string text = kHead;
  for (const Operator& known : operators())
    text += fmt::format("| {} | {} | {} |\n", known.name, known.unit, known.formula);
  return text;
}

TEST(OperatorPage, IsTheTable) {
  const std::string path = INTLOOM_SOURCE_DIR "/docs/operators.md";
  if (std::getenv("INTLOOM_WRITE_PAGES") != nullptr) std::ofstream(path) << page();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), page()) << "docs/operators.md is old: run this test with INTLOOM_WRITE_PAGES=1";
}

TEST(OperatorTable, IsSortedAndComplete) {
  std::string_view last;
  for (const Operator& known : operators()) {
    EXPECT_LT(last, known.name);
    EXPECT_FALSE(known.unit.empty()) << known.name;
    EXPECT_FALSE(known.formula.empty()) << known.name;
    last = known.name;
  }
}

}  // namespace
}  // namespace intloom::quant
