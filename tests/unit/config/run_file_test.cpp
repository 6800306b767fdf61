// RUN.yaml and COMPARE.yaml: values, paths relative to the file, --set on top, and what is wrong with wrong ones.
#include <gmock/gmock.h>

#include "tests/unit/config/yaml_folder.h"

namespace intloom::sim {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::StartsWith;

class RunYaml : public YamlFolder {
 protected:
  RunYaml() {
    write("models/net.onnx", "");
    write("models/float.onnx", "");
    write("data/x.npz", "");
    write("data/y.npy", "");
    write("machines/mine.yaml", "array: {rows: 4}\n");
  }
  std::string run_error(const std::string& yaml, const std::vector<std::string>& sets = {}) const {
    const std::string file = write("runs/run.yaml", yaml);
    std::string message = error_of([&] { load_run_file(file, sets); });
    if (message.compare(0, file.size(), file) == 0) message.erase(0, file.size());
    return message;
  }
  std::string compare_error(const std::string& yaml) const {
    const std::string file = write("runs/compare.yaml", yaml);
    std::string message = error_of([&] { load_compare_file(file); });
    if (message.compare(0, file.size(), file) == 0) message.erase(0, file.size());
    return message;
  }
};

TEST_F(RunYaml, EveryKey) {
  const RunFile run = load_run_file(write("runs/run.yaml",
                                          "model: ../models/net.onnx\n"
                                          "machine: ../machines/mine.yaml:array.cols=8,requant.lanes=4\n"
                                          "reference: ../models/float.onnx\n"
                                          "labels: ../data/y.npy\n"
                                          "out: results\n"
                                          "fidelity: cycle\n"
                                          "check: integer\n"
                                          "dump: tensors\n"
                                          "trace: wave.vcd\n"
                                          "inputs: {image: ../data/x.npz, mask: ../data/y.npy}\n"
                                          "dims: {N: 2, length: 64}\n"
                                          "set:\n"
                                          "  array.rows: 12\n"
                                          "  memory: {burst_bytes: 32, capacity_bytes: 1MiB}\n"
                                          "seed: 7\n"
                                          "limit: {max_abs_lsb: 1.5}\n"));
  EXPECT_EQ(run.model, path("models/net.onnx"));
  EXPECT_EQ(run.machine, path("machines/mine.yaml") + ":array.cols=8,requant.lanes=4");
  EXPECT_EQ(run.reference, path("models/float.onnx"));
  EXPECT_EQ(run.labels, path("data/y.npy"));
  EXPECT_EQ(run.out, path("runs/results"));
  EXPECT_EQ(run.fidelity, "cycle");
  EXPECT_EQ(run.check, "integer");
  EXPECT_EQ(run.dump, "tensors");
  EXPECT_EQ(run.trace, path("runs/wave.vcd"));
  EXPECT_THAT(run.inputs, ElementsAre("image=" + path("data/x.npz"), "mask=" + path("data/y.npy")));
  EXPECT_THAT(run.dims, ElementsAre(Pair("N", 2), Pair("length", 64)));
  EXPECT_THAT(run.sets, ElementsAre("array.rows=12", "memory.burst_bytes=32", "memory.capacity_bytes=1MiB"));
  EXPECT_EQ(run.seed, 7);
  EXPECT_EQ(run.limit_max_abs_lsb, 1.5);
  const isa::MachineDescription machine = load_machine(*run.machine, run.sets).description;
  EXPECT_EQ(machine.array.rows, 12);
  EXPECT_EQ(machine.array.cols, 8);
  EXPECT_EQ(machine.memory.burst_bytes, 32);
}

TEST_F(RunYaml, WhatIsNotGivenIsNotSet) {
  const RunFile run = load_run_file(write("run.yaml", "machine: edge_8x8\ninputs: [data/x.npz, mask=data/y.npy]\n"));
  EXPECT_FALSE(run.model || run.reference || run.labels || run.out || run.fidelity || run.check || run.dump);
  EXPECT_FALSE(run.trace || run.seed || run.limit_max_abs_lsb);
  EXPECT_THAT(run.sets, IsEmpty());
  EXPECT_EQ(run.machine, "edge_8x8");
  EXPECT_THAT(run.inputs, ElementsAre(path("data/x.npz"), "mask=" + path("data/y.npy")));
}

TEST_F(RunYaml, SetChangesKeysOfTheRunAndOfTheMachine) {
  const std::string file = write("run.yaml", "machine: edge_8x8\nseed: 1\ndims: {N: 1}\nset: {array.rows: 4}\n");
  const RunFile run = load_run_file(file, {"seed=9", "array.rows=5", "dims.M=3", "limit.max_abs_lsb=2", "check=none",
                                           "model=" + path("models/net.onnx")});
  EXPECT_EQ(run.seed, 9);
  EXPECT_EQ(run.machine, "edge_8x8");
  EXPECT_EQ(run.check, "none");
  EXPECT_EQ(run.model, path("models/net.onnx"));
  EXPECT_EQ(run.limit_max_abs_lsb, 2);
  EXPECT_THAT(run.dims, ElementsAre(Pair("M", 3), Pair("N", 1)));
  EXPECT_THAT(run.sets, ElementsAre("array.rows=4", "array.rows=5"));
  EXPECT_EQ(load_run_file("", {"seed=3", "dma.bytes_per_cycle=8"}).seed, 3);
  EXPECT_EQ(load_run_file("").path, "");
}

TEST_F(RunYaml, WrongRuns) {
  EXPECT_EQ(run_error("modle: x.onnx\n"), ":1:1: unknown key modle; did you mean model?");
  EXPECT_THAT(run_error("zebra: 1\n"), StartsWith(":1:1: unknown key zebra; the keys are model, machine, "));
  EXPECT_EQ(run_error("array.rows: 8\n"), ":1:1: unknown key array.rows; a key of the machine goes under set:");
  EXPECT_THAT(run_error("seed: 1\nmodel: ../models/gone.onnx\n"),
              AllOf(StartsWith(":2:8: model: no such file"), HasSubstr("gone.onnx")));
  EXPECT_EQ(run_error("model: [a]\n"), ":1:8: model: expected the name of a file, got a list");
  EXPECT_THAT(run_error("machine: edge_61x61\n"),
              AllOf(StartsWith(":1:10: machine: no machine named \"edge_61x61\""), HasSubstr("presets: ")));
  EXPECT_THAT(run_error("machine: ../machines/gone.yaml\n"), StartsWith(":1:10: machine: no such file"));
  EXPECT_EQ(run_error("fidelity: fst\n"), ":1:11: fidelity: expected one of fast, cycle, got fst; did you mean fast?");
  EXPECT_EQ(run_error("check: al\n"), ":1:8: check: expected one of all, integer, none, got al; did you mean all?");
  EXPECT_THAT(run_error("dump: everything\n"), StartsWith(":1:7: dump: expected one of none, outputs, tensors"));
  EXPECT_THAT(run_error("inputs: {image: gone.npz}\n"), StartsWith(":1:17: inputs.image: no such file"));
  EXPECT_THAT(run_error("inputs:\n  - image=gone.npz\n"), StartsWith(":2:5: inputs[0]: no such file"));
  EXPECT_EQ(run_error("inputs: []\n"), ":1:9: inputs: the list is empty");
  EXPECT_EQ(run_error("dims: 3\n"), ":1:7: dims: expected a map of dimensions, as in \"dims: {N: 1}\"");
  EXPECT_THAT(run_error("dims: {N: 0}\n"), StartsWith(":1:11: dims.N: 0 is out of range"));
  EXPECT_THAT(run_error("seed: -1\n"), StartsWith(":1:7: seed: -1 is out of range; expected at least 0"));
  EXPECT_THAT(run_error("limit: 2\n"), StartsWith(":1:8: limit: expected a map, as in \"limit: {max_abs_lsb: 2}\""));
  EXPECT_EQ(run_error("limit: {max_lsb: 2}\n"), ":1:9: unknown key limit.max_lsb; the key of limit is max_abs_lsb");
  EXPECT_THAT(run_error("limit: {max_abs_lsb: two}\n"),
              StartsWith(":1:22: limit.max_abs_lsb: expected a number of at least 0 LSB, got two"));
  EXPECT_EQ(run_error("set:\n  array.row: 8\n"), ":2:3: unknown key array.row; did you mean array.rows?");
  EXPECT_THAT(run_error("set: {array: {rows: 0}}\n"), StartsWith(":1:21: array.rows: 0 is out of range"));
  EXPECT_THAT(run_error("set: array.rows=8\n"), StartsWith(":1:6: set: expected a map of machine keys"));
  EXPECT_THAT(run_error("- a\n"), StartsWith(":1:1: expected a run as a map of keys"));
  EXPECT_EQ(run_error("seed: 1\n", {"sead=2"}), "--set: unknown key sead; did you mean seed?");
  EXPECT_EQ(run_error("seed: 1\n", {"array.row=2"}), "--set: unknown key array.row; did you mean array.rows?");
  EXPECT_THAT(run_error("seed: 1\n", {"seed=x"}), StartsWith("--set: seed: expected an integer"));
}

TEST_F(RunYaml, Comparison) {
  const CompareFile compare = load_compare_file(write("runs/c.yaml",
                                                      "models: [../models/net.onnx, ../models/float.onnx]\n"
                                                      "machines:\n"
                                                      "  - edge_8x8\n"
                                                      "  - ../machines/mine.yaml\n"
                                                      "  - edge_16x16:requant.lanes=8\n"
                                                      "inputs: image=../data/x.npz\n"
                                                      "seed: 3\n"
                                                      "check: none\n"
                                                      "out: results\n"
                                                      "dump: tensors\n"
                                                      "sort: bytes\n"
                                                      "labels: ../data/y.npy\n"
                                                      "expected: ../data/x.npz\n"
                                                      "limit: {max_abs_lsb: 2}\n"
                                                      "set: {memory.bytes_per_cycle: 4}\n"),
                                                {"seed=4", "max_cycles=1000", "limit.max_abs_lsb=3"});
  EXPECT_THAT(compare.models, ElementsAre(path("models/net.onnx"), path("models/float.onnx")));
  EXPECT_THAT(compare.machines, ElementsAre("edge_8x8", path("machines/mine.yaml"), "edge_16x16:requant.lanes=8"));
  EXPECT_THAT(compare.inputs, ElementsAre("image=" + path("data/x.npz")));
  EXPECT_THAT(compare.sets, ElementsAre("memory.bytes_per_cycle=4", "max_cycles=1000"));
  EXPECT_EQ(compare.seed, 4);
  EXPECT_EQ(compare.check, "none");
  EXPECT_EQ(compare.out, path("runs/results"));
  EXPECT_EQ(compare.dump, "tensors");
  EXPECT_EQ(compare.sort, "bytes");
  EXPECT_EQ(compare.labels, path("data/y.npy"));
  EXPECT_EQ(compare.expected, path("data/x.npz"));
  EXPECT_EQ(compare.limit_max_abs_lsb, 3);
}

TEST_F(RunYaml, AComparisonKeepsAlternativesAndTheirPaths) {
  const CompareFile compare = load_compare_file(
      write("runs/c.yaml", "machines:\n  - ../machines/mine.yaml:array.rows={4,8},array.cols=2\n  - edge_8x8\n"));
  EXPECT_THAT(compare.machines, ElementsAre(path("machines/mine.yaml") + ":array.rows={4,8},array.cols=2", "edge_8x8"));
  EXPECT_EQ(expand_machines(compare.machines).size(), 3U);
  EXPECT_EQ(run_error("machine: edge_8x8:array.rows={4,8}\n"),
            ":1:10: machine: {...} stands for several machines; a comparison takes them");
}

TEST_F(RunYaml, WrongComparisons) {
  EXPECT_EQ(compare_error("machines:\n  - edge_8x8:array.rows={4,8\n"),
            ":2:5: machines[0]: edge_8x8:array.rows={4,8: a '{' without its '}'");
  EXPECT_THAT(compare_error("machines:\n  - edge_8x8:array.rows={4,0}\n"),
              StartsWith(":2:5: machines[0]: edge_8x8:array.rows={4,0}: array.rows: 0 is out of range"));
  EXPECT_THAT(compare_error("sort: cycle\n"), HasSubstr("did you mean cycles?"));
  EXPECT_THAT(compare_error("model: x.onnx\n"),
              StartsWith(":1:1: unknown key model; did you mean models?; for a single run use intloom run "));
  EXPECT_THAT(
      compare_error("machines: [edge_8x8, edge_9x9]\n"),
      AllOf(StartsWith(":1:22: machines[1]: no machine named \"edge_9x9\""), HasSubstr("did you mean edge_8x8?")));
  EXPECT_THAT(compare_error("models:\n  - ../models/net.onnx\n  - gone.onnx\n"),
              StartsWith(":3:5: models[1]: no such file"));
  EXPECT_THAT(compare_error("machines: {a: edge_8x8}\n"),
              StartsWith(":1:11: machines: expected a preset or a .yaml file"));
}

}  // namespace
}  // namespace intloom::sim
