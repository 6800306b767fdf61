#include "sim/compare/layers_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/report/table.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

constexpr std::size_t kShownLayers = 24;
constexpr std::size_t kLongestTitle = 12, kShortestLayerName = 8;

// The costliest on any of the machines, in program order.
std::vector<const ComparedLayer*> shown_layers(const Comparison& comparison, std::size_t model,
                                               const std::vector<std::size_t>& across, bool all) {
  std::vector<const ComparedLayer*> rows;
  for (const ComparedLayer& layer : comparison.layers)
    if (layer.model == model) rows.push_back(&layer);
  if (all || rows.size() <= kShownLayers) return rows;
  const auto most_cycles = [&](const ComparedLayer* row) {
    std::int64_t most = 0;
    for (const std::size_t machine : across) most = std::max(most, row->machines[machine].cycles);
    return most;
  };
  std::stable_sort(rows.begin(), rows.end(),
                   [&](const auto* a, const auto* b) { return most_cycles(a) > most_cycles(b); });
  rows.resize(kShownLayers);
  std::sort(rows.begin(), rows.end());  // they lie in program order
  return rows;
}

Table empty_table(const Comparison& comparison, const std::vector<std::size_t>& across, std::size_t baseline) {
  const bool numbers = needs_numbers(comparison.machines);
  Table table;
  table.add_column("layer", Table::Align::left);
  for (const std::size_t m : across) {
    table.add_column(numbers ? fmt::format("machine {}", m + 1) : comparison.machines[m].name, Table::Align::right);
    if (m != baseline) table.add_column("", Table::Align::right);
    table.add_column("bound by", Table::Align::left);
  }
  return table;
}

// `name_width`: columns for the layers' names.
Table layers_table(const Comparison& comparison, const std::vector<const ComparedLayer*>& rows,
                   const std::vector<std::size_t>& across, std::size_t baseline, std::size_t name_width) {
  Table table = empty_table(comparison, across, baseline);
  for (const ComparedLayer* layer : rows) {
    std::vector<std::string> cells{elided(layer->layer, name_width)};
    for (const std::size_t m : across) {
      const ComparedLayer::Cell& cell = layer->machines[m];
      cells.push_back(cell.present ? with_thousands(cell.cycles) : "-");
      if (m != baseline) cells.push_back(cell.present && cell.speedup > 0 ? fmt::format("{:.2f}x", cell.speedup) : "");
      cells.push_back(cell.bound_by);
    }
    table.add_row(std::move(cells));
  }
  return table;
}

}  // namespace

bool needs_numbers(const std::vector<ComparedMachine>& machines) {
  return std::any_of(machines.begin(), machines.end(),
                     [](const ComparedMachine& machine) { return display_width(machine.name) > kLongestTitle; });
}

std::string layers_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& across,
                        bool all) {
  if (across.empty()) return {};
  const std::size_t baseline = comparison.baselines[model];
  const std::vector<const ComparedLayer*> rows = shown_layers(comparison, model, across, all);
  const std::string title = "layer";
  const std::size_t others =
      widest_line(layers_table(comparison, rows, across, baseline, 0).text(10 * kTextWidth)) - title.size();
  const std::size_t room = others < kTextWidth ? kTextWidth - others : 0;
  const auto count = std::count_if(comparison.layers.begin(), comparison.layers.end(),
                                   [&](const ComparedLayer& layer) { return layer.model == model; });
  std::string cut;
  if (static_cast<std::size_t>(count) > rows.size())
    cut = fmt::format("The {} layers that cost most on any of them (of {}; --verbose shows all)\n", rows.size(), count);
  return layers_table(comparison, rows, across, baseline, std::max(room, kShortestLayerName)).text(kTextWidth) + cut;
}

std::string why_not_text(const Comparison& comparison, std::size_t model, std::size_t machine,
                         const std::string& machine_label, const std::string& baseline_label) {
  const ComparedRun& run = comparison.run(model, machine);
  const std::int64_t baseline_cycles = comparison.run(model, comparison.baselines[model]).cycles;
  const double lost = static_cast<double>(run.cycles) - static_cast<double>(baseline_cycles) / run.peak_ratio;
  std::string text = fmt::format("  {}: {:.2f} times the multipliers of {}, {:.2f} times as fast", machine_label,
                                 run.peak_ratio, baseline_label, run.speedup);
  if (std::abs(lost) < 0.5) return wrapped(text, 4);
  text += fmt::format("; {} cycles {} than {} / {:.2f}:", with_thousands(std::llround(std::abs(lost))),
                      lost > 0 ? "more" : "fewer", with_thousands(baseline_cycles), run.peak_ratio);
  std::vector<std::pair<std::string, double>> causes(run.lost.begin(), run.lost.end());
  std::stable_sort(causes.begin(), causes.end(),
                   [](const auto& a, const auto& b) { return std::abs(a.second) > std::abs(b.second); });
  std::string list;
  for (const auto& [cause, cycles] : causes)
    if (std::abs(cycles) >= 0.5)
      list += fmt::format("{}{} {}{}", list.empty() ? "" : ", ", cause, cycles > 0 ? "+" : "",
                          with_thousands(std::llround(cycles)));
  return wrapped(text, 4) + wrapped("    " + list, 4);
}

}  // namespace intloom::sim
