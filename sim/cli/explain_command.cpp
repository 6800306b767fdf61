// intloom explain: what stays integer from the first layer to the last, and each layer's M = M0 * 2^-n.
#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "runtime/import/import_onnx.h"
#include "runtime/import/layer_list.h"
#include "runtime/quant/lower.h"
#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/options.h"
#include "sim/report/explanation.h"

namespace intloom::sim {

namespace {

struct ExplainCommand {
  ModelOptions model;
  MachineOptions machine;
  OutputOptions output;
};

// The answer for a network that has no integer form: which node stands against it, and why.
void print_no(const std::string& reason, Format format) {
  if (format == Format::json)
    std::cout << nlohmann::ordered_json{{"integer_only", false}, {"reason", reason}}.dump(1) << '\n';
  else
    std::cout << "NO: " << reason << '\n';
}

int execute(const ExplainCommand& command) {
  if (command.machine.machines.size() > 1) throw UsageError("explain takes one machine");
  const std::string spec = command.machine.machines.empty() ? kDefaultMachine : command.machine.machines.front();
  const Machine machine = load_machine(spec, command.machine.sets);
  Workload workload;
  if (graph::is_layer_list(command.model.model))
    throw UsageError(fmt::format(
        "{}: a layer list has no integers to explain; explain takes a quantized network (.onnx)", command.model.model));
  workload.graph = graph::import_onnx(command.model.model, command.model.dim_values());
  try {
    workload.network = quant::lower(workload.graph);
  } catch (const graph::ModelError& error) {
    print_no(error.what(), command.output.format);
    throw;
  }
  const Explanation explanation = explain(workload, resolve_rounding(machine.description, workload));
  std::cout << (command.output.format == Format::json ? json_text(explanation)
                                                      : text(explanation, command.model.model));
  return kDone;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  CLI::App* explain =
      app.add_subcommand("explain", "what stays integer, each layer's M = M0 * 2^-n, and what does not");
  auto command = std::make_shared<ExplainCommand>();
  add_model_options(*explain, command->model, true);
  add_machine_options(*explain, command->machine,
                      std::string("whose multiplier bits (default: ") + kDefaultMachine + ")");
  add_format_option(*explain, command->output, {Format::text, Format::json});
  explain->footer("Example:\n  intloom explain model.onnx -m nvdla_like_16bit");
  explain->callback([command, &exit_code] { exit_code = execute(*command); });
}

}  // namespace intloom::sim
