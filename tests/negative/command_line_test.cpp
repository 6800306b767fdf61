// Commands, options and run files that are not understood.
#include "tests/negative/wrong_input.h"

namespace intloom::test {
namespace {

WrongInput run(const std::string& name, std::vector<std::string> options, std::vector<std::string> says) {
  options.insert(options.begin(), {"run", "{MODEL}"});
  return {name, std::move(options), std::move(says)};
}
WrongInput run_file(const std::string& name, const std::string& text, std::vector<std::string> says) {
  return {name, {"run", "r.yaml"}, std::move(says), "r.yaml", text};
}

const std::vector<WrongInput> kWrong{
    {"NoCommand", {}, {"subcommand is required", "See: intloom --help"}},
    {"UnknownCommand", {"rnu"}, {"'rnu' is not known; did you mean run?"}},
    {"NoModel", {"run"}, {"say what to run: intloom run MODEL.onnx"}},
    {"CompareWithoutMachines", {"compare", "{MODEL}"}, {"say which machines: -m A -m B"}},
    {"CompareWithoutModel", {"compare"}, {"say which models"}},
    {"ExplainWithoutModel", {"explain"}, {"model is required", "See: intloom explain --help"}},
    {"ExplainInCsv", {"explain", "{MODEL}", "--format", "csv"}, {"--format csv: expected one of json|text"}},
    {"ExplainHasNoProgress", {"explain", "{MODEL}", "--quiet"}, {"'--quiet' is not known to intloom explain"}},
    {"ProgramOnTwoMachines", {"program", "{MODEL}", "-m", "edge_8x8", "-m", "edge_8x8"}, {"program takes one machine"}},
    run("UnknownOption", {"--inptu", "x"}, {"'--inptu' is not known to intloom run; did you mean --input?"}),
    run("KeysWithoutAColon", {"-m", "edge_16x16,array.rows=8"}, {"changed keys follow a colon: NAME:key=value"}),
    run("TraceWithValuesOff", {"--values", "off", "--trace", "w.vcd"},
        {"--trace records the clocked machine", "--values off"}),
    run("AsInt8WithChecks", {"--as-int8", "--check", "all"}, {"--as-int8: no integers are computed"}),
    run("UnknownMachine", {"-m", "edge_8x9"}, {"no machine named \"edge_8x9\"", "did you mean edge_8x8?"}),
    run("TwoMachines", {"-m", "edge_8x8", "-m", "edge_16x16"},
        {"run takes one machine; intloom compare takes several"}),
    run("UnknownCheck", {"--check", "al"},
        {"check 'al' is not known: expected all, integer or none; did you mean all?"}),
    run("UnknownFidelity", {"--fidelity", "fst"}, {"fidelity 'fst' is not known", "did you mean fast"}),
    run("TraceAtFastFidelity", {"--trace", "w.vcd", "--fidelity", "fast"},
        {"--trace records the clocked machine", "--fidelity cycle, which it implies"}),
    run("UnknownValues", {"--values", "none"}, {"values 'none': expected on or off"}),
    run("ValuesOffAtCycleFidelity", {"--values", "off", "--fidelity", "cycle"},
        {"--values off goes with --fidelity fast"}),
    run("ValuesOffWithChecks", {"--values", "off", "--check", "integer"}, {"there is nothing to check"}),
    run("ValuesOffWithInput", {"--values", "off", "--input", "x.npy"}, {"--input has no use then"}),
    run("ValuesOffWithDump", {"--values", "off", "--dump", "tensors", "--out", "o"},
        {"there are no tensors to --dump"}),
    run("NegativeSeed", {"--seed", "-1"}, {"--seed"}),
    run("DumpWithoutOut", {"--dump", "tensors"}, {"--dump tensors writes files: say where with --out DIR"}),
    run("SectionAsKey", {"-m", "edge_16x16:array=8"}, {"array is a section, not a key", "array.rows"}),
    run("TraceBeyondTheRun", {"--trace", "w.vcd", "--trace-cycles", "1000000:"}, {"the run has cycles 0.."}),
    run("NoThreads", {"--threads", "0"}, {"--threads: expected a whole number (1..256), got 0"}),
    run("ThreadsInWords", {"--threads", "two"}, {"--threads: expected a whole number (1..256), got two"}),
    run("AsInt8WithValues", {"--as-int8", "--values", "on"}, {"--as-int8 has shapes but no weights"}),
    run("AsInt8AtCycleFidelity", {"--as-int8", "--fidelity", "cycle"}, {"runs at --fidelity fast, cycles only"}),
    run("AsInt8OfAQuantizedNetwork", {"--as-int8"}, {"quantized"}),
    {"LayerListWithValues",
     {"run", "{LAYERS}", "--values", "on"},
     {"alexnet.csv: a layer list has shapes but no weights"}},
    {"ExplainOfALayerList", {"explain", "{LAYERS}"}, {"a layer list has no integers to explain"}},
    run("UnknownFormat", {"--format", "jsn"}, {"--format jsn: expected one of csv|json|text; did you mean json?"}),
    run("UnknownDump", {"--dump", "tensor"}, {"expected none, outputs or tensors; did you mean tensors?"}),
    run("SeedThatIsNoNumber", {"--seed", "x"}, {"--seed: expected a whole number (0..", "got x"}),
    run("LimitWithoutName", {"--limit", "2"}, {"--limit 2: expected max_abs_lsb=NUMBER"}),
    run("NegativeLimit", {"--limit", "max_abs_lsb=-1"}, {"expected max_abs_lsb=NUMBER"}),
    run("LimitWithoutFloat", {"--limit", "max_abs_lsb=1", "--check", "none", "--out", "o"},
        {"--limit needs the float reference", "--check all"}),
    run("TraceFormat", {"--trace", "w.fst"}, {"--trace w.fst: waveforms are written as .vcd"}),
    run("TraceLayersNoNumber", {"--trace", "w.vcd", "--trace-layers", "a..b"},
        {"'a' is no whole number; expected FROM..TO"}),
    run("TraceLayersBackward", {"--trace", "w.vcd", "--trace-layers", "3..1"}, {"the end lies before the beginning"}),
    run("TraceLayersBeyond", {"--trace", "w.vcd", "--trace-layers", "90..91"},
        {"begin at 90: the program has layers 0.."}),
    run("TraceScope", {"--trace", "w.vcd", "--trace-scope", "core0.aray"},
        {"no scope 'core0.aray'", "machine.core0.array"}),
    run("TraceCyclesNoNumber", {"--trace", "w.vcd", "--trace-cycles", "5:x"},
        {"'x' is no whole number; expected FROM:TO"}),
    run("TraceRangeWithoutTrace", {"--trace-cycles", "5:6"}, {"say which with --trace FILE.vcd"}),
    run_file("RunUnknownKey", "modle: x.onnx\n", {"r.yaml:1:1: unknown key modle", "did you mean model?"}),
    run_file("RunMissingModel", "model: x.onnx\n", {"r.yaml:1:8: model: no such file x.onnx"}),
    run_file("RunWithoutModel", "seed: 1\n", {"r.yaml: says no model"}),
    run_file("RunUnknownCheck", "model: {MODEL}\ncheck: al\n",
             {"r.yaml:2:8: check: expected one of all, integer, none"}),
    run_file("RunUnknownMachine", "model: {MODEL}\nmachine: edge\n",
             {"r.yaml:2:10: machine: no machine named \"edge\""}),
};

class CommandLine : public ::testing::TestWithParam<WrongInput> {};
TEST_P(CommandLine, IsRefused) { expect_refused(GetParam()); }
INSTANTIATE_TEST_SUITE_P(Negative, CommandLine, ::testing::ValuesIn(kWrong), name_of);

}  // namespace
}  // namespace intloom::test
