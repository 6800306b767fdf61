#include "sim/report/json_report.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/stats/causes.h"

namespace intloom::sim {

namespace {

using Json = nlohmann::ordered_json;

// JSON has no infinity: an exact result has no SQNR.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json integer_json(const check::IntegerComparison& comparison) {
  return {{"elements", comparison.elements},
          {"differences", comparison.differences},
          {"first_difference", comparison.first_difference < 0 ? Json(nullptr) : Json(comparison.first_difference)},
          {"max_abs_lsb", comparison.max_abs}};
}

Json integer_json(const IntegerCheck& check) {
  Json json = integer_json(check.total);
  json["first_tensor"] = check.first_tensor;
  json["worst_layer"] = check.worst_layer;
  return json;
}

Json float_json(const check::FloatComparison& comparison) {
  return {{"elements", comparison.elements},
          {"max_abs_lsb", number(comparison.max_abs_lsb)},
          {"sqnr_db", number(comparison.sqnr_db)},
          {"cosine", number(comparison.cosine)}};
}

Json float_json(const FloatCheck& check) {
  Json json = float_json(check.outputs);
  json["top1_agrees"] = check.top1_agrees;
  json["top1_total"] = check.top1_total;
  if (!check.worst_layer.empty()) {  // only the graph's own evaluation has layers to compare
    json["worst_layer"] = check.worst_layer;
    json["worst_layer_sqnr_db"] = number(check.worst_layer_sqnr_db);
  }
  return json;
}

// Without values nothing is known of saturations and overflows, which is not the same as none.
Json layer_json(const LayerResult& layer, bool values) {
  Json json{{"name", layer.name},
            {"op", layer.op},
            {"start_cycle", layer.start_cycle},
            {"end_cycle", layer.end_cycle},
            {"cycles", layer.cycles},
            {"macs", layer.macs},
            {"mac_utilization", layer.mac_utilization},
            {"bound_by", layer.bound_by},
            {"stalls", layer.stalls},
            {"dram_read_bytes", layer.dram_read_bytes},
            {"dram_write_bytes", layer.dram_write_bytes},
            {"mapping", layer.mapping},
            {"mapping_cost_cycles", layer.mapping_cost_cycles},
            {"mappings_compared", layer.mappings_compared}};
  if (!layer.runner_up.empty()) {
    json["runner_up"] = layer.runner_up;
    json["runner_up_cost_cycles"] = layer.runner_up_cost_cycles;
  }
  if (values) {
    json["saturations"] = layer.saturations;
    json["overflows"] = layer.overflows;
  }
  if (layer.integer) json["integer"] = integer_json(*layer.integer);
  if (layer.exact) json["exact_rounding"] = integer_json(*layer.exact);
  if (layer.float_qdq) json["float_qdq"] = float_json(*layer.float_qdq);
  return json;
}

Json unit_json(const UnitStatistics& unit) {
  return {{"path", unit.path},
          {"active_cycles", unit.active_cycles},
          {"stalls", unit.stalls},
          {"idle_cycles", unit.idle_cycles},
          {"total_cycles", unit.total_cycles}};
}

Json checks_json(const RunResult& result) {
  Json json = Json::object();
  if (result.integer_check) json["integer"] = integer_json(*result.integer_check);
  if (result.exact_check) json["exact_rounding"] = integer_json(*result.exact_check);
  if (result.float_qdq) json["float_qdq"] = float_json(*result.float_qdq);
  if (result.float_model) json["float_model"] = float_json(*result.float_model);
  if (result.expected)
    json["expected"] = {{"elements", result.expected->elements},
                        {"differences", result.expected->differences},
                        {"max_abs_lsb", number(result.expected->max_abs_lsb)}};
  if (result.labels_right) {
    json["labels"] = {{"total", *result.labels_total}, {"machine_right", *result.labels_right}};
    if (result.expected && result.expected->labels_right)
      json["labels"]["expected_right"] = *result.expected->labels_right;
    if (result.float_labels_right) json["labels"]["float_model_right"] = *result.float_labels_right;
  }
  return json;
}

Json machine_json(const isa::MachineDescription& machine) {
  return {{"name", machine.name},
          {"array_rows", machine.array.rows},
          {"array_cols", machine.array.cols},
          {"clock_period_ps", machine.clock_period_ps}};
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace

std::string json_report(const ReportContext& context, const RunResult& result) {
  Json json{{"schema", "intloom.report/1"},
            {"tool", {{"name", "intloom"}, {"version", context.version}}},
            {"run",
             {{"fidelity", fidelity_name(result.fidelity)},
              {"values", result.values},
              {"seed", context.seed},
              {"threads", context.threads},
              {"rounding", rounding_name(context.machine.requant.scaling.rounding)},
              {"inferences", result.inferences}}},
            {"machine", machine_json(context.machine)},
            {"model", {{"path", context.model_path}, {"sha256", context.model_sha256}}},
            {"input", {{"source", context.input_source}}},
            {"cycles", result.cycles},
            {"time_us", result.time_us},
            {"macs", result.macs},
            {"mac_utilization", result.mac_utilization},
            {"array_cycles", result.split},
            {"checks", checks_json(result)},
            {"fallbacks", Json::array()}};
  for (const LayerResult& layer : result.layers) json["layers"].push_back(layer_json(layer, result.values));
  for (const UnitStatistics& unit : result.units) json["units"].push_back(unit_json(unit));
  for (const Statistic& statistic : result.statistics)
    json["statistics"].push_back({{"path", statistic.path},
                                  {"value", statistic.value},
                                  {"unit", statistic.unit},
                                  {"description", statistic.description}});
  return json.dump(1) + "\n";
}

std::string csv_report(const RunResult& result) {
  std::string text = "name,op,start_cycle,end_cycle,cycles,macs,mac_utilization,bound_by";
  for (const std::string_view cause : kCauses) text += fmt::format(",{}_cycles", cause);
  text += ",dram_read_bytes,dram_write_bytes,saturations,overflows,sqnr_db\n";
  for (const LayerResult& layer : result.layers) {
    text += fmt::format("{},{},{},{},{},{},{},{}", csv_field(layer.name), layer.op, layer.start_cycle, layer.end_cycle,
                        layer.cycles, layer.macs, layer.mac_utilization, layer.bound_by);
    for (const std::string_view cause : kCauses) {
      const auto found = layer.stalls.find(std::string(cause));
      text += fmt::format(",{}", found == layer.stalls.end() ? 0 : found->second);
    }
    text += fmt::format(",{},{},{},{},{}\n", layer.dram_read_bytes, layer.dram_write_bytes, layer.saturations,
                        layer.overflows, layer.float_qdq ? fmt::format("{}", layer.float_qdq->sqnr_db) : "");
  }
  return text;
}

}  // namespace intloom::sim
