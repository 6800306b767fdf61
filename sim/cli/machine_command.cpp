// intloom machine: the presets, or one machine with every value and where it comes from.
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/options.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

struct MachineCommand {
  std::string spec;
  std::vector<std::string> sets;
  bool yaml = false;
};

std::string first_sentence(const std::string& text) { return text.substr(0, text.find('\n')); }

// Cells side by side, each as wide as its column; the last one goes on in its own column.
std::string columns(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line;
  std::size_t begin = 0;
  for (std::size_t c = 0; c < cells.size(); ++c) {
    line += cells[c];
    if (c + 1 == cells.size()) break;
    begin += widths[c] + 2;
    line += std::string(begin - std::min(begin, display_width(line)), ' ');
  }
  return wrapped(line, begin);
}

void print_presets() {
  const std::vector<Preset> presets = list_presets();
  std::size_t width = 0;
  for (const Preset& preset : presets) width = std::max(width, display_width(preset.name));
  fmt::print("{}", columns({"machine", "what it is"}, {width}));
  for (const Preset& preset : presets)
    fmt::print("{}", columns({preset.name, first_sentence(preset.description)}, {width}));
  fmt::print("\nintloom machine NAME shows one with every value.\n");
}

std::string value_text(const ResolvedKey& key) { return key.value + (key.unit.empty() ? "" : " " + key.unit); }

bool is_name(const ResolvedKey& key) { return key.key == "name" || key.key == "description"; }

void print_machine(const Machine& machine) {
  fmt::print("{}\n", wrapped(machine.description.name + ": " + machine.description.description, 2));
  std::vector<std::size_t> widths{0, 0};
  for (const ResolvedKey& key : machine.keys) {
    if (is_name(key)) continue;
    widths[0] = std::max(widths[0], display_width(key.key));
    widths[1] = std::max(widths[1], display_width(value_text(key)));
  }
  fmt::print("{}", columns({"key", "value", "origin"}, widths));
  for (const ResolvedKey& key : machine.keys) {
    if (is_name(key)) continue;
    fmt::print("{}", columns({key.key, value_text(key), key.origin}, widths));
    fmt::print("{}", wrapped(fmt::format("    {} [{}]", key.description, key.range), 4));
  }
}

int execute(const MachineCommand& command) {
  if (command.spec.empty()) {
    if (command.yaml || !command.sets.empty())
      throw UsageError("--yaml and --set need a machine: intloom machine NAME");
    print_presets();
    return kDone;
  }
  const Machine machine = load_machine(command.spec, command.sets, "machine");
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
