// Wrong machine files and options: each message names the place, what was expected and the nearest valid word.
#include <gmock/gmock.h>

#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

struct WrongMachine {
  const char* name;
  const char* yaml;
  const char* place;                  // behind the file's name
  std::vector<const char*> contents;  // parts of the message
};

void PrintTo(const WrongMachine& wrong, std::ostream* out) { *out << wrong.name; }

class WrongMachineFile : public YamlFolder, public testing::WithParamInterface<WrongMachine> {};

TEST_P(WrongMachineFile, NamesPlaceAndExpectation) {
  const std::string file = write("wrong.yaml", GetParam().yaml);
  const std::string message = error_of([&] { load_machine(file); });
  EXPECT_THAT(message, StartsWith(file + GetParam().place));
  for (const char* part : GetParam().contents) EXPECT_THAT(message, HasSubstr(part));
}

const WrongMachine kWrongMachines[] = {
    {"UnknownKeyOfSection", "array:\n  rowz: 8\n", ":2:3: ", {"unknown key array.rowz", "did you mean array.rows?"}},
    {"UnknownSection", "name: x\narry: {rows: 8}\n", ":2:1: ", {"unknown key arry", "did you mean array?"}},
    {"KeyWithoutItsSection", "rows: 8\n", ":1:1: ", {"unknown key rows", "did you mean array.rows?"}},
    {"DottedKey", "array.rows: 8\n", ":1:1: ", {"unknown key array.rows", "write rows under array:"}},
    {"UnknownKeyFarFromAny",
     "array: {zebra_crossing: 1}\n",
     ":1:9: ",
     {"unknown key array.zebra_crossing", "the keys of array are rows, cols, dataflow, zero_point"}},
    {"UnknownWordFarFromAny",
     "zebra_crossing: 1\n",
     ":1:1: ",
     {"unknown key zebra_crossing", "sections of a machine are array"}},
    {"TextForInteger", "array:\n  rows: many\n", ":2:9: ", {"array.rows: expected an integer (1..256 rows), got many"}},
    {"QuotedInteger", "array: {rows: '16'}\n", ":1:15: ", {"array.rows", "expected an integer", "got the text \"16\""}},
    {"FractionForInteger", "array: {rows: 16.5}\n", ":1:15: ", {"array.rows", "expected an integer", "got 16.5"}},
    {"ListForInteger", "array: {rows: [16]}\n", ":1:15: ", {"array.rows", "got a list"}},
    {"MapForInteger", "array: {rows: {a: 1}}\n", ":1:15: ", {"array.rows", "got a map"}},
    {"NothingForInteger", "array:\n  rows:\n  cols: 4\n", ":2:3: ", {"array.rows", "got nothing"}},
    {"TooSmall", "array:\n  cols: 0\n", ":2:9: ", {"array.cols: 0 is out of range; expected 1..256 columns"}},
    {"TooLarge", "array:\n  rows: 257\n", ":2:9: ", {"array.rows: 257 is out of range; expected 1..256 rows"}},
    {"Negative", "requant: {lanes: -1}\n", ":1:18: ", {"requant.lanes: -1 is out of range"}},
    {"BeyondSixtyFourBits",
     "memory: {capacity_bytes: 99999999999999999999}\n",
     ":1:26: ",
     {"memory.capacity_bytes", "out of range"}},
    {"SuffixOverflow",
     "memory: {capacity_bytes: 9999999999GiB}\n",
     ":1:26: ",
     {"memory.capacity_bytes", "out of range"}},
    {"UnknownSizeSuffix",
     "scratchpad: {bank_bytes: 16KB}\n",
     ":1:26: ",
     {"scratchpad.bank_bytes", "64KiB", "got 16KB"}},
    {"SuffixWhereNoBytesAre", "array: {rows: 1KiB}\n", ":1:15: ", {"array.rows", "expected an integer", "got 1KiB"}},
    {"WrongWord",
     "array:\n  dataflow: weight_stationery\n",
     ":2:13: ",
     {"array.dataflow: expected weight_stationary, got weight_stationery", "did you mean weight_stationary?"}},
    {"WrongWordOfSeveral",
     "requant: {rounding: half_eve}\n",
     ":1:21: ",
     {"requant.rounding: expected one of model, half_even, half_up, half_away, tflite_double, floor, got half_eve",
      "did you mean half_even?"}},
    {"WordOfWrongCase",
     "accumulator: {overflow: Wrap}\n",
     ":1:25: ",
     {"expected one of wrap, saturate, error", "did you mean wrap?"}},
    {"NotABoolean", "requant: {per_channel: 1}\n", ":1:24: ", {"requant.per_channel: expected true or false, got 1"}},
    {"YesIsNoBoolean", "requant: {per_channel: yes}\n", ":1:24: ", {"expected true or false, got yes"}},
    {"SectionIsAValue", "array: 16\n", ":1:8: ", {"array: expected a map of keys"}},
    {"SectionIsAList", "array: [16, 16]\n", ":1:8: ", {"array: expected a map of keys"}},
    {"DuplicateKey",
     "array:\n  rows: 8\n  rows: 16\n",
     ":3:3: ",
     {"duplicate key array.rows", "first given in line 2"}},
    {"DuplicateSection", "array: {rows: 8}\ndma: {}\narray: {cols: 8}\n", ":3:1: ", {"duplicate key array", "line 1"}},
    {"Tab", "array:\n\trows: 8\n", ":2:", {"not valid YAML"}},
    {"UnclosedBrace", "array: {rows: 8\nname: x\n", ":2:", {"not valid YAML"}},
    {"UnclosedQuote", "name: \"x\n", ":", {"not valid YAML"}},
    {"UndefinedAlias", "array: *nothing\n", ":1:", {"not valid YAML"}},
    {"AliasOfItself", "array: &a {rows: *a}\n", ":1:", {"nested too deeply"}},
    {"TwoDocuments", "name: a\n---\nname: b\n", ":", {"more than one YAML document"}},
    {"Empty", "", ":1:1: ", {"expected a machine as a map of keys", "got nothing"}},
    {"OnlyComments", "# nothing\n", ":1:1: ", {"expected a machine as a map of keys", "got nothing"}},
    {"List", "- rows: 8\n", ":1:1: ", {"expected a machine as a map of keys", "got a list"}},
    {"SingleValue", "edge_16x16\n", ":1:1: ", {"expected a machine as a map of keys", "got a single value"}},
    {"KeyIsAList", "[a, b]: 1\n", ":1:1: ", {"a key must be a word"}},
    {"UnknownBase",
     "base: edge_16x61\n",
     ":1:7: base: ",
     {"no machine named \"edge_16x61\"", "did you mean edge_16x16?", "presets: "}},
    {"MissingBaseFile", "base: ./gone.yaml\n", ":1:7: base: ", {"no such file", "gone.yaml"}},
    {"BaseIsAList",
     "base: [edge_16x16]\n",
     ":1:7: ",
     {"base: expected the name of a preset or of a .yaml file, got a list"}},
    {"BaseIsItself", "base: wrong.yaml\n", ":1:7: base: ", {"inherits from itself"}},
    {"BurstNoPowerOfTwo",
     "memory:\n  burst_bytes: 48\n",
     ":2:16: ",
     {"memory.burst_bytes: 48 is not a power of two; nearest are 32 and 64"}},
    {"TooManyBanks", "dma: {}\nweight_buffer:\n  banks: 45\n", ":3:10: ", {"16 + 45 + 4 = 65", "at most 64 banks"}},
    {"BankHoldsNoWord",
     "array: {rows: 64}\nscratchpad: {bank_bytes: 63}\n",
     ":2:26: ",
     {"scratchpad.bank_bytes: a bank of 63 bytes holds no word of 64 bytes", "one byte per array.rows", "at least 64"}},
    {"WeightBankHoldsNoWord",
     "array: {cols: 200}\nweight_buffer: {bank_bytes: 199}\n",
     ":2:29: ",
     {"weight_buffer.bank_bytes", "one byte per array.cols"}},
    {"ParameterBankHoldsNoRecord",
     "parameter_buffer: {bank_bytes: 8}\n",
     ":1:32: ",
     {"parameter_buffer.bank_bytes", "at least 12"}},
    {"ShiftsCrossed",
     "requant: {shift_min: 20, shift_max: 10}\n",
     ":1:22: ",
     {"requant.shift_min: 20 is larger than requant.shift_max: 10"}},
    {"TfliteWithoutMultiplier",
     "requant:\n  multiplier_bits: 0\n  rounding: tflite_double\n",
     ":3:13: ",
     {"requant.rounding: tflite_double needs a multiplier", "requant.multiplier_bits is 0"}},
    {"FloatThatFloors",
     "vector: {multiplier: float32, rounding: floor}\n",
     ":1:41: ",
     {"vector.rounding: with vector.multiplier: float32 only half_even"}},
};

