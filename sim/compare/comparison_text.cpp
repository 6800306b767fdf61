#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/compare/comparison.h"
#include "sim/report/table.h"

namespace intloom::sim {

namespace {

constexpr std::size_t kShownLayers = 24;

std::int64_t dram_bytes(const RunResult& result) {
  std::int64_t bytes = 0;
  for (const LayerResult& layer : result.layers) bytes += layer.dram_read_bytes + layer.dram_write_bytes;
  return bytes;
}

std::string differences_text(std::int64_t differences) {
  return differences == 0 ? "equal" : fmt::format("{} DIFFER", differences);
}

std::string integers_text(const RunResult& result) {
  return result.integer_check ? differences_text(result.integer_check->total.differences) : "";
}

std::string totals_table(const Comparison& comparison, const std::string& model) {
  Table table;
  table.add_column("machine", Table::Align::left);
  table.add_column("array", Table::Align::right);
  table.add_column("cycles", Table::Align::right);
  table.add_column("time", Table::Align::right);
  table.add_column("speed-up", Table::Align::right);
  table.add_column("util", Table::Align::right);
  table.add_column("memory", Table::Align::right);
  table.add_column("integers", Table::Align::left);
  table.add_column("SQNR", Table::Align::right);
  const bool labels = comparison.runs.front().result.labels_right.has_value();
  const bool recorded = comparison.runs.front().result.expected.has_value();
  if (labels) table.add_column("top-1", Table::Align::right);
  if (recorded) table.add_column("recorded", Table::Align::left);
  for (std::size_t i = 0; i < comparison.runs.size(); ++i) {
    const ComparedRun& run = comparison.runs[i];
    if (run.model != model) continue;
    const isa::ArrayDescription& array = run.context.machine.array;
    std::vector<std::string> cells{run.machine,
                                   fmt::format("{}x{}", array.rows, array.cols),
                                   with_thousands(run.result.cycles),
                                   fmt::format("{:.1f} us", run.result.time_us),
                                   fmt::format("{:.2f}x", comparison.totals[i].speedup),
                                   percent(run.result.mac_utilization),
                                   bytes_text(dram_bytes(run.result)),
                                   integers_text(run.result),
                                   run.result.float_qdq ? decibel(run.result.float_qdq->outputs.sqnr_db) : ""};
    if (labels) cells.push_back(fmt::format("{} of {}", *run.result.labels_right, *run.result.labels_total));
    if (recorded) cells.push_back(differences_text(run.result.expected->differences));
    table.add_row(std::move(cells));
  }
  return table.text();
}

std::vector<const ComparedLayer*> costliest(const Comparison& comparison, const std::string& model, bool all) {
  std::vector<const ComparedLayer*> rows;
  for (const ComparedLayer& layer : comparison.layers)
    if (layer.model == model) rows.push_back(&layer);
  if (all || rows.size() <= kShownLayers) return rows;
  std::vector<const ComparedLayer*> sorted = rows;
  std::nth_element(sorted.begin(), sorted.begin() + kShownLayers, sorted.end(), [](const auto* a, const auto* b) {
    return a->machines.front().cycles > b->machines.front().cycles;
  });
  const std::int64_t least = sorted[kShownLayers]->machines.front().cycles;
  rows.erase(
      std::remove_if(rows.begin(), rows.end(), [&](const auto* row) { return row->machines.front().cycles <= least; }),
      rows.end());
  return rows;
}

std::string layers_table(const Comparison& comparison, const std::string& model, bool all) {
  Table table;
  table.add_column("layer", Table::Align::left);
  for (std::size_t m = 0; m < comparison.machines.size(); ++m) {
    table.add_column(comparison.machines[m], Table::Align::right);
    if (m > 0) table.add_column("", Table::Align::right);
    table.add_column("bound by", Table::Align::left);
  }
  for (const ComparedLayer* layer : costliest(comparison, model, all)) {
    std::vector<std::string> cells{layer->layer};
    for (std::size_t m = 0; m < layer->machines.size(); ++m) {
      const ComparedLayer::Cell& cell = layer->machines[m];
      cells.push_back(cell.present ? with_thousands(cell.cycles) : "-");
      if (m > 0) cells.push_back(cell.present && cell.speedup > 0 ? fmt::format("{:.2f}x", cell.speedup) : "");
      cells.push_back(cell.bound_by);
    }
    table.add_row(std::move(cells));
  }
  return table.text(std::max<std::size_t>(100, 40 + 30 * comparison.machines.size()));
}

std::string why_not(const ComparedTotal& total, std::int64_t baseline_cycles, const std::string& baseline) {
  const double perfect = static_cast<double>(baseline_cycles) / total.peak_ratio;
  std::string text = fmt::format("  {}: {:.2f} times the multipliers of {}, {:.2f} times as fast", total.machine,
                                 total.peak_ratio, baseline, total.speedup);
  const double lost = static_cast<double>(total.cycles) - perfect;
  if (std::abs(lost) < 0.5) return text + "\n";
  text += fmt::format("; {} cycles {} than {} / {:.2f}:\n    ", with_thousands(std::llround(std::abs(lost))),
                      lost > 0 ? "more" : "fewer", with_thousands(baseline_cycles), total.peak_ratio);
  std::vector<std::pair<std::string, double>> causes(total.lost.begin(), total.lost.end());
  std::stable_sort(causes.begin(), causes.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  bool first = true;
  for (const auto& [cause, cycles] : causes) {
    if (std::abs(cycles) < 0.5) continue;
    text +=
        fmt::format("{}{} {}{}", first ? "" : ", ", cause, cycles > 0 ? "+" : "", with_thousands(std::llround(cycles)));
    first = false;
  }
  return text + "\n";
}

}  // namespace

std::string text(const Comparison& comparison, bool all_layers) {
  std::string text;
  for (std::size_t model = 0; model < comparison.models.size(); ++model) {
    const std::string& name = comparison.models[model];
    text += fmt::format("{}{}\n\n{}\n", model == 0 ? "" : "\n", name, totals_table(comparison, name));
    text += "Layer by layer: cycles, speed-up over the first machine, what bounds it\n";
    text += layers_table(comparison, name, all_layers);
    if (comparison.machines.size() < 2) continue;
    text += "\nWhy not N times\n";
    const std::size_t first = model * comparison.machines.size();
    for (std::size_t m = 1; m < comparison.machines.size(); ++m)
      text += why_not(comparison.totals[first + m], comparison.totals[first].cycles, comparison.machines.front());
  }
  return text;
}

}  // namespace intloom::sim
