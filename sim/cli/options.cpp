#include "sim/cli/options.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/cli/exit_code.h"

namespace intloom::sim {

std::map<std::string, std::int64_t> ModelOptions::dim_values() const {
  std::map<std::string, std::int64_t> values;
  for (const std::string& dim : dims) {
    const std::size_t equals = dim.rfind('=');
    const std::string digits = equals == std::string::npos ? "" : dim.substr(equals + 1);
    const bool number =
        !digits.empty() && digits.size() < 10 && digits.find_first_not_of("0123456789") == std::string::npos;
    if (equals == 0 || !number || std::stoll(digits) < 1)
      throw UsageError(fmt::format("--dim {}: expected NAME=N with N a whole number of at least 1", dim));
    values[dim.substr(0, equals)] = std::stoll(digits);
  }
  return values;
}

Checks checks_of(const std::string& name) {
  if (name == "all") return Checks::all;
  if (name == "integer") return Checks::integer;
  if (name == "none") return Checks::none;
  throw UsageError(fmt::format("check '{}' is not known: expected all, integer or none{}", name,
                               did_you_mean(name, {"all", "integer", "none"})));
}

Fidelity fidelity_of(const std::string& name) {
  if (name == "fast") return Fidelity::fast;
  if (name == "cycle") return Fidelity::cycle;
  throw UsageError(
      fmt::format("fidelity '{}' is not known: expected fast or cycle{}", name, did_you_mean(name, {"fast", "cycle"})));
}

bool values_of(const std::string& name) {
  if (name == "on" || name == "true") return true;
  if (name == "off" || name == "false") return false;
  throw UsageError(fmt::format("values '{}': expected on or off", name));
}

namespace {

// What turns values off, in the user's words.
std::string turn_values_off_without_weights(SimulationOptions& options, const std::vector<std::string>& models,
                                            const CLI::App& app) {
  for (const std::string& model : models) {
    if (!is_weightless(model, options.as_int8)) continue;
    std::string what = options.as_int8 ? "--as-int8" : model + ": a layer list";
    if (app.count("--values") != 0 && options.values)
      throw UsageError(fmt::format("{} has shapes but no weights, so no integers: leave --values on away", what));
    if (options.fidelity == Fidelity::cycle)
      throw UsageError(fmt::format("{} has shapes but no weights: it runs at --fidelity fast, cycles only", what));
    options.values = false;
    return what;
  }
  return "--values off";
}

}  // namespace

void check_simulation_options(SimulationOptions& options, const std::vector<std::string>& models, const CLI::App& app) {
  const std::string what = turn_values_off_without_weights(options, models, app);
  if (options.fidelity == Fidelity::cycle && app.count("--threads") != 0)
    throw UsageError("--threads is for --fidelity fast: the clocked machine runs in one thread");
  if (options.values) return;
  if (options.fidelity == Fidelity::cycle)
    throw UsageError("--values off goes with --fidelity fast: the clocked machine always computes");
  if (app.count("--check") != 0 && options.checks != Checks::none)
    throw UsageError(
        fmt::format("{}: no integers are computed, so there is nothing to check; leave --check away", what));
  // A file's inputs and references have no use then; what was given on the command line is a contradiction.
  const auto forbid = [&](bool set, const std::string& option) {
    const bool given = set && app.count(option) != 0;
    if (given) throw UsageError(fmt::format("{}: no integers are computed, {} has no use then", what, option));
  };
  forbid(!options.inputs.empty(), "--input");
  forbid(options.reference.has_value(), "--reference");
  forbid(options.labels.has_value(), "--labels");
  forbid(options.expected.has_value(), "--expected");
  forbid(true, "--limit");
  options.checks = Checks::none;
  options.inputs.clear();
  options.reference.reset();
  options.labels.reset();
  options.expected.reset();
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& words) {
  const std::string near = nearest(word, words);
  return near.empty() ? "" : fmt::format("; did you mean {}?", near);
}

bool is_yaml(const std::string& path) {
  const auto ends_with = [&](const std::string& end) {
    return path.size() >= end.size() && path.compare(path.size() - end.size(), end.size(), end) == 0;
  };
  return ends_with(".yaml") || ends_with(".yml");
}

void add_model_options(CLI::App& app, ModelOptions& options, bool required) {
  app.add_option("model", options.model, "the quantized network, .onnx")->required(required)->type_name("MODEL");
  app.add_option("--dim", options.dims, "value of a symbolic dimension (not of the batch)")->type_name("NAME=N");
}

void add_machine_options(CLI::App& app, MachineOptions& options, const std::string& description) {
  app.add_option("-m,--machine", options.machines, description)->type_name("NAME|FILE[:key=value,...]");
  app.add_option("--set", options.sets, "changes a key of the machine")->type_name("KEY=VALUE");
}

void add_as_int8_option(CLI::App& app, bool& as_int8) {
  app.add_flag("--as-int8", as_int8, "take a float network as if it were int8 (cycles only)");
}

void add_format_option(CLI::App& app, OutputOptions& options, const std::vector<Format>& formats) {
  std::map<std::string, Format> names;
  for (const Format format : formats)
    names[format == Format::text ? "text" : format == Format::json ? "json" : "csv"] = format;
  std::string listed;
  std::vector<std::string> words;
  for (const auto& [name, format] : names) {
    listed += (listed.empty() ? "" : "|") + name;
    words.push_back(name);
  }
  app.add_option_function<std::string>(
         "--format",
         [&options, names, listed, words](const std::string& word) {
           const auto found = names.find(word);
           if (found == names.end())
             throw UsageError(
                 fmt::format("--format {}: expected one of {}{}", word, listed, did_you_mean(word, words)));
           options.format = found->second;
         },
         "form of what is printed on standard output")
      ->type_name(listed);
}

void add_log_options(CLI::App& app, OutputOptions& options) {
  app.add_flag("--quiet", options.quiet, "no progress");
  app.add_flag("--verbose", options.verbose, "all layers and details");
}

namespace {

constexpr std::int64_t kMostThreads = 256, kMostSeed = 999'999'999'999'999'999;

CLI::Validator whole_number(std::int64_t min, std::int64_t max) {
  return CLI::Validator(
      [min, max](std::string& text) {
        const bool digits =
            !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
        if (digits && std::stoll(text) >= min && std::stoll(text) <= max) return std::string();
        return fmt::format("expected a whole number ({}..{}), got {}", min, max, text);
      },
      "");
}

}  // namespace

void add_simulation_options(CLI::App& app, SimulationOptions& options) {
  app.add_option("--input", options.inputs,
                 "input data: .npy, .npz or TensorProto .pb; float, or of the quantized type")
      ->type_name("[NAME=]FILE");
  app.add_option("--reference", options.reference, "the float network, for accuracy end to end")
      ->type_name("FLOAT.onnx");
  app.add_option("--labels", options.labels, "right classes, for top-1 accuracy")->type_name("L.npy");
  app.add_option("--expected", options.expected,
                 "recorded outputs to compare with, e.g. ONNX Runtime's: .npy, .npz, .pb")
      ->type_name("FILE");
  app.add_option_function<std::string>(
         "--check", [&options](const std::string& word) { options.checks = checks_of(word); },
         "which checks run: against the integer oracle and the float reference")
      ->type_name("all|integer|none");
  app.add_option_function<std::string>(
         "--fidelity", [&options](const std::string& word) { options.fidelity = fidelity_of(word); },
         "fast (default): a timed graph of commands; cycle: clocked SystemC. Same integers, same cycles")
      ->type_name("fast|cycle");
  app.add_option_function<std::string>(
         "--values", [&options](const std::string& word) { options.values = values_of(word); },
         "off: cycles only, no integers (fast fidelity)")
      ->type_name("on|off");
  add_as_int8_option(app, options.as_int8);
  app.add_option("--threads", options.threads, "threads that compute the integers at fast fidelity (default: 1)")
      ->type_name("N")
      ->check(whole_number(1, kMostThreads));
  app.add_option("--seed", options.seed, "seed of the generated input (without --input)")
      ->type_name("N")
      ->check(whole_number(0, kMostSeed));
}

}  // namespace intloom::sim