INSTANTIATE_TEST_SUITE_P(Files, WrongMachineFile, testing::ValuesIn(kWrongMachines),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(YamlFolder, CycleOfBasesNamesTheFileThatClosesIt) {
  write("a.yaml", "base: b.yaml\n");
  write("b.yaml", "base: c.yaml\n");
  const std::string c = write("c.yaml", "description: x\nbase: a.yaml\n");
  EXPECT_THAT(error_of([&] { load_machine(path("a.yaml")); }),
              AllOf(StartsWith(c + ":2:7: base: "), EndsWith("a.yaml inherits from itself")));
}

TEST_F(YamlFolder, AnErrorInABaseNamesTheBase) {
  const std::string base = write("base.yaml", "array: {rows: x}\n");
  EXPECT_THAT(error_of([&] { load_machine(write("top.yaml", "base: base.yaml\n")); }), StartsWith(base + ":1:15: "));
}

TEST_F(YamlFolder, MissingFileAndFolder) {
  EXPECT_THAT(error_of([&] { load_machine(path("gone.yaml")); }),
              AllOf(StartsWith("-m: no such file"), EndsWith("gone.yaml")));
  std::filesystem::create_directory(path("folder.yaml"));
  EXPECT_THAT(error_of([&] { load_machine(path("folder.yaml")); }), HasSubstr("is a folder; expected a YAML file"));
}

TEST(MachineOption, WrongOptions) {
  const auto message = [](const std::string& spec, const std::vector<std::string>& sets = {}) {
    return error_of([&] { load_machine(spec, sets); });
  };
  EXPECT_THAT(message("edge_16x61"),
              AllOf(StartsWith("-m: no machine named \"edge_16x61\""), HasSubstr("did you mean edge_16x16?")));
  EXPECT_THAT(message(""), StartsWith("-m: no machine named \"\""));
  EXPECT_THAT(message("edge_16x16:array.row=3"), StartsWith("-m: unknown key array.row; did you mean array.rows?"));
  EXPECT_THAT(message("edge_16x16:array.rows=x"),
              StartsWith("-m: array.rows: expected an integer (1..256 rows), got x"));
  EXPECT_THAT(message("edge_16x16:array.rows="),
              StartsWith("-m: array.rows: expected an integer (1..256 rows), got nothing"));
  EXPECT_EQ(message("edge_16x16:array.rows"), "-m: edge_16x16: expected key=value after ':', got \"array.rows\"");
  EXPECT_EQ(message("edge_16x16:"), "-m: edge_16x16: expected key=value after ':', got \"\"");
  EXPECT_EQ(message("edge_16x16:array.rows=8,cols"), "-m: expected key=value, got \"cols\"");
  EXPECT_EQ(message("edge_16x16:array.rows=8,"), "-m: expected key=value, got \"\"");
  EXPECT_THAT(message("edge_16x16", {"array.rows"}), StartsWith("--set: expected key=value, got \"array.rows\""));
  EXPECT_THAT(message("edge_16x16", {"=3"}), StartsWith("--set: expected key=value"));
  EXPECT_THAT(message("edge_16x16", {"array.rows=0"}), StartsWith("--set: array.rows: 0 is out of range"));
  EXPECT_THAT(message("edge_16x16", {"memory.burst_bytes=48"}),
              StartsWith("--set: memory.burst_bytes: 48 is not a power of two"));
  EXPECT_THAT(message("edge_16x16:requant.shift_max=3", {"requant.shift_min=4"}),
              StartsWith("--set: requant.shift_min: 4 is larger"));
  EXPECT_THAT(message("edge_16x16", {"base=edge_8x8"}), StartsWith("--set: unknown key base"));
}

}  // namespace
}  // namespace intloom::sim
