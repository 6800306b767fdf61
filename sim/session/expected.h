// Recorded outputs (of ONNX Runtime, of a user's own reference) against the machine's.
#pragma once

#include <map>
#include <string>

#include "sim/session/session.h"

namespace intloom::sim {

// A file whose arrays are named like the model's outputs, or one array where the model has one output. Shapes are the
// outputs' with `inferences` first; floats, or integers of the output's quantized type. Throws graph::ModelError.
std::map<std::string, graph::TensorData> load_expected(const std::string& path, const Workload& workload,
                                                       std::int64_t inferences);

// Elements differ when their integers do: recorded floats are on the grid of the output's scale.
ExpectedCheck check_expected(const Workload& workload, const RunOptions& options,
                             const std::vector<OutputResult>& outputs);

}  // namespace intloom::sim
