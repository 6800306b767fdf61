// Machines side by side on the same models: cycles layer by layer, what bounds each, and why not N times.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sim/report/report_context.h"

namespace intloom::sim {

struct ComparedRun {
  std::string model, machine;  // as named by the user
  ReportContext context;
  RunResult result;
};

// One machine against the first machine on the same model.
struct ComparedTotal {
  std::string model, machine;
  std::int64_t cycles = 0;
  double time_us = 0;
  double speedup = 1;       // in cycles
  double time_speedup = 1;  // in time: clocks may differ
  double peak_ratio = 1;    // multipliers of this machine / of the baseline: what perfect scaling would give
  // Cycles this machine takes beyond baseline cycles / peak_ratio, by cause of its array's cycles: they add up to
  // cycles - baseline cycles / peak_ratio. Negative: the cause shrank more than the array grew.
  std::map<std::string, double> lost;
};

struct ComparedLayer {
  std::string model, layer, op;
  struct Cell {
    bool present = false;
    std::int64_t cycles = 0;
    double speedup = 0;
    std::string bound_by;
  };
  std::vector<Cell> machines;  // in the order of Comparison::machines
};

struct Comparison {
  std::vector<std::string> models, machines;
  std::vector<ComparedRun> runs;      // model by model, machine by machine
  std::vector<ComparedTotal> totals;  // as runs
  std::vector<ComparedLayer> layers;
};

// `runs`: for each model every machine, in the same order; the first machine is the baseline.
Comparison compare(std::vector<ComparedRun> runs, const std::vector<std::string>& models,
                   const std::vector<std::string>& machines);

std::string text(const Comparison& comparison, bool all_layers);
std::string json_text(const Comparison& comparison);
std::string csv_text(const Comparison& comparison);

}  // namespace intloom::sim
