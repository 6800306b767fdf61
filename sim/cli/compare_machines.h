// Models on machines, one run after another: each model is loaded once, of each run only what is shown is kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/cli/options.h"
#include "sim/compare/comparison.h"
#include "sim/config/config.h"
#include "sim/report/result_files.h"

namespace intloom::sim {

struct CompareJob {
  std::vector<std::string> models;
  std::map<std::string, std::int64_t> dims;
  std::vector<MachineVariant> machines;
  std::string machine_source = "-m";  // where they were written
  std::vector<std::string> sets;      // keys changed in every machine
  SimulationOptions simulation;
  std::optional<double> limit;  // of max_abs_lsb
  std::string dump = "none";    // outputs, tensors: files of each machine, in a folder of its name
  bool layers = true;           // the comparison shows layers
  bool quiet = false;
};

struct CompareOutcome {
  Comparison comparison;
  int exit_code = 0;  // the first failure's
};

// `files` may be null where nothing is dumped. A machine that cannot run a model ends the comparison with
// compile::CompileError or MachineFailure, unless it is one of the alternatives of a spec and another machine runs the
// model. ConfigError likewise: a combination of values that makes no machine.
CompareOutcome run_comparison(const CompareJob& job, ResultFiles* files);

}  // namespace intloom::sim
