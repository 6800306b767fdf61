// Machine specs with alternatives: which machines they stand for, and what is wrong with wrong ones.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;
using testing::StartsWith;

std::vector<std::string> specs_of(const std::vector<std::string>& specs) {
  std::vector<std::string> expanded;
  for (const MachineVariant& variant : expand_machines(specs)) expanded.push_back(variant.spec);
  return expanded;
}

std::string expansion_error(const std::string& spec) {
  return error_of([&] { expand_machines({spec}); });
}

TEST(Alternatives, EveryCombinationTheLastKeyFastest) {
  EXPECT_THAT(specs_of({"edge_16x16:array.rows={8,16},array.cols=4,memory.bytes_per_cycle={ 2 , 4,8}"}),
              ElementsAre("edge_16x16:array.rows=8,array.cols=4,memory.bytes_per_cycle=2",
                          "edge_16x16:array.rows=8,array.cols=4,memory.bytes_per_cycle=4",
                          "edge_16x16:array.rows=8,array.cols=4,memory.bytes_per_cycle=8",
                          "edge_16x16:array.rows=16,array.cols=4,memory.bytes_per_cycle=2",
                          "edge_16x16:array.rows=16,array.cols=4,memory.bytes_per_cycle=4",
                          "edge_16x16:array.rows=16,array.cols=4,memory.bytes_per_cycle=8"));
  const MachineVariant last = expand_machines({"edge_16x16:array.rows={8,16}"}).back();
  EXPECT_EQ(last.base, "edge_16x16");
  EXPECT_THAT(last.changes, ElementsAre(Pair("array.rows", "16")));
  EXPECT_TRUE(last.of_alternatives);
  EXPECT_EQ(load_machine(last.spec).description.array.rows, 16);
}

TEST(Alternatives, SpecsOneAfterTheOtherAndSingleOnesAsTheyAre) {
  EXPECT_THAT(specs_of({"edge_8x8", "edge_16x16:array.rows={8}", "shift_only:array.rows=9,array.rows=8"}),
              ElementsAre("edge_8x8", "edge_16x16:array.rows=8", "shift_only:array.rows=9,array.rows=8"));
  EXPECT_FALSE(expand_machines({"edge_8x8:array.rows=8"}).front().of_alternatives);
  EXPECT_THAT(specs_of({"edge_16x16:scratchpad.bank_bytes={8KiB,16384},requant.rounding={floor,half_even}"}),
              testing::SizeIs(4));
}

TEST(Alternatives, Wrong) {
  EXPECT_EQ(expansion_error("edge_8x8:array.rows={4,8"), "-m: edge_8x8:array.rows={4,8: a '{' without its '}'");
  EXPECT_EQ(expansion_error("edge_8x8:array.rows=4}"), "-m: edge_8x8:array.rows=4}: a '}' without its '{'");
  EXPECT_EQ(expansion_error("edge_8x8:array.rows={4,{8}}"), "-m: edge_8x8:array.rows={4,{8}}: a '{' within '{'");
  EXPECT_EQ(expansion_error("edge_8x8:array.rows={4,,8}"),
            "-m: edge_8x8:array.rows={4,,8}: array.rows: an alternative of {4,,8} is empty");
  for (const char* empty : {"{}", "{4,}", "{,4}", "{ }"})
    EXPECT_THAT(expansion_error(fmt::format("edge_8x8:array.rows={}", empty)), HasSubstr("is empty")) << empty;
  EXPECT_EQ(expansion_error("edge_8x8:array.rows=1{4,8}"),
            "-m: edge_8x8:array.rows=1{4,8}: array.rows: expected array.rows={a,b,...}, got 1{4,8}");
  EXPECT_THAT(expansion_error("edge_8x8:array.rows={4}{8}"), HasSubstr("expected array.rows={a,b,...}"));
  EXPECT_THAT(expansion_error("edge_8x8:array.rows={4,300}"),
              StartsWith("-m: edge_8x8:array.rows={4,300}: array.rows: 300 is out of range; expected 1..256"));
  EXPECT_THAT(expansion_error("edge_8x8:array.row={4,8}"),
              HasSubstr("unknown key array.row; did you mean array.rows?"));
  EXPECT_THAT(expansion_error("edge_8x8:array.rows={4,8},array.rows=4"), HasSubstr("array.rows is given twice"));
  EXPECT_THAT(error_of([] { load_machine("edge_8x8:array.rows={4,8}"); }), HasSubstr("intloom compare takes them"));
}

TEST(Alternatives, NotMoreThanAHundredThousand) {
  std::string values = "1";
  for (int i = 2; i <= 100; ++i) values += "," + std::to_string(i);
  const std::string spec = "edge_8x8:array.rows={" + values + "},array.cols={" + values + "},vector.lanes={1,2,4,8,16";
  EXPECT_EQ(expand_machines({spec.substr(0, spec.rfind(",vector"))}).size(), 10000U);
  EXPECT_THAT(expansion_error(spec + ",3,5,6,7,9,10}"), HasSubstr("the alternatives make more than 100000 machines"));
}

TEST(Alternatives, ALoaderGivesWhatLoadMachineGives) {
  MachineLoader loader({"max_cycles=77"});
  for (const MachineVariant& variant : expand_machines({"edge_16x16:array.rows={8,16}", "shift_only"})) {
    const Machine one = load_machine(variant.spec, {"max_cycles=77"}), other = loader.load(variant.spec);
    EXPECT_EQ(to_yaml(one), to_yaml(other));
    EXPECT_EQ(other.description.max_cycles, 77);
  }
}

}  // namespace
}  // namespace intloom::sim
