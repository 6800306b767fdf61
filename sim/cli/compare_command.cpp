// intloom compare: models on machines side by side.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "runtime/compile/compile.h"
#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/simulate.h"
#include "sim/compare/comparison.h"
#include "sim/report/result_files.h"

namespace intloom::sim {

namespace {

struct CompareCommand {
  std::vector<std::string> models;
  std::vector<std::string> dims;
  MachineOptions machine;
  SimulationOptions simulation;
  OutputOptions output;
  std::string out;
};

void merge(const CompareFile& file, CompareCommand& command, const CLI::App& app) {
  command.models = file.models;
  const auto absent = [&](const std::string& option) { return app.count(option) == 0; };
  if (absent("--machine")) command.machine.machines = file.machines;
  command.machine.sets = file.sets;
  if (absent("--input")) command.simulation.inputs = file.inputs;
  if (absent("--reference")) command.simulation.reference = file.reference;
  if (absent("--check") && file.check) command.simulation.checks = checks_of(*file.check);
  if (absent("--seed") && file.seed) command.simulation.seed = static_cast<std::uint64_t>(*file.seed);
  if (absent("--out") && file.out) command.out = *file.out;
  if (file.fidelity && *file.fidelity != "cycle")
    throw UsageError(fmt::format("{}: fidelity '{}' is not known: this version simulates at fidelity cycle", file.path,
                                 *file.fidelity));
  for (const auto& [name, value] : file.dims) command.dims.push_back(fmt::format("{}={}", name, value));
}

// Equal names would make equal columns: a later one is numbered.
std::vector<std::string> distinct_names(const std::vector<Machine>& machines, const std::vector<std::string>& specs) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const std::size_t colon = specs[i].find(':');
    std::string name = colon == std::string::npos ? machines[i].description.name
                                                  : machines[i].description.name + specs[i].substr(colon);
    if (std::find(names.begin(), names.end(), name) != names.end()) name += fmt::format("#{}", i + 1);
    names.push_back(name);
  }
  return names;
}

Simulation simulate_named(const LoadedModel& model, const Machine& machine, const std::string& name,
                          const CompareCommand& command) {
  try {
    return simulate(model, machine, command.simulation, {}, false, command.output.quiet);
  } catch (const MachineFailure& failure) {
    throw MachineFailure(fmt::format("machine {}: {}", name, failure.what()));
  } catch (const compile::CompileError& error) {
    throw compile::CompileError(fmt::format("machine {}: {}", name, error.what()));
  }
}

int execute(CompareCommand command, const CLI::App& app) {
  const bool from_file = command.models.size() == 1 && is_yaml(command.models.front());
  // Keys of --set that are the comparison's own are taken by its file; the rest are the machines'.
  if (from_file) merge(load_compare_file(command.models.front(), command.machine.sets), command, app);
  if (command.models.empty())
    throw UsageError("say which models: intloom compare MODEL.onnx -m A -m B, or intloom compare COMPARE.yaml");
  if (command.machine.machines.empty()) throw UsageError("say which machines: -m A -m B; intloom machine lists them");
  ModelOptions dims{"", command.dims};
  std::vector<Machine> machines;
  for (const std::string& spec : command.machine.machines) machines.push_back(load_machine(spec, command.machine.sets));
  const std::vector<std::string> names = distinct_names(machines, command.machine.machines);
  std::optional<ResultFiles> files;
  if (!command.out.empty()) files.emplace(command.out);
  std::vector<ComparedRun> runs;
  int code = kDone;
  for (const std::string& path : command.models) {
    const LoadedModel model = load_model(path, dims.dim_values(), command.simulation);
    for (std::size_t m = 0; m < machines.size(); ++m) {
      Simulation simulation = simulate_named(model, machines[m], names[m], command);
      if (code == kDone && exit_code_of(simulation.result) != kDone) {
        code = exit_code_of(simulation.result);
        std::cerr << fmt::format("intloom: machine {}: integers differ from the oracle\n", names[m]);
      }
      runs.push_back({path, names[m], std::move(simulation.context), std::move(simulation.result)});
    }
  }
  const Comparison comparison = compare(std::move(runs), command.models, names);
  if (files) {
    files->add("compare.json", json_text(comparison));
    files->add("compare.csv", csv_text(comparison));
    files->publish();
  }
  if (command.output.format == Format::json)
    std::cout << json_text(comparison);
  else if (command.output.format == Format::csv)
    std::cout << csv_text(comparison);
  else
    std::cout << text(comparison, command.output.verbose);
  return code;
}

}  // namespace

void add_compare_command(CLI::App& app, int& exit_code) {
  CLI::App* compare = app.add_subcommand("compare", "machines side by side, layer by layer");
  auto command = std::make_shared<CompareCommand>();
  compare->add_option("models", command->models, "a COMPARE.yaml, or quantized networks (.onnx)")
      ->type_name("COMPARE.yaml|MODEL...");
  compare->add_option("--dim", command->dims, "value of a symbolic dimension (not of the batch)")->type_name("NAME=N");
  add_machine_options(*compare, command->machine, "a machine; the first is the baseline");
  add_simulation_options(*compare, command->simulation);
  compare->add_option("--out", command->out, "folder for compare.json and compare.csv")->type_name("DIR");
  add_format_option(*compare, command->output, {Format::text, Format::json, Format::csv});
  add_log_options(*compare, command->output);
  compare->footer(
      "Examples:\n"
      "  intloom compare model.onnx -m edge_8x8 -m edge_16x16 -m edge_32x32\n"
      "  intloom compare model.onnx -m edge_16x16 -m edge_16x16:memory.bytes_per_cycle=4\n"
      "  intloom compare configs/compare/digits_arrays.yaml");
  compare->callback([command, compare, &exit_code] { exit_code = execute(*command, *compare); });
}

}  // namespace intloom::sim
