// intloom run: simulate a model on a machine, check, report.
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/limit.h"
#include "sim/cli/run_files.h"
#include "sim/cli/simulate.h"
#include "sim/report/json_report.h"
#include "sim/report/result_files.h"
#include "sim/report/text_report.h"

namespace intloom::sim {

namespace {

struct RunCommand {
  ModelOptions model;
  MachineOptions machine;
  std::string machine_source = "-m";
  SimulationOptions simulation;
  OutputOptions output;
  TraceOptions trace;
  std::string out;
  std::string dump = "outputs";
  std::string limit;
  std::string trace_layers, trace_cycles;
};

// FROM..TO or FROM:TO; either side may be missing.
void parse_range(const std::string& option, const std::string& text, const std::string& separator, std::int64_t& first,
                 std::int64_t& last) {
  const auto number = [&](const std::string& digits, std::int64_t otherwise) {
    if (digits.empty()) return otherwise;
    if (digits.size() > 15 || digits.find_first_not_of("0123456789") != std::string::npos)
      throw UsageError(
          fmt::format("{} {}: '{}' is no whole number; expected FROM{}TO", option, text, digits, separator));
    return static_cast<std::int64_t>(std::stoll(digits));
  };
  const std::size_t at = text.find(separator);
  if (at == std::string::npos) {
    first = last = number(text, 0);
    return;
  }
  first = number(text.substr(0, at), 0);
  last = number(text.substr(at + separator.size()), -1);
  if (last >= 0 && last < first)
    throw UsageError(fmt::format("{} {}: the end lies before the beginning", option, text));
}

// What the command line leaves open is taken from RUN.yaml.
void merge(const RunFile& file, RunCommand& command, const CLI::App& app) {
  if (!file.model) throw UsageError(fmt::format("{}: says no model; add 'model: FILE.onnx'", file.path));
  const auto absent = [&](const std::string& option) { return app.count(option) == 0; };
  command.model.model = *file.model;
  if (absent("--machine") && file.machine) {
    command.machine.machines = {*file.machine};
    command.machine_source = file.path + ": machine";
  }
  command.machine.sets = file.sets;
  if (absent("--input")) command.simulation.inputs = file.inputs;
  if (absent("--reference")) command.simulation.reference = file.reference;
  if (absent("--expected")) command.simulation.expected = file.expected;
  if (absent("--trace-layers") && file.trace_layers) command.trace_layers = *file.trace_layers;
  if (absent("--trace-cycles") && file.trace_cycles) command.trace_cycles = *file.trace_cycles;
  if (absent("--trace-scope") && file.trace_scope) command.trace.scope = *file.trace_scope;
  if (absent("--labels")) command.simulation.labels = file.labels;
  if (absent("--check") && file.check) command.simulation.checks = checks_of(*file.check);
  if (absent("--seed") && file.seed) command.simulation.seed = static_cast<std::uint64_t>(*file.seed);
  if (absent("--out") && file.out) command.out = *file.out;
  if (absent("--dump") && file.dump) command.dump = *file.dump;
  if (absent("--trace") && file.trace) command.trace.path = *file.trace;
  if (absent("--fidelity") && file.fidelity) command.simulation.fidelity = fidelity_of(*file.fidelity);
  if (absent("--values") && file.values) command.simulation.values = values_of(*file.values);
  if (absent("--as-int8") && file.as_int8) command.simulation.as_int8 = *file.as_int8;
  if (absent("--threads") && file.threads) command.simulation.threads = static_cast<int>(*file.threads);
  if (absent("--limit") && file.limit_max_abs_lsb)
    command.limit = fmt::format("max_abs_lsb={}", *file.limit_max_abs_lsb);
  std::vector<std::string> dims;
  for (const auto& [name, value] : file.dims) dims.push_back(fmt::format("{}={}", name, value));
  command.model.dims.insert(command.model.dims.begin(), dims.begin(), dims.end());  // later ones win
}

void check_words(RunCommand& command) {
  if (command.dump != "none" && command.dump != "outputs" && command.dump != "tensors")
    throw UsageError(fmt::format("dump '{}' is not known: expected none, outputs or tensors{}", command.dump,
                                 did_you_mean(command.dump, {"none", "outputs", "tensors"})));
  const std::string& trace = command.trace.path;
  if (!trace.empty() && (trace.size() < 4 || trace.compare(trace.size() - 4, 4, ".vcd") != 0))
    throw UsageError(
        fmt::format("--trace {}: waveforms are written as .vcd (GTKWave's vcd2fst makes an .fst of one)", trace));
  if (command.machine.machines.size() > 1) throw UsageError("run takes one machine; intloom compare takes several");
  if (!command.trace_layers.empty())
    parse_range("--trace-layers", command.trace_layers, "..", command.trace.first_layer, command.trace.last_layer);
  if (!command.trace_cycles.empty())
    parse_range("--trace-cycles", command.trace_cycles, ":", command.trace.first_cycle, command.trace.last_cycle);
  const bool narrowed = !command.trace_layers.empty() || !command.trace_cycles.empty() || !command.trace.scope.empty();
  if (narrowed && command.trace.path.empty())
    throw UsageError(
        "--trace-layers, --trace-cycles and --trace-scope narrow a waveform: say which with --trace FILE.vcd");
}

// A relative trace goes into --out DIR, where folders are made; elsewhere its folder must exist before the run.
void place_trace(RunCommand& command) {
  if (command.trace.path.empty()) return;
  const bool in_out = !command.out.empty() && command.trace.path.front() != '/';
  if (in_out) command.trace.path = command.out + "/" + command.trace.path;
  const std::filesystem::path folder = std::filesystem::path(command.trace.path).parent_path();
  std::error_code error;
  if (in_out) std::filesystem::create_directories(folder, error);
  if (folder.empty() || std::filesystem::is_directory(folder, error)) return;
  throw WriteError(
      fmt::format("cannot write the waveform {}: there is no folder {}", command.trace.path, folder.string()));
}

SimulationDetails details_of(const RunCommand& command) {
  SimulationDetails details;
  details.trace = command.trace;
  details.keep_tensors = command.dump == "tensors";
  details.quiet = command.output.quiet;
  return details;
}

int execute(RunCommand command, const CLI::App& app) {
  if (command.model.model.empty()) throw UsageError("say what to run: intloom run MODEL.onnx, or intloom run RUN.yaml");
  // Keys of --set that are the run's own are taken by its file; the rest are the machine's.
  if (is_yaml(command.model.model)) merge(load_run_file(command.model.model, command.machine.sets), command, app);
  check_words(command);
  // A waveform is the clocked machine's.
  if (!command.trace.path.empty()) {
    if (!command.simulation.values)
      throw UsageError(
          "--trace records the clocked machine, which computes integers: it does not go with --values off");
    if (app.count("--fidelity") != 0 && command.simulation.fidelity == Fidelity::fast)
      throw UsageError("--trace records the clocked machine: it goes with --fidelity cycle, which it implies");
    command.simulation.fidelity = Fidelity::cycle;
  }
  check_simulation_options(command.simulation, {command.model.model}, app);
  if (!command.simulation.values) command.limit.clear();
  if (command.dump == "tensors" && command.out.empty())
    throw UsageError("--dump tensors writes files: say where with --out DIR");
  if (!command.simulation.values && command.dump == "tensors")
    throw UsageError("--values off computes no integers: there are no tensors to --dump");
  const std::optional<double> limit = read_limit(command.limit, command.simulation.checks);
  const std::string spec = command.machine.machines.empty() ? kDefaultMachine : command.machine.machines.front();
  const Machine machine = load_machine(spec, command.machine.sets, command.machine_source);
  const LoadedModel model = load_model(command.model.model, command.model.dim_values(), command.simulation);
  std::optional<ResultFiles> files;  // made before the run: a folder that cannot be written to is found at once
  if (!command.out.empty()) files.emplace(command.out);
  place_trace(command);
  Simulation simulation = simulate(model, machine, command.simulation, details_of(command));
  simulation.context.out_directory = command.out;
  if (files) write_run_files(*files, command.dump != "none", machine, simulation);

  if (command.output.format == Format::json)
    std::cout << json_report(simulation.context, simulation.result);
  else if (command.output.format == Format::csv)
    std::cout << csv_report(simulation.result);
  else
    std::cout << text_report(simulation.context, simulation.result, command.output.verbose);

  const int code = exit_code_of(simulation.result);
  if (code != kDone) return code;
  return limit_holds(limit, simulation.result, "") ? kDone : kConditionFailed;
}

}  // namespace

void add_run_command(CLI::App& app, int& exit_code) {
  CLI::App* run = app.add_subcommand("run", "simulate a model on a machine, and check");
  auto command = std::make_shared<RunCommand>();
  run->add_option("model", command->model.model, "a RUN.yaml, the quantized network (.onnx), or a layer list (.csv)")
      ->type_name("RUN.yaml|MODEL");
  run->add_option("--dim", command->model.dims, "value of a symbolic dimension (not of the batch)")
      ->type_name("NAME=N");
  add_machine_options(*run, command->machine, std::string("the machine (default: ") + kDefaultMachine + ")");
  add_simulation_options(*run, command->simulation);
  run->add_option("--limit", command->limit, "a limit that must hold, else exit code 1")->type_name("max_abs_lsb=X");
  run->add_option("--out", command->out, "folder for result files")->type_name("DIR");
  run->add_option("--dump", command->dump, "tensors written to --out (default: outputs)")
      ->type_name("none|outputs|tensors");
  run->add_option("--trace", command->trace.path, "waveform of the first inference, with a .gtkw beside it")
      ->type_name("FILE.vcd");
  run->add_option("--trace-layers", command->trace_layers, "only these layers, by number from 0")->type_name("A..B");
  run->add_option("--trace-cycles", command->trace_cycles, "only these cycles")->type_name("FROM:TO");
  run->add_option("--trace-scope", command->trace.scope, "only this part of the machine, e.g. core0.array")
      ->type_name("PATH");
  add_format_option(*run, command->output, {Format::text, Format::json, Format::csv});
  add_log_options(*run, command->output);
  run->footer(
      "Examples:\n"
      "  intloom run model.onnx --input image.npy\n"
      "  intloom run model.onnx -m edge_16x16:array.rows=32,array.cols=32 --out result --dump tensors\n"
      "  intloom run model.onnx --trace wave.vcd --trace-layers 0..2\n"
      "  intloom run configs/runs/digits.yaml");
  run->callback([command, run, &exit_code] { exit_code = execute(*command, *run); });
}

}  // namespace intloom::sim
