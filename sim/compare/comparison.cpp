#include "sim/compare/comparison.h"

#include <algorithm>

namespace intloom::sim {

namespace {

double multipliers(const ReportContext& context) {
  return static_cast<double>(context.machine.array.rows) * context.machine.array.cols;
}

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

std::map<std::string, double> lost_cycles(const RunResult& result, const RunResult& baseline, double peak_ratio) {
  std::map<std::string, double> lost;
  for (const auto& [cause, cycles] : result.split) lost[cause] += static_cast<double>(cycles);
  for (const auto& [cause, cycles] : baseline.split) lost[cause] -= static_cast<double>(cycles) / peak_ratio;
  return lost;
}

ComparedTotal total_of(const ComparedRun& run, const ComparedRun& baseline) {
  ComparedTotal total;
  total.model = run.model;
  total.machine = run.machine;
  total.cycles = run.result.cycles;
  total.time_us = run.result.time_us;
  total.speedup = ratio(static_cast<double>(baseline.result.cycles), static_cast<double>(run.result.cycles));
  total.time_speedup = ratio(baseline.result.time_us, run.result.time_us);
  total.peak_ratio = multipliers(run.context) / multipliers(baseline.context);
  total.lost = lost_cycles(run.result, baseline.result, total.peak_ratio);
  return total;
}

// Rows are layers by name, in the order of the machine that has them first.
void add_layers(Comparison& comparison, const std::string& model, const ComparedRun* runs, std::size_t machines) {
  const std::size_t first = comparison.layers.size();
  for (std::size_t m = 0; m < machines; ++m) {
    for (const LayerResult& layer : runs[m].result.layers) {
      auto row = std::find_if(
          comparison.layers.begin() + static_cast<std::ptrdiff_t>(first), comparison.layers.end(),
          [&](const ComparedLayer& known) { return known.layer == layer.name && !known.machines[m].present; });
      if (row == comparison.layers.end()) {
        comparison.layers.push_back({model, layer.name, layer.op, std::vector<ComparedLayer::Cell>(machines)});
        row = std::prev(comparison.layers.end());
      }
      const ComparedLayer::Cell& base = row->machines.front();
      const double speedup = m == 0         ? 1
                             : base.present ? ratio(static_cast<double>(base.cycles), static_cast<double>(layer.cycles))
                                            : 0;
      row->machines[m] = {true, layer.cycles, speedup, layer.bound_by};
    }
  }
}

}  // namespace

Comparison compare(std::vector<ComparedRun> runs, const std::vector<std::string>& models,
                   const std::vector<std::string>& machines) {
  Comparison comparison;
  comparison.models = models;
  comparison.machines = machines;
  comparison.runs = std::move(runs);
  for (std::size_t model = 0; model < models.size(); ++model) {
    const ComparedRun* row = comparison.runs.data() + model * machines.size();
    for (std::size_t m = 0; m < machines.size(); ++m) comparison.totals.push_back(total_of(row[m], row[0]));
    add_layers(comparison, models[model], row, machines.size());
  }
  return comparison;
}

}  // namespace intloom::sim
