#include <fmt/format.h>

#include <algorithm>

#include "runtime/import/import_onnx.h"
#include "runtime/import/layer_list.h"
#include "runtime/quant/as_int8.h"
#include "runtime/quant/lower.h"
#include "sim/session/session.h"

namespace intloom::sim {

namespace {

bool is_quantized(const graph::Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const graph::Node& node) {
    return node.op.find("QuantizeLinear") != std::string::npos || node.op.rfind("QLinear", 0) == 0;
  });
}

quant::Network lower(const graph::Graph& graph) {
  try {
    return quant::lower(graph);
  } catch (const graph::ModelError& error) {
    if (is_quantized(graph)) throw;
    throw graph::ModelError(fmt::format(
        "{}: this network is float, not quantized. Quantize it (onnxruntime.quantization.quantize_static), or give "
        "--as-int8 for the cycles it would take. The first place: {}",
        graph.path, error.what()));
  }
}

}  // namespace

bool is_weightless(const std::string& path, bool as_int8) { return as_int8 || graph::is_layer_list(path); }

Workload load_workload(const std::string& path, const std::map<std::string, std::int64_t>& dims, bool as_int8) {
  Workload workload;
  const bool list = graph::is_layer_list(path);
  workload.graph = list ? graph::import_layer_list(path) : graph::import_onnx(path, dims);
  workload.network = list || as_int8 ? quant::lower_as_int8(workload.graph) : lower(workload.graph);
  return workload;
}

isa::MachineDescription resolve_rounding(const isa::MachineDescription& machine, const Workload& /*workload*/) {
  // Every model that can be imported is ONNX, whose runtime rounds half to even; a layer list has no integers.
  isa::MachineDescription resolved = machine;
  for (isa::ScalingDescription* scaling : {&resolved.requant.scaling, &resolved.vector.scaling})
    if (scaling->rounding == isa::Rounding::model) scaling->rounding = isa::Rounding::half_even;
  return resolved;
}

}  // namespace intloom::sim
