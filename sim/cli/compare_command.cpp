// intloom compare: models on machines side by side.
#include <fmt/format.h>

#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/compare_machines.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/limit.h"
#include "sim/compare/comparison.h"
#include "sim/report/result_files.h"

namespace intloom::sim {

namespace {

struct CompareCommand {
  std::vector<std::string> models;
  std::vector<std::string> dims;
  MachineOptions machine;
  std::string machine_source = "-m";
  SimulationOptions simulation;
  OutputOptions output;
  std::string out, limit;
  std::string dump = "none";
  std::optional<SortBy> sort;
};

SortBy sort_of(const std::string& name) {
  static const std::vector<std::pair<std::string, SortBy>> kNames{
      {"given", SortBy::given}, {"cycles", SortBy::cycles},
      {"array", SortBy::array}, {"utilization", SortBy::utilization},
      {"bytes", SortBy::bytes}, {"name", SortBy::name}};
  std::vector<std::string> words;
  for (const auto& [word, by] : kNames) {
    if (word == name) return by;
    words.push_back(word);
  }
  throw UsageError(fmt::format("sort '{}' is not known: expected given, cycles, array, utilization, bytes or name{}",
                               name, did_you_mean(name, words)));
}

void check_dump(const CompareCommand& command) {
  if (command.dump == "none") return;
  if (command.dump != "outputs" && command.dump != "tensors")
    throw UsageError(fmt::format("dump '{}' is not known: expected none, outputs or tensors{}", command.dump,
                                 did_you_mean(command.dump, {"none", "outputs", "tensors"})));
  if (!command.simulation.values)
    throw UsageError(fmt::format("--values off computes no integers: there are no {} to --dump", command.dump));
  if (command.out.empty())
    throw UsageError(fmt::format("--dump {} writes files: say where with --out DIR", command.dump));
}

// What the command line leaves open is taken from COMPARE.yaml, or from those keys of --set that are not a machine's.
void merge(const CompareFile& file, CompareCommand& command, const CLI::App& app) {
  const auto absent = [&](const std::string& option) { return app.count(option) == 0; };
  if (!file.models.empty()) command.models = file.models;
  if (absent("--machine")) {
    command.machine.machines = file.machines;
    command.machine_source = file.path + ": machines";
  }
  command.machine.sets = file.sets;
  SimulationOptions& simulation = command.simulation;
  if (absent("--input")) simulation.inputs = file.inputs;
  if (absent("--reference")) simulation.reference = file.reference;
  if (absent("--labels")) simulation.labels = file.labels;
  if (absent("--expected")) simulation.expected = file.expected;
  if (absent("--check") && file.check) simulation.checks = checks_of(*file.check);
  if (absent("--seed") && file.seed) simulation.seed = static_cast<std::uint64_t>(*file.seed);
  if (absent("--fidelity") && file.fidelity) simulation.fidelity = fidelity_of(*file.fidelity);
  if (absent("--values") && file.values) simulation.values = values_of(*file.values);
  if (absent("--as-int8") && file.as_int8) simulation.as_int8 = *file.as_int8;
  if (absent("--threads") && file.threads) simulation.threads = static_cast<int>(*file.threads);
  if (absent("--out") && file.out) command.out = *file.out;
  if (absent("--dump") && file.dump) command.dump = *file.dump;
  if (absent("--sort") && file.sort) command.sort = sort_of(*file.sort);
  if (absent("--limit") && file.limit_max_abs_lsb)
    command.limit = fmt::format("max_abs_lsb={}", *file.limit_max_abs_lsb);
  std::vector<std::string> dims;
  for (const auto& [name, value] : file.dims) dims.push_back(fmt::format("{}={}", name, value));
  command.dims.insert(command.dims.begin(), dims.begin(), dims.end());  // later ones win
}

CompareJob job_of(const CompareCommand& command) {
  CompareJob job;
  job.models = command.models;
  job.dims = ModelOptions{"", command.dims}.dim_values();
  job.machines = expand_machines(command.machine.machines, command.machine_source);
  job.machine_source = command.machine_source;
  job.sets = command.machine.sets;
  job.simulation = command.simulation;
  job.limit = read_limit(command.limit, command.simulation.checks);
  job.dump = command.dump;
  job.layers = job.machines.size() <= kMachinesAcross || command.output.format != Format::text ||
               command.output.verbose || !command.out.empty();
  job.quiet = command.output.quiet;
  return job;
}

int execute(CompareCommand command, const CLI::App& app) {
  const bool from_file = command.models.size() == 1 && is_yaml(command.models.front());
  // Keys of --set that are the comparison's own are taken like those of a file; the rest are the machines'.
  CompareFile file = load_compare_file(from_file ? command.models.front() : "", command.machine.sets);
  if (from_file) command.models.clear();
  merge(file, command, app);
  check_simulation_options(command.simulation, command.models, app);
  if (!command.simulation.values) command.limit.clear();
  check_dump(command);
  if (command.models.empty())
    throw UsageError("say which models: intloom compare MODEL.onnx -m A -m B, or intloom compare COMPARE.yaml");
  if (command.machine.machines.empty()) throw UsageError("say which machines: -m A -m B; intloom machine lists them");
  const CompareJob job = job_of(command);
  std::optional<ResultFiles> files;
  if (!command.out.empty()) files.emplace(command.out);
  const auto [comparison, code] = run_comparison(job, files ? &*files : nullptr);
  const SortBy sort = command.sort.value_or(SortBy::given);
  if (files) {
    files->add("compare.json", json_text(comparison, sort));
    files->add("compare.csv", csv_text(comparison));
    files->add("totals.csv", totals_csv_text(comparison, sort));
    files->publish();
  }
  if (command.output.format == Format::json)
    std::cout << json_text(comparison, sort);
  else if (command.output.format == Format::csv)
    std::cout << csv_text(comparison);
  else
    std::cout << text(comparison, {command.sort, command.output.verbose});
  return code;
}

}  // namespace

void add_compare_command(CLI::App& app, int& exit_code) {
  CLI::App* compare = app.add_subcommand("compare", "machines side by side, layer by layer");
  auto command = std::make_shared<CompareCommand>();
  compare->add_option("models", command->models, "a COMPARE.yaml, or networks (.onnx), or layer lists (.csv)")
      ->type_name("COMPARE.yaml|MODEL...");
  compare->add_option("--dim", command->dims, "value of a symbolic dimension (not of the batch)")->type_name("NAME=N");
  add_machine_options(*compare, command->machine,
                      "a machine; the first is the baseline. key={a,b,c}: one machine for each, and for each\n"
                      "combination of several such keys");
  add_simulation_options(*compare, command->simulation);
  compare->add_option("--limit", command->limit, "a limit that must hold on every machine, else exit code 1")
      ->type_name("max_abs_lsb=X");
  compare
      ->add_option_function<std::string>(
          "--sort", [command](const std::string& word) { command->sort = sort_of(word); },
          "order of the machines (default: as given up to 3, by cycles for more)")
      ->type_name("given|cycles|array|utilization|bytes|name");
  compare->add_option("--out", command->out, "folder for compare.json, compare.csv and totals.csv")->type_name("DIR");
  compare->add_option("--dump", command->dump, "tensors of each machine, written to DIR/MACHINE (default: none)")
      ->type_name("none|outputs|tensors");
  add_format_option(*compare, command->output, {Format::text, Format::json, Format::csv});
  add_log_options(*compare, command->output);
  compare->footer(
      "Examples:\n"
      "  intloom compare model.onnx -m edge_8x8 -m edge_16x16 -m edge_32x32\n"
      "  intloom compare model.onnx -m edge_16x16 -m edge_16x16:memory.bytes_per_cycle=4\n"
      "  intloom compare model.onnx --values off -m 'edge_16x16:array.rows={8,16,32},array.cols={8,16,32}'\n"
      "  intloom compare configs/compare/digits_arrays.yaml");
  compare->callback([command, compare, &exit_code] { exit_code = execute(*command, *compare); });
}

}  // namespace intloom::sim
