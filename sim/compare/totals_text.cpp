#include "sim/compare/totals_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/report/table.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

constexpr LabelStyle kStyles[] = {LabelStyle::names, LabelStyle::keys, LabelStyle::short_keys, LabelStyle::values};
constexpr std::size_t kUnlimited = 10000;

std::string array_text(const ComparedRun& run) { return fmt::format("{}x{}", run.array_rows, run.array_cols); }

bool any_label(const MachineLabels& labels) {
  return std::any_of(labels.labels.begin(), labels.labels.end(), [](const std::string& l) { return !l.empty(); });
}

// Times say more than cycles where clocks differ.
bool clocks_differ(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order) {
  const ComparedRun& baseline = comparison.run(model, comparison.baselines[model]);
  return std::any_of(order.begin(), order.end(), [&](std::size_t m) {
    const ComparedRun& run = comparison.run(model, m);
    return run.time_us * static_cast<double>(baseline.cycles) != baseline.time_us * static_cast<double>(run.cycles) &&
           (run.time_speedup > run.speedup * 1.000001 || run.time_speedup < run.speedup * 0.999999);
  });
}

Table totals_table(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                   bool numbered, const MachineLabels& labels) {
  const bool named = any_label(labels), time = clocks_differ(comparison, model, order);
  Table table;
  if (numbered) table.add_column("#", Table::Align::right);
  table.add_column("", Table::Align::left);
  if (named) table.add_column("machine", Table::Align::left);
  for (const char* title : {"array", "PEs", "cycles"}) table.add_column(title, Table::Align::right);
  if (time) table.add_column("time", Table::Align::right);
  for (const char* title : {"speed-up", "util", "memory"}) table.add_column(title, Table::Align::right);
  table.add_column("bound by", Table::Align::left);
  for (const std::size_t m : order) {
    const ComparedRun& run = comparison.run(model, m);
    std::vector<std::string> cells;
    if (numbered) cells.push_back(std::to_string(m + 1));
    cells.emplace_back(run.pareto ? "*" : "");
    if (named) cells.push_back(labels.labels[m]);
    cells.insert(cells.end(), {array_text(run), with_thousands(run.pes()), with_thousands(run.cycles)});
    if (time) cells.push_back(fmt::format("{:.1f} us", run.time_us));
    cells.insert(cells.end(), {fmt::format("{:.2f}x", run.speedup), percent(run.mac_utilization),
                               bytes_text(run.dram_bytes), run.bound_by});
    table.add_row(std::move(cells));
  }
  return table;
}

std::string differences_text(std::int64_t differences) {
  return differences == 0 ? "equal" : fmt::format("{} DIFFER", differences);
}

}  // namespace

TotalsText totals_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                       bool numbered) {
  TotalsText result;
  for (const LabelStyle style : kStyles) {
    result.labels = machine_labels(comparison.machines, style);
    const Table table = totals_table(comparison, model, order, numbered, result.labels);
    const bool fits = widest_line(table.text(kUnlimited)) <= kTextWidth;
    if (!fits && style != LabelStyle::values) continue;
    result.table = table.text(kTextWidth);
    break;
  }
  return result;
}

std::string checks_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                        const MachineLabels& labels) {
  const auto any = [&](auto has) {
    return std::any_of(order.begin(), order.end(), [&](std::size_t m) { return has(comparison.run(model, m)); });
  };
  const bool integers = any([](const ComparedRun& run) { return run.differences.has_value(); });
  const bool floats = any([](const ComparedRun& run) { return run.float_qdq.has_value(); });
  const bool classes = any([](const ComparedRun& run) { return run.labels_right.has_value(); });
  const bool recorded = any([](const ComparedRun& run) { return run.expected.has_value(); });
  if (!integers && !floats && !classes && !recorded) return {};
  Table table;
  table.add_column("checks", Table::Align::left);
  if (integers) table.add_column("integers", Table::Align::left);
  if (floats) table.add_column("SQNR", Table::Align::right);
  if (floats) table.add_column("max error", Table::Align::right);
  if (classes) table.add_column("top-1", Table::Align::right);
  if (recorded) table.add_column("recorded", Table::Align::left);
  for (const std::size_t m : order) {
    const ComparedRun& run = comparison.run(model, m);
    std::vector<std::string> cells{label_with_array(comparison, model, m, labels)};
    if (integers) cells.push_back(run.differences ? differences_text(*run.differences) : "");
    if (floats) cells.push_back(run.float_qdq ? decibel(run.float_qdq->sqnr_db) : "");
    if (floats) cells.push_back(run.float_qdq ? fmt::format("{:.2f} LSB", run.float_qdq->max_abs_lsb) : "");
    if (classes) cells.push_back(fmt::format("{} of {}", run.labels_right.value_or(0), run.labels_total.value_or(0)));
    if (recorded) cells.push_back(run.expected ? differences_text(run.expected->differences) : "");
    table.add_row(std::move(cells));
  }
  return table.text(kTextWidth);
}

std::string front_text(const Comparison& comparison, std::size_t model, const std::vector<std::size_t>& order,
                       const MachineLabels& labels) {
  if (order.size() < 2) return {};
  // Machines that tie are one of them and how many more: a key that changes nothing would fill pages.
  struct Tie {
    std::size_t machine = 0, more = 0;
  };
  std::vector<Tie> ties;
  std::size_t count = 0;
  for (const std::size_t m : order) {
    const ComparedRun& run = comparison.run(model, m);
    if (!run.pareto) continue;
    ++count;
    const auto tie = std::find_if(ties.begin(), ties.end(), [&](const Tie& other) {
      const ComparedRun& first = comparison.run(model, other.machine);
      return first.cycles == run.cycles && first.pes() == run.pes();
    });
    if (tie == ties.end())
      ties.push_back({m});
    else
      ++tie->more;
  }
  std::string list;
  for (const Tie& tie : ties) {
    list += (list.empty() ? "" : ", ") + label_with_array(comparison, model, tie.machine, labels);
    if (tie.more > 0) list += fmt::format(" (and {} more with the same)", tie.more);
  }
  return wrapped(fmt::format("* no other machine beats {} in both cycles and array size: {}",
                             count == 1 ? "this one" : fmt::format("these {}", count), list),
                 2);
}

std::string failures_text(const Comparison& comparison, std::size_t model) {
  std::string text;
  std::size_t count = 0;
  for (std::size_t m = 0; m < comparison.machines.size(); ++m) {
    const ComparedRun& run = comparison.run(model, m);
    if (run.runs()) continue;
    ++count;
    text += wrapped(fmt::format("  {}: {}", comparison.machines[m].name, run.failure), 4);
  }
  if (count == 0) return {};
  return fmt::format("Cannot run it: {} of {} machines\n", count, comparison.machines.size()) + text;
}

std::string label_with_array(const Comparison& comparison, std::size_t model, std::size_t machine,
                             const MachineLabels& labels) {
  const std::string& label = labels.labels[machine];
  if (labels.distinct) return label;
  return array_text(comparison.run(model, machine)) + (label.empty() ? "" : " " + label);
}

}  // namespace intloom::sim
