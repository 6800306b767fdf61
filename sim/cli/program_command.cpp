// intloom program: the command stream of a model on a machine, disassembled.
#include <fmt/format.h>

#include <iostream>

#include "rtl_models/isa/disassembly.h"
#include "runtime/compile/compile.h"
#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/simulate.h"
#include "sim/report/table.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

struct ProgramCommand {
  ModelOptions model;
  MachineOptions machine;
  bool as_int8 = false;
};

// Lines of a listing go on behind `margin`.
void print(const std::string& text, const std::string& margin) { fmt::print("{}", wrapped(text, margin)); }
constexpr const char* kComment = "#     ";
constexpr std::size_t kOperands = 21;  // column of a command's operands

// What the mapper chose, what it estimates that to cost, and what the next best would have.
void print_mapping(const compile::ProgramLayer& layer) {
  if (layer.mapping.empty()) return;
  std::string chosen = fmt::format("#   mapping: {}", layer.mapping);
  if (layer.mappings_compared > 0)
    chosen += fmt::format("; estimated {} cycles, best of {}", with_thousands(layer.mapping_cost_cycles),
                          layer.mappings_compared);
  print(chosen, kComment);
  if (layer.runner_up.empty()) return;
  print(fmt::format("#   next best: {}; estimated {} cycles", layer.runner_up,
                    with_thousands(layer.runner_up_cost_cycles)),
        kComment);
}

void print_program(const compile::Program& program) {
  std::size_t next = 0;
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const compile::ProgramLayer& layer = program.layers[i];
    fmt::print("\n");
    print(fmt::format("# layer {}: {} ({}), {} MACs", i, layer.name, layer.op, with_thousands(layer.macs)), kComment);
    print_mapping(layer);
    for (; next < program.commands.size() && program.commands[next].layer == i &&
           !std::holds_alternative<isa::End>(program.commands[next].body);
         ++next)
      print(fmt::format("{:>7} t{:<4} {}", next, program.commands[next].tile, isa::disassemble(program.commands[next])),
            std::string(kOperands, ' '));
  }
  for (; next < program.commands.size(); ++next)
    fmt::print("{:>7}       {}\n", next, isa::disassemble(program.commands[next]));
}

int execute(const ProgramCommand& command) {
  if (command.machine.machines.size() > 1) throw UsageError("program takes one machine");
  const std::string spec = command.machine.machines.empty() ? kDefaultMachine : command.machine.machines.front();
  const Machine machine = load_machine(spec, command.machine.sets);
  const Workload workload = load_workload(command.model.model, command.model.dim_values(), command.as_int8);
  const compile::Program program = compile::compile(workload.network, resolve_rounding(machine.description, workload),
                                                    {workload.network.has_values});
  print(fmt::format("# {} on {}: {} commands, {} layers, {} of memory", command.model.model, machine.description.name,
                    program.commands.size(), program.layers.size(),
                    bytes_text(static_cast<std::int64_t>(program.memory_bytes))),
        kComment);
  print_program(program);
  return kDone;
}

}  // namespace

void add_program_command(CLI::App& app, int& exit_code) {
  CLI::App* program = app.add_subcommand("program", "the command stream of a model on a machine, disassembled");
  auto command = std::make_shared<ProgramCommand>();
  add_model_options(*program, command->model, true);
  add_machine_options(*program, command->machine, std::string("the machine (default: ") + kDefaultMachine + ")");
  add_as_int8_option(*program, command->as_int8);
  program->footer("Example:\n  intloom program model.onnx -m edge_8x8 | less");
  program->callback([command, &exit_code] { exit_code = execute(*command); });
}

}  // namespace intloom::sim
