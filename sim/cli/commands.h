// One function a command: adds it to the program with its options and help; its callback sets `exit_code`.
#pragma once

#include <CLI/CLI.hpp>

namespace intloom::sim {

void add_run_command(CLI::App& app, int& exit_code);
void add_compare_command(CLI::App& app, int& exit_code);
void add_explain_command(CLI::App& app, int& exit_code);
void add_program_command(CLI::App& app, int& exit_code);
void add_machine_command(CLI::App& app, int& exit_code);

}  // namespace intloom::sim
