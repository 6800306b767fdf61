// The comparison as a person reads it.
#include <fmt/format.h>

#include <algorithm>

#include "sim/compare/comparison.h"
#include "sim/compare/layers_text.h"
#include "sim/compare/totals_text.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

std::string sort_name(SortBy by) {
  switch (by) {
    case SortBy::given:
      return "as given";
    case SortBy::cycles:
      return "by cycles";
    case SortBy::array:
      return "by array size";
    case SortBy::utilization:
      return "by utilization";
    case SortBy::bytes:
      return "by memory traffic";
    case SortBy::name:
      return "by name";
  }
  return {};
}

std::string title_text(const Comparison& comparison, std::size_t model, SortBy sort, const MachineLabels& labels) {
  std::string text = comparison.models[model] + "\n";
  if (!labels.heading.empty()) text += wrapped(labels.heading, 2);
  if (comparison.machines.size() > kMachinesAcross)
    text += wrapped(fmt::format("{} machines, {}; speed-up over {}", comparison.machines.size(), sort_name(sort),
                                label_with_array(comparison, model, comparison.baselines[model], labels)),
                    2);
  return text;
}

// Side by side as many as fit, one table below the other.
std::string all_layers_text(const Comparison& comparison, std::size_t model, bool all) {
  const std::vector<std::size_t> machines = sorted_machines(comparison, model, SortBy::given);
  std::string text = "\nLayer by layer: cycles, speed-up over the first machine, what bounds it\n";
  for (std::size_t first = 0; first < machines.size(); first += kMachinesAcross) {
    const std::size_t end = std::min(first + kMachinesAcross, machines.size());
    const std::vector<std::size_t> across(machines.begin() + static_cast<std::ptrdiff_t>(first),
                                          machines.begin() + static_cast<std::ptrdiff_t>(end));
    text += (first == 0 ? "" : "\n") + layers_text(comparison, model, across, all);
  }
  return text;
}

std::string all_why_not_text(const Comparison& comparison, std::size_t model, const MachineLabels& labels) {
  const std::size_t baseline = comparison.baselines[model];
  std::string text;
  for (const std::size_t m : sorted_machines(comparison, model, SortBy::given))
    if (m != baseline)
      text += why_not_text(comparison, model, m, label_with_array(comparison, model, m, labels),
                           label_with_array(comparison, model, baseline, labels));
  return text.empty() ? text : "\nWhy not N times\n" + text;
}

std::string model_text(const Comparison& comparison, std::size_t model, const TextOptions& options) {
  const bool few = comparison.machines.size() <= kMachinesAcross;
  const bool layers = (few || options.all_layers) && !comparison.layers.empty();
  const SortBy sort = options.sort.value_or(few ? SortBy::given : SortBy::cycles);
  const std::vector<std::size_t> order = sorted_machines(comparison, model, sort);
  const TotalsText totals = totals_text(comparison, model, order, layers && needs_numbers(comparison.machines));
  std::string text = title_text(comparison, model, sort, totals.labels) + "\n" + totals.table;
  for (const std::string& part :
       {front_text(comparison, model, order, totals.labels), checks_text(comparison, model, order, totals.labels)})
    if (!part.empty()) text += "\n" + part;
  if (layers) text += all_layers_text(comparison, model, options.all_layers);
  if (layers) text += all_why_not_text(comparison, model, totals.labels);
  if (!layers) text += "\nThe layers of these machines: --verbose, --format json or csv, --out DIR\n";
  const std::string failures = failures_text(comparison, model);
  return failures.empty() ? text : text + "\n" + failures;
}

}  // namespace

std::string text(const Comparison& comparison, const TextOptions& options) {
  std::string text;
  for (std::size_t model = 0; model < comparison.models.size(); ++model)
    text += (model == 0 ? "" : "\n") + model_text(comparison, model, options);
  return text;
}

}  // namespace intloom::sim
