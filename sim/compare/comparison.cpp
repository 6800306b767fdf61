#include "sim/compare/comparison.h"

#include <algorithm>
#include <tuple>

#include "sim/compare/front.h"
#include "sim/session/layer_statistics.h"

namespace intloom::sim {

namespace {

double ratio(double a, double b) { return b > 0 ? a / b : 0; }

std::map<std::string, double> lost_cycles(const ComparedRun& run, const ComparedRun& baseline, double peak_ratio) {
  std::map<std::string, double> lost;
  for (const auto& [cause, cycles] : run.split) lost[cause] += static_cast<double>(cycles);
  for (const auto& [cause, cycles] : baseline.split) lost[cause] -= static_cast<double>(cycles) / peak_ratio;
  return lost;
}

void relate(ComparedRun& run, const ComparedRun& baseline) {
  run.speedup = ratio(static_cast<double>(baseline.cycles), static_cast<double>(run.cycles));
  run.time_speedup = ratio(baseline.time_us, run.time_us);
  run.peak_ratio = static_cast<double>(run.pes()) / static_cast<double>(baseline.pes());
  run.lost = lost_cycles(run, baseline, run.peak_ratio);
}

std::vector<std::size_t> baselines_of(const Comparison& comparison) {
  const auto runs = [&](std::size_t model, std::size_t machine) { return comparison.run(model, machine).runs(); };
  const std::size_t models = comparison.models.size(), machines = comparison.machines.size();
  for (std::size_t machine = 0; machine < machines; ++machine) {
    std::size_t model = 0;
    while (model < models && runs(model, machine)) ++model;
    if (model == models) return std::vector<std::size_t>(models, machine);
  }
  std::vector<std::size_t> baselines(models, 0);
  for (std::size_t model = 0; model < models; ++model)
    while (!runs(model, baselines[model])) ++baselines[model];
  return baselines;
}

void mark_front(ComparedRun* runs, std::size_t machines) {
  std::vector<ComparedRun*> running;
  std::vector<FrontPoint> points;
  for (std::size_t m = 0; m < machines; ++m) {
    if (!runs[m].runs()) continue;
    running.push_back(&runs[m]);
    points.push_back({runs[m].cycles, runs[m].pes()});
  }
  const std::vector<bool> front = pareto_front(points);
  for (std::size_t i = 0; i < running.size(); ++i) running[i]->pareto = front[i];
}

// Rows are layers by name, in the order of the machine that has them first.
class LayerRows {
 public:
  LayerRows(std::vector<ComparedLayer>& rows, std::size_t model, std::size_t machines)
      : rows_(rows), first_(rows.size()), next_(first_), model_(model), machines_(machines) {}

  void add(std::size_t machine, const ComparedRun& run) {
    next_ = first_;
    for (const ComparedRun::Layer& layer : run.layers)
      row_of(layer, machine).machines[machine] = {true, layer.cycles, 0, layer.bound_by};
  }

  void relate(std::size_t baseline) {
    for (std::size_t r = first_; r < rows_.size(); ++r) {
      const ComparedLayer::Cell& base = rows_[r].machines[baseline];
      for (ComparedLayer::Cell& cell : rows_[r].machines)
        if (cell.present && base.present)
          cell.speedup = &cell == &base ? 1 : ratio(static_cast<double>(base.cycles), static_cast<double>(cell.cycles));
    }
  }

 private:
  // The same layer of the machines before, most often the next row.
  ComparedLayer& row_of(const ComparedRun::Layer& layer, std::size_t machine) {
    const auto fits = [&](const ComparedLayer& row) {
      return row.layer == layer.name && !row.machines[machine].present;
    };
    if (next_ < rows_.size() && fits(rows_[next_])) return rows_[next_++];
    const auto found = std::find_if(rows_.begin() + static_cast<std::ptrdiff_t>(first_), rows_.end(), fits);
    next_ = static_cast<std::size_t>(found - rows_.begin()) + 1;
    if (found != rows_.end()) return *found;
    rows_.push_back({model_, layer.name, layer.op, std::vector<ComparedLayer::Cell>(machines_)});
    return rows_.back();
  }

  std::vector<ComparedLayer>& rows_;
  std::size_t first_, next_, model_, machines_;
};

}  // namespace

ComparedRun compared_run(const isa::MachineDescription& machine, const RunResult& result, bool layers) {
  ComparedRun run;
  run.array_rows = machine.array.rows;
  run.array_cols = machine.array.cols;
  run.cycles = result.cycles;
  run.time_us = result.time_us;
  run.mac_utilization = result.mac_utilization;
  for (const LayerResult& layer : result.layers) run.dram_bytes += layer.dram_read_bytes + layer.dram_write_bytes;
  run.bound_by = largest_cause(result.split);
  run.split = result.split;
  if (result.integer_check) {
    run.elements = result.integer_check->total.elements;
    run.differences = result.integer_check->total.differences;
  }
  if (result.float_qdq) run.float_qdq = result.float_qdq->outputs;
  run.labels_right = result.labels_right;
  run.labels_total = result.labels_total;
  run.expected = result.expected;
  if (!layers) return run;
  run.layers.reserve(result.layers.size());
  for (const LayerResult& layer : result.layers)
    run.layers.push_back({layer.name, layer.op, layer.cycles, layer.bound_by});
  return run;
}

ComparedRun failed_run(const std::string& reason) {
  ComparedRun run;
  run.failure = reason.substr(0, reason.find('\n'));
  return run;
}

Comparison compare(std::vector<std::string> models, std::vector<ComparedMachine> machines,
                   std::vector<ComparedRun> runs) {
  Comparison comparison;
  comparison.models = std::move(models);
  comparison.machines = std::move(machines);
  comparison.runs = std::move(runs);
  comparison.baselines = baselines_of(comparison);
  const std::size_t count = comparison.machines.size();
  for (std::size_t model = 0; model < comparison.models.size(); ++model) {
    ComparedRun* row = comparison.runs.data() + model * count;
    const ComparedRun& baseline = row[comparison.baselines[model]];
    LayerRows layers(comparison.layers, model, count);
    for (std::size_t m = 0; m < count; ++m) {
      if (!row[m].runs()) continue;
      relate(row[m], baseline);
      layers.add(m, row[m]);
      row[m].layers.clear();
    }
    layers.relate(comparison.baselines[model]);
    mark_front(row, count);
  }
  return comparison;
}

std::vector<std::size_t> sorted_machines(const Comparison& comparison, std::size_t model, SortBy by) {
  std::vector<std::size_t> machines;
  for (std::size_t m = 0; m < comparison.machines.size(); ++m)
    if (comparison.run(model, m).runs()) machines.push_back(m);
  const auto sort = [&](const auto& key) {
    std::stable_sort(machines.begin(), machines.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  };
  const auto run = [&](std::size_t m) -> const ComparedRun& { return comparison.run(model, m); };
  switch (by) {
    case SortBy::given:
      break;
    case SortBy::cycles:
      sort([&](std::size_t m) { return std::pair(run(m).cycles, run(m).pes()); });
      break;
    case SortBy::array:
      sort([&](std::size_t m) { return std::tuple(run(m).pes(), run(m).array_rows, run(m).cycles); });
      break;
    case SortBy::utilization:
      sort([&](std::size_t m) { return -run(m).mac_utilization; });
      break;
    case SortBy::bytes:
      sort([&](std::size_t m) { return std::pair(run(m).dram_bytes, run(m).cycles); });
      break;
    case SortBy::name:
      sort([&](std::size_t m) -> const std::string& { return comparison.machines[m].name; });
      break;
  }
  return machines;
}

}  // namespace intloom::sim
