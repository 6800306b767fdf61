#include "tests/system/workloads.h"

#include <algorithm>

#include "runtime/import/tensor_file.h"
#include "sim/config/config.h"
#include "sim/session/input.h"

namespace intloom::system_test {

std::filesystem::path in_source(const std::string& path) { return std::filesystem::path(INTLOOM_SOURCE_DIR) / path; }

std::vector<std::string> configured_machines() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(in_source("configs/machines")))
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

sim::Workload digits() { return sim::load_workload(in_source("models/digits/digits-int8.onnx").string(), {}); }

sim::InputData digits_images(const sim::Workload& workload) {
  return sim::load_inputs({in_source("models/digits/digits-first8.npz").string()}, workload);
}

isa::MachineDescription machine_for(const std::string& spec, const sim::Workload& workload) {
  return sim::resolve_rounding(sim::load_machine(spec).description, workload);
}

graph::TensorData read_array(const std::filesystem::path& file, const std::string& name) {
  const std::map<std::string, graph::TensorData> arrays = graph::read_tensor_file(file.string());
  return name.empty() ? arrays.begin()->second : arrays.at(name);
}

graph::TensorData inferences_of(const graph::TensorData& data, std::int64_t first, std::int64_t inferences) {
  graph::TensorData part;
  part.type = data.type;
  part.shape = data.shape;
  const auto bytes = static_cast<std::int64_t>(data.bytes.size()) / data.shape.at(0);
  part.shape[0] = inferences;
  part.bytes.assign(data.bytes.begin() + first * bytes, data.bytes.begin() + (first + inferences) * bytes);
  return part;
}

sim::InputData single_input(const sim::Workload& workload, graph::TensorData data, const std::string& source) {
  sim::InputData input;
  input.inferences = data.shape.at(0);
  input.source = source;
  input.tensors[workload.network.inputs.at(0).name] = std::move(data);
  return input;
}

std::vector<float> floats_of(const graph::TensorData& data) {
  std::vector<float> floats;
  for (std::int64_t i = 0; i < data.size(); ++i)
    floats.push_back(static_cast<float>(graph::element_as_double(data, i)));
  return floats;
}

std::int64_t differences(const graph::TensorData& ours, const graph::TensorData& theirs) {
  if (ours.size() != theirs.size()) return std::max(ours.size(), theirs.size());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < ours.size(); ++i)
    count += graph::element_as_double(ours, i) != graph::element_as_double(theirs, i) ? 1 : 0;
  return count;
}

}  // namespace intloom::system_test
