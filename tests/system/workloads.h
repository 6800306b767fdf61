// Models, inputs and machines that whole-program tests run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "sim/session/session.h"

namespace intloom::system_test {

std::filesystem::path in_source(const std::string& path);  // of a file of the repository

// Names of the machines of configs/machines.
std::vector<std::string> configured_machines();

sim::Workload digits();
sim::InputData digits_images(const sim::Workload& workload);  // the first eight test images

// A machine by preset name or file, with changes ("edge_16x16:array.rows=12"), its rounding resolved.
isa::MachineDescription machine_for(const std::string& spec, const sim::Workload& workload);

// An array of a file; an empty name: the only one.
graph::TensorData read_array(const std::filesystem::path& file, const std::string& name = "");

// The first `inferences` of data whose dimension 0 counts inferences, or those from `first` on.
graph::TensorData inferences_of(const graph::TensorData& data, std::int64_t first, std::int64_t inferences);

sim::InputData single_input(const sim::Workload& workload, graph::TensorData data, const std::string& source);

std::vector<float> floats_of(const graph::TensorData& data);

// How many elements differ; where the sizes do, all.
std::int64_t differences(const graph::TensorData& ours, const graph::TensorData& theirs);

}  // namespace intloom::system_test
