#include "sim/cli/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <system_error>
#include <systemc>

#include "runtime/compile/compile.h"
#include "runtime/graph/graph.h"
#include "runtime/import/tensor_file.h"
#include "sim/cli/commands.h"
#include "sim/cli/exit_code.h"
#include "sim/cli/progress.h"
#include "sim/config/config.h"
#include "sim/report/result_files.h"
#include "sim/session/session.h"
#include "sim/trace/trace_file.h"

#ifndef INTLOOM_VERSION
#define INTLOOM_VERSION "unknown"
#endif

namespace intloom::sim {

namespace {

std::string version_text() {
#ifdef NDEBUG
  const char* build = "Release";
#else
  const char* build = "Debug";
#endif
  return fmt::format("intloom {}, {}, {} build", INTLOOM_VERSION, sc_core::sc_version(), build);
}

int complain(int code, const std::string& message) {
  std::cout.flush();
  std::cerr << "intloom: " << message << '\n';
  return code;
}

std::vector<std::string> words_of(const CLI::App& app, const std::string& word) {
  std::vector<std::string> words;
  if (word.rfind('-', 0) == 0) {
    for (const CLI::Option* option : app.get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    return words;
  }
  for (const CLI::App* command : app.get_subcommands({})) words.push_back(command->get_name());
  return words;
}

// The command the user is in, as far as the line was understood.
const CLI::App& innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = innermost(app);
  std::string message = error.what();
  if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr)
    message += ": expected a whole number of at least 0";
  // A misspelt command is to the parser a missing one.
  const bool no_command = &command == &app && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr || (no_command && !app.remaining(true).empty())) {
    const auto extras = command.remaining(true);
    const std::string word = extras.empty() ? "" : extras.front();
    message = fmt::format("'{}' is not known{}", word, &command == &app ? "" : " to intloom " + command.get_name());
    const std::string near = nearest(word, words_of(command, word));
    if (!near.empty()) message += fmt::format("; did you mean {}?", near);
  }
  return message + fmt::format("\nSee: intloom {}{}--help", &command == &app ? "" : command.get_name(),
                               &command == &app ? "" : " ");
}

int parse_and_run(CLI::App& app, int argc, const char* const* argv, const int& exit_code) {
  try {
    app.parse(argc, argv);
    return exit_code;
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    return complain(kUserFault, usage_message(app, error));
  } catch (const UsageError& error) {
    return complain(kUserFault, error.what());
  } catch (const ConfigError& error) {
    return complain(kUserFault, error.what());
  } catch (const graph::ModelError& error) {
    return complain(kUserFault, error.what());
  } catch (const graph::TensorFileError& error) {
    return complain(kUserFault, error.what());
  } catch (const compile::CompileError& error) {
    return complain(kUserFault, error.what());
  } catch (const WaveSelectionError& error) {
    return complain(kUserFault, error.what());
  } catch (const MachineFailure& error) {
    return complain(kMachineFailed, error.what());
  } catch (const WriteError& error) {
    return complain(kWriteFailed, error.what());
  } catch (const TraceError& error) {
    return complain(kWriteFailed, error.what());
  } catch (const Interrupted& error) {
    return complain(kInterrupted, error.what());
  } catch (const std::system_error& error) {
    return complain(kWriteFailed, error.what());
  }
}

// What is printed counts as written only when it has left the program.
int flush_output(int code) {
  std::cout.flush();
  if (std::cout.good() && std::fflush(stdout) == 0) return code;
  return complain(kWriteFailed, "cannot write to standard output");
}

}  // namespace

int run_cli(int argc, const char* const* argv) {
  catch_interrupts();
  int exit_code = kDone;
  CLI::App app{"Simulates int8 neural-network accelerators: cycles, integers and their distance from float.",
               "intloom"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  intloom run model.onnx --input image.npy              simulate and check, on the default machine\n"
      "  intloom compare model.onnx -m edge_16x16 -m edge_32x32   machines side by side\n"
      "  intloom explain model.onnx                            what stays integer, and how");
  add_run_command(app, exit_code);
  add_compare_command(app, exit_code);
  add_explain_command(app, exit_code);
  add_program_command(app, exit_code);
  add_machine_command(app, exit_code);
  try {
    return flush_output(parse_and_run(app, argc, argv, exit_code));
  } catch (const std::exception& error) {
    return complain(kToolBug, fmt::format("internal error, a bug in intloom: {}", error.what()));
  }
}

}  // namespace intloom::sim
