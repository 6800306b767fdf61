// From what the user names to a finished simulation: loads, compiles, runs, and says what context it was.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/cli/options.h"
#include "sim/cli/progress.h"
#include "sim/config/config.h"
#include "sim/session/reference_cache.h"

namespace intloom::sim {

// A model with everything that does not depend on a machine; loaded once for any number of machines.
struct LoadedModel {
  std::string path;
  Workload workload;
  InputData input;
  std::unique_ptr<graph::Graph> float_model;
  std::optional<std::vector<std::int64_t>> labels;
  std::optional<std::map<std::string, graph::TensorData>> expected;
};
LoadedModel load_model(const std::string& path, const std::map<std::string, std::int64_t>& dims,
                       const SimulationOptions& options);

struct Simulation {
  ReportContext context;
  RunResult result;
};
struct SimulationDetails {
  TraceOptions trace;
  bool keep_tensors = false;             // every integer edge in the result
  bool statistics = true;                // the blocks' counters in the result
  bool quiet = false;                    // no progress, no notes
  ProgressLine* progress = nullptr;      // of a longer job; null: a line of its own
  ReferenceCache* references = nullptr;  // of this model from runs on other machines, or null
};
Simulation simulate(const LoadedModel& model, const Machine& machine, const SimulationOptions& options,
                    const SimulationDetails& details);

// 0, or 4 where integers differ from the oracle.
int exit_code_of(const RunResult& result);

}  // namespace intloom::sim
