// Options that several commands share, and what they turn into.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/config/config.h"
#include "sim/report/report_context.h"
#include "sim/session/session.h"

namespace intloom::sim {

inline constexpr const char* kDefaultMachine = "edge_16x16";

enum class Format { text, json, csv };

struct ModelOptions {
  std::string model;
  std::vector<std::string> dims;                           // NAME=N
  std::map<std::string, std::int64_t> dim_values() const;  // UsageError where it is no NAME=N
};

struct MachineOptions {
  std::vector<std::string> machines;  // -m
  std::vector<std::string> sets;      // --set
};

struct OutputOptions {
  Format format = Format::text;
  bool quiet = false, verbose = false;
};

// What a simulation takes besides model and machine.
struct SimulationOptions {
  std::vector<std::string> inputs;
  std::optional<std::string> reference, labels, expected;
  Checks checks = Checks::all;
  Fidelity fidelity = Fidelity::fast;
  bool values = true;
  bool as_int8 = false;
  int threads = 1;
  std::uint64_t seed = 1;
  std::int64_t batch = 1;  // inferences to generate when there is no input
};

void add_as_int8_option(CLI::App& app, bool& as_int8);
void add_model_options(CLI::App& app, ModelOptions& options, bool required);
void add_machine_options(CLI::App& app, MachineOptions& options, const std::string& description);
void add_format_option(CLI::App& app, OutputOptions& options, const std::vector<Format>& formats);
void add_log_options(CLI::App& app, OutputOptions& options);  // --quiet, --verbose
void add_simulation_options(CLI::App& app, SimulationOptions& options);

// Reconciles what belongs together; UsageError where options contradict each other. `app`: which were given.
// Workloads without weights (--as-int8, a layer list among the models) turn values off.
void check_simulation_options(SimulationOptions& options, const std::vector<std::string>& models, const CLI::App& app);

Fidelity fidelity_of(const std::string& name);  // "fast", "cycle"; UsageError otherwise
bool values_of(const std::string& name);        // "on", "off"; UsageError otherwise
Checks checks_of(const std::string& name);      // "all", "integer", "none"; UsageError otherwise

// "; did you mean W?" with the nearest of `words`, empty where none is near.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& words);

bool is_yaml(const std::string& path);

}  // namespace intloom::sim
