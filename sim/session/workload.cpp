#include "runtime/import/import_onnx.h"
#include "runtime/quant/lower.h"
#include "sim/session/session.h"

namespace intloom::sim {

Workload load_workload(const std::string& path, const std::map<std::string, std::int64_t>& dims) {
  Workload workload;
  workload.graph = graph::import_onnx(path, dims);
  workload.network = quant::lower(workload.graph);
  return workload;
}

isa::MachineDescription resolve_rounding(const isa::MachineDescription& machine, const Workload& /*workload*/) {
  // Every model that can be imported is ONNX, whose runtime rounds half to even.
  isa::MachineDescription resolved = machine;
  for (isa::ScalingDescription* scaling : {&resolved.requant.scaling, &resolved.vector.scaling})
    if (scaling->rounding == isa::Rounding::model) scaling->rounding = isa::Rounding::half_even;
  return resolved;
}

}  // namespace intloom::sim
