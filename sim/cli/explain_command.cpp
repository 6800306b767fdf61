// intloom explain: what stays integer from the first layer to the last, and each layer's M = M0 * 2^-n.
#include <iostream>

#include <fmt/format.h>

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

int execute(const ExplainCommand& command) {
  if (command.machine.machines.size() > 1) throw UsageError("explain takes one machine");
  const std::string spec = command.machine.machines.empty() ? kDefaultMachine : command.machine.machines.front();
  const Machine machine = load_machine(spec, command.machine.sets);
  const Workload workload = load_workload(command.model.model, command.model.dim_values());
  const Explanation explanation = explain(workload, resolve_rounding(machine.description, workload));
  std::cout << (command.output.format == Format::json ? json_text(explanation) : text(explanation, command.model.model));
  return kDone;
}

}  // namespace

void add_explain_command(CLI::App& app, int& exit_code) {
  CLI::App* explain = app.add_subcommand("explain", "what stays integer, each layer's M = M0 * 2^-n, and what does not");
  auto command = std::make_shared<ExplainCommand>();
  add_model_options(*explain, command->model, true);
  add_machine_options(*explain, command->machine, std::string("whose multiplier bits (default: ") + kDefaultMachine + ")");
  add_output_options(*explain, command->output, {Format::text, Format::json});
  explain->footer("Example:\n  intloom explain model.onnx -m nvdla_like_16bit");
  explain->callback([command, &exit_code] { exit_code = execute(*command); });
}

}  // namespace intloom::sim
