// The comparison as JSON and CSV, with the same columns.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/compare/comparison.h"

namespace intloom::sim {

namespace {

constexpr const char* kScheme = "static";  // integers between layers

}  // namespace

std::string json_text(const Comparison& comparison) {
  using Json = nlohmann::ordered_json;
  Json json{{"schema", "intloom.compare/1"},
            {"baseline", comparison.machines.front()},
            {"results", Json::array()},
            {"totals", Json::array()}};
  for (const ComparedLayer& layer : comparison.layers)
    for (std::size_t m = 0; m < layer.machines.size(); ++m)
      if (layer.machines[m].present)
        json["results"].push_back(
            {{"model", layer.model},
             {"machine", comparison.machines[m]},
             {"scheme", kScheme},
             {"layer", layer.layer},
             {"cycles", layer.machines[m].cycles},
             {"speedup", layer.machines[m].speedup > 0 ? Json(layer.machines[m].speedup) : Json(nullptr)},
             {"bound_by", layer.machines[m].bound_by}});
  for (std::size_t i = 0; i < comparison.totals.size(); ++i) {
    const ComparedTotal& total = comparison.totals[i];
    const RunResult& result = comparison.runs[i].result;
    json["totals"].push_back({{"model", total.model},
                              {"machine", total.machine},
                              {"scheme", kScheme},
                              {"cycles", total.cycles},
                              {"time_us", total.time_us},
                              {"speedup", total.speedup},
                              {"time_speedup", total.time_speedup},
                              {"peak_ratio", total.peak_ratio},
                              {"lost", total.lost}});
    if (result.labels_right)
      json["totals"].back()["top1"] = {{"right", *result.labels_right}, {"total", *result.labels_total}};
    if (result.expected)
      json["totals"].back()["recorded"] = {{"elements", result.expected->elements},
                                           {"differences", result.expected->differences}};
  }
  return json.dump(1) + "\n";
}

std::string csv_text(const Comparison& comparison) {
  const auto quoted = [](const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string field = "\"";
    for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
    return field + "\"";
  };
  std::string text = "model,machine,scheme,layer,cycles,speedup,bound_by\n";
  for (const ComparedLayer& layer : comparison.layers)
    for (std::size_t m = 0; m < layer.machines.size(); ++m) {
      const ComparedLayer::Cell& cell = layer.machines[m];
      if (!cell.present) continue;
      text += fmt::format("{},{},{},{},{},{},{}\n", quoted(layer.model), quoted(comparison.machines[m]), kScheme,
                          quoted(layer.layer), cell.cycles, cell.speedup > 0 ? fmt::format("{:.6g}", cell.speedup) : "",
                          cell.bound_by);
    }
  return text;
}

}  // namespace intloom::sim
