#include "sim/report/explanation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/compile/compile.h"
#include "runtime/quant/multiplier.h"
#include "sim/report/report_context.h"
#include "sim/report/table.h"
#include "sim/report/text_width.h"

namespace intloom::sim {

namespace {

std::vector<double> real_multipliers(const quant::Network& network, const quant::Layer& layer) {
  switch (layer.op) {
    case quant::Op::conv:
      return {layer.conv().multiplier.begin(), layer.conv().multiplier.end()};
    case quant::Op::add:
    case quant::Op::subtract:
    case quant::Op::maximum:
    case quant::Op::minimum:
      return {layer.binary().multiplier[0], layer.binary().multiplier[1]};
    case quant::Op::multiply:
      return {layer.binary().multiplier[0]};
    case quant::Op::max_pool:
      return {layer.pool().multiplier};
    case quant::Op::average_pool: {
      const quant::PoolParameters& pool = layer.pool();
      const quant::MapShape map = quant::map_shape(network.tensor(layer.inputs[0]));
      const std::int64_t taps = pool.global ? map.height * map.width : pool.window.kernel_h * pool.window.kernel_w;
      return {static_cast<double>(pool.multiplier) / static_cast<double>(taps)};
    }
    case quant::Op::concat:
      return {layer.concat().multiplier.begin(), layer.concat().multiplier.end()};
    case quant::Op::rescale:
      return {layer.rescale().multiplier};
    case quant::Op::relayout:
    case quant::Op::lookup:
    case quant::Op::slice:
    case quant::Op::resize:
      return {};
  }
  return {};
}

void represent(ExplainedLayer& explained, const quant::Layer& layer, const isa::ScalingDescription& scaling) {
  if (scaling.multiplier == isa::Multiplier::float32) return;
  if (layer.op == quant::Op::add || layer.op == quant::Op::subtract) {
    const auto pair = quant::quantize_multiplier_pair(explained.multiplier[0], explained.multiplier[1],
                                                      scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
    explained.m0 = {pair.m0_a, pair.m0_b};
    explained.n = {pair.n, pair.n};
  } else {
    for (const double real : explained.multiplier) {
      const auto fixed =
          quant::quantize_multiplier(real, scaling.multiplier_bits, scaling.shift_min, scaling.shift_max);
      explained.m0.push_back(fixed.m0);
      explained.n.push_back(fixed.n);
    }
  }
  for (std::size_t i = 0; i < explained.m0.size(); ++i)
    explained.multiplier_error.push_back(
        quant::FixedMultiplier{explained.m0[i], explained.n[i]}.relative_error(explained.multiplier[i]));
}

ExplainedLayer explain_layer(const Workload& workload, const quant::Layer& layer,
                             const isa::MachineDescription& machine) {
  ExplainedLayer explained;
  explained.name = layer.name;
  explained.op = layer.onnx_op;
  explained.multiplier = real_multipliers(workload.network, layer);
  if (layer.op == quant::Op::lookup)
    explained.kind = "table of 256";
  else if (explained.multiplier.empty())
    explained.kind = "copy";
  const quant::Tensor& output = workload.network.tensor(layer.output);
  explained.output_type = std::string(graph::data_type_name(output.type));
  explained.output_scale = output.scale;
  explained.output_zero_point = output.zero_point;
  explained.folded = layer.folded;
  try {
    represent(explained, layer, layer.op == quant::Op::conv ? machine.requant.scaling : machine.vector.scaling);
  } catch (const std::domain_error& error) {
    throw compile::CompileError(fmt::format("layer {}: {}", layer.name, error.what()));
  }
  return explained;
}

std::string requantizer_text(const isa::MachineDescription& machine) {
  const isa::ScalingDescription& scaling = machine.requant.scaling;
  if (scaling.multiplier == isa::Multiplier::float32) return "float32 multiplier";
  if (scaling.multiplier_bits == 0) return fmt::format("shift only, {} rounding", rounding_name(scaling.rounding));
  return fmt::format("{}-bit multiplier, {} rounding", scaling.multiplier_bits, rounding_name(scaling.rounding));
}

double worst(const std::vector<double>& errors) {
  double worst = 0;
  for (const double error : errors) worst = std::max(worst, std::abs(error));
  return worst;
}

template <class T>
std::string range_text(const std::vector<T>& values, const char* format) {
  if (values.empty()) return "";
  const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
  const std::string low = fmt::format(fmt::runtime(format), *lo), high = fmt::format(fmt::runtime(format), *hi);
  return low == high ? low : low + ".." + high;
}

Table layer_table(const Explanation& explanation) {
  Table table;
  table.add_column("layer", Table::Align::left);
  table.add_column("op", Table::Align::left);
  table.add_column("M", Table::Align::right);
  table.add_column("M0", Table::Align::right);
  table.add_column("n", Table::Align::right);
  table.add_column("M's error", Table::Align::right);
  table.add_column("out", Table::Align::left);
  table.add_column("scale", Table::Align::right);
  table.add_column("zero", Table::Align::right);
  for (const ExplainedLayer& layer : explanation.layers) {
    const std::string m0 = layer.m0.empty()       ? ""
                           : layer.m0.size() == 1 ? fmt::format("{}", layer.m0[0])
                                                  : fmt::format("{} values", layer.m0.size());
    table.add_row({layer.name, layer.op, layer.kind + range_text(layer.multiplier, "{:.4g}"), m0,
                   range_text(layer.n, "{}"),
                   layer.m0.empty() ? "" : fmt::format("{:.1e}", worst(layer.multiplier_error)), layer.output_type,
                   fmt::format("{:.6g}", layer.output_scale), fmt::format("{}", layer.output_zero_point)});
  }
  return table;
}

}  // namespace

Explanation explain(const Workload& workload, const isa::MachineDescription& machine) {
  Explanation explanation;
  explanation.quantize_nodes = workload.network.folded_quantize_nodes;
  explanation.dequantize_nodes = workload.network.folded_dequantize_nodes;
  explanation.requantizer = requantizer_text(machine);
  explanation.edges = quant::integer_edges(workload.network);
  for (const quant::Layer& layer : workload.network.layers) {
    if (layer.onnx_op == "Conv" || layer.onnx_op == "QLinearConv") ++explanation.convolutions;
    explanation.layers.push_back(explain_layer(workload, layer, machine));
  }
  return explanation;
}

std::string text(const Explanation& explanation, const std::string& model_path) {
  const std::string answer = fmt::format(
      "YES: integers from first layer to last. {0} of {0} Convs, 0 fallbacks. {1} QuantizeLinear and {2} "
      "DequantizeLinear nodes are notation: all fold.",
      explanation.convolutions, explanation.quantize_nodes, explanation.dequantize_nodes);
  const std::string network = fmt::format(
      "{}: {} layers, {} integer edges. On this machine ({}) a Conv computes the line below with M = Sx*Sw/Sy; other "
      "layers rescale by the M of their row, look a table up, or move integers.",
      model_path, explanation.layers.size(), explanation.edges.size(), explanation.requantizer);
  return wrapped(answer, 0) + "\n" + wrapped(network, 0) +
         "  Y = clamp(round((sum (X - Zx)(W - Zw) + bias) * M0 * 2^-n) + Zy)\n\n" + layer_table(explanation).text();
}

std::string json_text(const Explanation& explanation) {
  using Json = nlohmann::ordered_json;
  Json json{{"schema", "intloom.explain/1"}, {"integer_only", true},    {"requantizer", explanation.requantizer},
            {"edges", Json::array()},        {"layers", Json::array()}, {"fallbacks", Json::array()}};
  for (const quant::IntegerEdge& edge : explanation.edges)
    json["edges"].push_back({{"tensor", edge.tensor},
                             {"quantized_tensor", edge.quantized_tensor},
                             {"producer", edge.producer},
                             {"consumers", edge.consumers},
                             {"kind", "integer"},
                             {"dtype", graph::data_type_name(edge.type)},
                             {"scale", edge.scale},
                             {"zero_point", edge.zero_point}});
  for (const ExplainedLayer& layer : explanation.layers)
    json["layers"].push_back({{"name", layer.name},
                              {"op", layer.op},
                              {"multiplier", layer.multiplier},
                              {"m0", layer.m0},
                              {"n", layer.n},
                              {"multiplier_error", layer.multiplier_error},
                              {"folded", layer.folded}});
  return json.dump(1) + "\n";
}

}  // namespace intloom::sim
