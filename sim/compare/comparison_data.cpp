// The comparison as JSON and CSV.
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/compare/comparison.h"

namespace intloom::sim {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kScheme = "static";  // integers between layers

Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

// Entries one by one: a scan has many, and as one tree they would take ten times their text.
class ArrayText {
 public:
  explicit ArrayText(const std::string& key) : text_(fmt::format(",\n \"{}\": [", key)) {}
  void add(const Json& entry) {
    text_ += fmt::format("{}\n  {}", empty_ ? "" : ",", entry.dump());
    empty_ = false;
  }
  std::string text() const { return text_ + (empty_ ? "]" : "\n ]"); }

 private:
  std::string text_;
  bool empty_ = true;
};

std::string machines_json(const Comparison& comparison) {
  ArrayText machines("machines");
  for (const ComparedMachine& machine : comparison.machines) {
    Json changes = Json::object();
    for (const auto& [key, value] : machine.changes) changes[key] = value;
    machines.add({{"machine", machine.name}, {"base", machine.base}, {"changes", std::move(changes)}});
  }
  return machines.text();
}

std::string results_json(const Comparison& comparison) {
  ArrayText results("results");
  for (const ComparedLayer& layer : comparison.layers)
    for (std::size_t m = 0; m < layer.machines.size(); ++m)
      if (layer.machines[m].present)
        results.add({{"model", comparison.models[layer.model]},
                     {"machine", comparison.machines[m].name},
                     {"scheme", kScheme},
                     {"layer", layer.layer},
                     {"cycles", layer.machines[m].cycles},
                     {"speedup", layer.machines[m].speedup > 0 ? Json(layer.machines[m].speedup) : Json(nullptr)},
                     {"bound_by", layer.machines[m].bound_by}});
  return results.text();
}

Json total_json(const std::string& model, const std::string& machine, const ComparedRun& run) {
  Json total{{"model", model},
             {"machine", machine},
             {"scheme", kScheme},
             {"array_rows", run.array_rows},
             {"array_cols", run.array_cols},
             {"pes", run.pes()},
             {"cycles", run.cycles},
             {"time_us", run.time_us},
             {"speedup", run.speedup},
             {"time_speedup", run.time_speedup},
             {"peak_ratio", run.peak_ratio},
             {"mac_utilization", run.mac_utilization},
             {"dram_bytes", run.dram_bytes},
             {"bound_by", run.bound_by},
             {"pareto", run.pareto},
             {"lost", run.lost}};
  if (run.differences) total["integer"] = {{"elements", *run.elements}, {"differences", *run.differences}};
  if (run.float_qdq)
    total["float_qdq"] = {{"max_abs_lsb", finite(run.float_qdq->max_abs_lsb)},
                          {"sqnr_db", finite(run.float_qdq->sqnr_db)},
                          {"cosine", finite(run.float_qdq->cosine)}};
  if (run.labels_right) total["top1"] = {{"right", *run.labels_right}, {"total", *run.labels_total}};
  if (run.expected)
    total["recorded"] = {{"elements", run.expected->elements}, {"differences", run.expected->differences}};
  return total;
}

// visit(model, machine, run) for each machine that runs the model.
template <class Visit>
void for_each_total(const Comparison& comparison, SortBy sort, Visit visit) {
  for (std::size_t model = 0; model < comparison.models.size(); ++model)
    for (const std::size_t machine : sorted_machines(comparison, model, sort))
      visit(comparison.models[model], comparison.machines[machine].name, comparison.run(model, machine));
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

}  // namespace

std::string json_text(const Comparison& comparison, SortBy sort) {
  const std::size_t baseline = comparison.baselines.front();
  std::string text = fmt::format("{{\n \"schema\": \"intloom.compare/1\",\n \"baseline\": {}",
                                 Json(comparison.machines[baseline].name).dump());
  ArrayText totals("totals"), front("front"), failed("failed");
  for_each_total(comparison, sort, [&](const std::string& model, const std::string& machine, const ComparedRun& run) {
    totals.add(total_json(model, machine, run));
    if (run.pareto) front.add({{"model", model}, {"machine", machine}});
  });
  for (std::size_t model = 0; model < comparison.models.size(); ++model)
    for (std::size_t m = 0; m < comparison.machines.size(); ++m)
      if (!comparison.run(model, m).runs())
        failed.add({{"model", comparison.models[model]},
                    {"machine", comparison.machines[m].name},
                    {"reason", comparison.run(model, m).failure}});
  for (const std::string& part :
       {machines_json(comparison), results_json(comparison), totals.text(), front.text(), failed.text()})
    text += part;
  return text + "\n}\n";
}

std::string csv_text(const Comparison& comparison) {
  std::string text = "model,machine,scheme,layer,cycles,speedup,bound_by\n";
  for (const ComparedLayer& layer : comparison.layers)
    for (std::size_t m = 0; m < layer.machines.size(); ++m) {
      const ComparedLayer::Cell& cell = layer.machines[m];
      if (!cell.present) continue;
      text += fmt::format("{},{},{},{},{},{},{}\n", quoted(comparison.models[layer.model]),
                          quoted(comparison.machines[m].name), kScheme, quoted(layer.layer), cell.cycles,
                          cell.speedup > 0 ? fmt::format("{:.6g}", cell.speedup) : "", cell.bound_by);
    }
  return text;
}

std::string totals_csv_text(const Comparison& comparison, SortBy sort) {
  std::string text =
      "model,machine,scheme,array_rows,array_cols,pes,cycles,time_us,speedup,time_speedup,peak_ratio,mac_utilization,"
      "dram_bytes,bound_by,pareto\n";
  for_each_total(comparison, sort, [&](const std::string& model, const std::string& machine, const ComparedRun& run) {
    text += fmt::format("{},{},{},{},{},{},{},{:.10g},{:.6g},{:.6g},{:.6g},{:.6g},{},{},{}\n", quoted(model),
                        quoted(machine), kScheme, run.array_rows, run.array_cols, run.pes(), run.cycles, run.time_us,
                        run.speedup, run.time_speedup, run.peak_ratio, run.mac_utilization, run.dram_bytes,
                        run.bound_by, run.pareto);
  });
  return text;
}

}  // namespace intloom::sim
