// Machine files and -m: unknown keys, wrong types, values out of range, bases.
#include "tests/negative/wrong_input.h"

namespace intloom::test {
namespace {

WrongInput machine(const std::string& name, const std::string& text, std::vector<std::string> says) {
  return {name, {"machine", "m.yaml"}, std::move(says), "m.yaml", text};
}

const std::vector<WrongInput> kWrong{
    machine("UnknownKey", "array:\n  rowz: 3\n", {"m.yaml:2:3: unknown key array.rowz", "did you mean array.rows?"}),
    machine("UnknownSection", "aray:\n  rows: 3\n", {"m.yaml:1:1: unknown key aray", "did you mean array?"}),
    machine("TextForNumber", "array:\n  rows: many\n",
            {"m.yaml:2:9: array.rows: expected an integer (1..256 rows), got many"}),
    machine("FractionForInteger", "array:\n  rows: 3.5\n", {"m.yaml:2:9", "expected an integer", "got 3.5"}),
    machine("ListForNumber", "array:\n  rows: [1, 2]\n", {"m.yaml:2:9", "expected an integer", "got a list"}),
    machine("NumberForSection", "array: 3\n", {"m.yaml:1:8: array: expected a map of keys"}),
    machine("OutOfRange", "array:\n  rows: 0\n", {"m.yaml:2:9: array.rows: 0 is out of range; expected 1..256 rows"}),
    machine(
        "UnknownWord", "requant:\n  rounding: half_evn\n",
        {"m.yaml:2:13: requant.rounding: expected one of model, half_even", "got half_evn; did you mean half_even?"}),
    machine("NotABoolean", "requant:\n  per_channel: maybe\n", {"m.yaml:2:16", "expected true or false, got maybe"}),
    machine("UnknownUnitOfSize", "scratchpad:\n  bank_bytes: 3XB\n", {"m.yaml:2:15", "64KiB and 1MiB are understood"}),
    machine("NoPowerOfTwo", "memory:\n  burst_bytes: 48\n",
            {"m.yaml:2:16", "48 is not a power of two; nearest are 32 and 64"}),
    machine("BankSmallerThanWord", "scratchpad:\n  bank_bytes: 8\n", {"m.yaml:2:15", "at least 16"}),
    machine("DuplicateKey", "array:\n  rows: 3\n  rows: 4\n",
            {"m.yaml:3:3: duplicate key array.rows", "first given in line 2"}),
    machine("NotYaml", "array:\n rows: 3\n   cols: 4\n", {"m.yaml:3:8: not valid YAML"}),
    machine("EmptyFile", "", {"m.yaml:1:1: expected a machine as a map of keys"}),
    machine("UnknownBase", "base: edge_16x61\n", {"m.yaml:1:7: base: no machine named", "did you mean edge_16x16?"}),
    machine("MissingBaseFile", "base: other.yaml\n", {"m.yaml:1:7: base: no such file other.yaml"}),
    machine("BaseOfItself", "base: m.yaml\n", {"m.yaml:1:7: base: m.yaml inherits from itself"}),
    {"UnknownPreset",
     {"machine", "edge_16x61"},
     {"intloom: machine: no machine named \"edge_16x61\"", "did you mean edge_16x16?"}},
    {"MissingMachineFile", {"machine", "nofile.yaml"}, {"no such file nofile.yaml"}},
    {"ChangeWithoutValue", {"machine", "edge_16x16:array.rows"}, {"expected key=value after ':', got \"array.rows\""}},
    {"ChangeOfUnknownKey", {"machine", "edge_16x16:array.row=3"}, {"unknown key array.row; did you mean array.rows?"}},
    {"SetWithoutValue", {"machine", "edge_16x16", "--set", "array.rows"}, {"--set: expected key=value"}},
    {"SetOfUnknownKey",
     {"run", "{MODEL}", "--set", "array.rowz=3"},
     {"--set: unknown key array.rowz; did you mean array.rows?"}},
};

class MachineFile : public ::testing::TestWithParam<WrongInput> {};
TEST_P(MachineFile, IsRefused) { expect_refused(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Negative, MachineFile, ::testing::ValuesIn(kWrong), name_of);

}  // namespace
}  // namespace intloom::test
