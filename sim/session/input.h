// Where a run's input comes from: files given by the user, or a seeded generator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/session/session.h"

namespace intloom::sim {

// `specs`: [NAME=]FILE of .npy, .npz or .pb. A file with several arrays serves the inputs of the same names; a single
// array needs no name where the model has one input. Shapes are the model's, with any number of inferences in
// dimension 0 (an absent batch dimension counts as one inference). Types: float32, or the type the first
// QuantizeLinear makes. Throws graph::ModelError naming file, input, what was found and what was expected.
InputData load_inputs(const std::vector<std::string>& specs, const Workload& workload);

// Every input quantized value equally likely, from a generator that is the same on every machine.
InputData generate_input(const Workload& workload, std::uint64_t seed, std::int64_t inferences = 1);

}  // namespace intloom::sim
