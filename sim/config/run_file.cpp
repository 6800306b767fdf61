#include "sim/config/config.h"
#include "sim/config/run_reader.h"

namespace intloom::sim {

namespace {

const std::vector<std::string> kFidelities{"fast", "cycle"};
const std::vector<std::string> kSwitch{"on", "off"};
const std::vector<std::string> kChecks{"all", "integer", "none"};
const std::vector<std::string> kDumps{"none", "outputs", "tensors"};

const std::vector<std::string> kRunKeys{"model",        "machine",     "reference", "labels",   "out",
                                        "fidelity",     "check",       "dump",      "trace",    "inputs",
                                        "dims",         "seed",        "limit",     "expected", "trace_layers",
                                        "trace_cycles", "trace_scope", "values",    "threads",  "as_int8"};
const std::vector<std::string> kCompareKeys{"models", "machines", "inputs",  "dims",  "seed",  "fidelity",
                                            "values", "threads",  "as_int8", "check", "limit", "reference",
                                            "labels", "expected", "out",     "dump",  "sort"};
const std::vector<std::string> kSorts{"given", "cycles", "array", "utilization", "bytes", "name"};

RunFile read_run(YamlFile file) {
  RunReader reader(std::move(file));
  RunFile run;
  run.model = reader.existing_path("model");
  run.machine = reader.machine("machine");
  run.reference = reader.existing_path("reference");
  run.labels = reader.existing_path("labels");
  run.out = reader.path("out");
  run.fidelity = reader.word("fidelity", kFidelities);
  run.values = reader.word("values", kSwitch);
  run.threads = reader.integer("threads", 1, 256);
  run.as_int8 = reader.boolean("as_int8");
  run.check = reader.word("check", kChecks);
  run.dump = reader.word("dump", kDumps);
  run.trace = reader.path("trace");
  run.trace_layers = reader.text("trace_layers");
  run.trace_cycles = reader.text("trace_cycles");
  run.trace_scope = reader.text("trace_scope");
  run.expected = reader.existing_path("expected");
  run.inputs = reader.inputs("inputs");
  run.dims = reader.dims("dims");
  run.seed = reader.integer("seed", 0, INT64_MAX);
  run.limit_max_abs_lsb = reader.number_in("limit", "max_abs_lsb", "LSB");
  run.sets = reader.sets("set");
  reader.finish({"models", "machines", "sort"}, "for a comparison use intloom compare");
  return run;
}

CompareFile read_compare(YamlFile file) {
  RunReader reader(std::move(file));
  CompareFile compare;
  compare.models = reader.existing_paths("models");
  compare.machines = reader.machines("machines");
  compare.inputs = reader.inputs("inputs");
  compare.dims = reader.dims("dims");
  compare.seed = reader.integer("seed", 0, INT64_MAX);
  compare.fidelity = reader.word("fidelity", kFidelities);
  compare.values = reader.word("values", kSwitch);
  compare.threads = reader.integer("threads", 1, 256);
  compare.as_int8 = reader.boolean("as_int8");
  compare.check = reader.word("check", kChecks);
  compare.limit_max_abs_lsb = reader.number_in("limit", "max_abs_lsb", "LSB");
  compare.reference = reader.existing_path("reference");
  compare.labels = reader.existing_path("labels");
  compare.expected = reader.existing_path("expected");
  compare.out = reader.path("out");
  compare.dump = reader.word("dump", kDumps);
  compare.sort = reader.word("sort", kSorts);
  compare.sets = reader.sets("set");
  reader.finish({"model", "machine", "trace", "trace_layers", "trace_cycles", "trace_scope"},
                "for a single run use intloom run");
  return compare;
}

template <class T>
void replace(std::optional<T>* value, const std::optional<T>& with) {
  if (with) *value = with;
}

template <class T>
void replace(std::vector<T>* value, const std::vector<T>& with) {
  if (!with.empty()) *value = with;
}

void replace(std::map<std::string, std::int64_t>* value, const std::map<std::string, std::int64_t>& with) {
  for (const auto& [name, extent] : with) (*value)[name] = extent;
}

template <class Run>
void replace_shared(Run* run, const Run& with) {
  replace(&run->inputs, with.inputs);
  replace(&run->dims, with.dims);
  replace(&run->seed, with.seed);
  replace(&run->fidelity, with.fidelity);
  replace(&run->values, with.values);
  replace(&run->threads, with.threads);
  replace(&run->as_int8, with.as_int8);
  replace(&run->check, with.check);
  replace(&run->limit_max_abs_lsb, with.limit_max_abs_lsb);
  replace(&run->reference, with.reference);
  replace(&run->labels, with.labels);
  replace(&run->expected, with.expected);
  replace(&run->out, with.out);
  replace(&run->dump, with.dump);
}

}  // namespace

RunFile load_run_file(const std::string& path, const std::vector<std::string>& sets) {
  RunFile run;
  if (!path.empty()) run = read_run(read_yaml_file(path, "a run"));
  run.path = path;
  const RunSets split = split_sets(sets, kRunKeys);
  const RunFile with = read_run(split.run);
  replace_shared(&run, with);
  replace(&run.model, with.model);
  replace(&run.machine, with.machine);
  replace(&run.trace, with.trace);
  replace(&run.trace_layers, with.trace_layers);
  replace(&run.trace_cycles, with.trace_cycles);
  replace(&run.trace_scope, with.trace_scope);
  run.sets.insert(run.sets.end(), split.machine.begin(), split.machine.end());
  return run;
}

CompareFile load_compare_file(const std::string& path, const std::vector<std::string>& sets) {
  CompareFile compare;
  if (!path.empty()) compare = read_compare(read_yaml_file(path, "a comparison"));
  compare.path = path;
  const RunSets split = split_sets(sets, kCompareKeys);
  const CompareFile with = read_compare(split.run);
  replace_shared(&compare, with);
  replace(&compare.models, with.models);
  replace(&compare.machines, with.machines);
  replace(&compare.sort, with.sort);
  compare.sets.insert(compare.sets.end(), split.machine.begin(), split.machine.end());
  return compare;
}

}  // namespace intloom::sim
