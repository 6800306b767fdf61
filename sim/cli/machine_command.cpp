// intloom machine: the presets, or one machine with every value and where it comes from.
#include <fmt/format.h>

#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/options.h"
#include "sim/report/table.h"

namespace intloom::sim {

namespace {

struct MachineCommand {
  std::string spec;
  std::vector<std::string> sets;
  bool yaml = false;
};

std::string first_sentence(const std::string& text) { return text.substr(0, text.find('\n')); }

void print_presets() {
  Table table;
  table.add_column("machine", Table::Align::left);
  table.add_column("what it is", Table::Align::left);
  for (const Preset& preset : list_presets()) table.add_row({preset.name, first_sentence(preset.description)});
  fmt::print("{}\nintloom machine NAME shows one with every value.\n", table.text());
}

void print_machine(const Machine& machine) {
  fmt::print("{}: {}\n\n", machine.description.name, machine.description.description);
  Table table;
  table.add_column("key", Table::Align::left);
  table.add_column("value", Table::Align::right);
  table.add_column("unit", Table::Align::left);
  table.add_column("origin", Table::Align::left);
  table.add_column("what it is", Table::Align::left);
  for (const ResolvedKey& key : machine.keys) {
    if (key.key == "name" || key.key == "description") continue;
    table.add_row({key.key, key.value, key.unit, key.origin, key.description});
  }
  fmt::print("{}", table.text(160));
}

int execute(const MachineCommand& command) {
  if (command.spec.empty()) {
    if (command.yaml || !command.sets.empty())
      throw UsageError("--yaml and --set need a machine: intloom machine NAME");
    print_presets();
    return kDone;
  }
  const Machine machine = load_machine(command.spec, command.sets);
  if (command.yaml)
    fmt::print("{}", to_yaml(machine));
  else
    print_machine(machine);
  return kDone;
}

}  // namespace

void add_machine_command(CLI::App& app, int& exit_code) {
  CLI::App* machine = app.add_subcommand("machine", "list the machines, or show one with every value and its origin");
  auto command = std::make_shared<MachineCommand>();
  machine->add_option("machine", command->spec, "a preset or a file")->type_name("NAME|FILE[:key=value,...]");
  machine->add_option("--set", command->sets, "changes a key")->type_name("KEY=VALUE");
  machine->add_flag("--yaml", command->yaml, "as a machine file that loads to the same machine");
  machine->footer("Examples:\n  intloom machine\n  intloom machine edge_16x16:array.rows=32");
  machine->callback([command, &exit_code] { exit_code = execute(*command); });
}

}  // namespace intloom::sim
