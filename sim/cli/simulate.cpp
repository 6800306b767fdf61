#include "sim/cli/simulate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iostream>

#include "runtime/compile/compile.h"
#include "runtime/import/import_onnx.h"
#include "runtime/import/tensor_file.h"
#include "sim/cli/exit_code.h"
#include "sim/session/expected.h"
#include "sim/session/input.h"

namespace intloom::sim {

namespace {

// Of a classifier, one row of scores an inference; 0 where the output is something else.
std::int64_t class_count(const quant::Network& network) {
  if (network.outputs.empty() || network.outputs[0].shape.size() != 2) return 0;
  return network.outputs[0].shape[1];
}

std::vector<std::int64_t> read_labels(const std::string& path, std::int64_t inferences, std::int64_t classes) {
  const auto arrays = graph::read_tensor_file(path);
  if (arrays.size() != 1)
    throw UsageError(
        fmt::format("{}: --labels takes one array of class numbers, this file has {}", path, arrays.size()));
  const graph::TensorData& data = arrays.begin()->second;
  if (data.type == graph::DataType::float32)
    throw UsageError(fmt::format("{}: labels are whole numbers, this array is float32", path));
  if (data.size() != inferences)
    throw UsageError(fmt::format("{}: has {} labels for {} inferences", path, data.size(), inferences));
  std::vector<std::int64_t> labels;
  for (std::int64_t i = 0; i < data.size(); ++i) {
    labels.push_back(graph::element_as_int(data, i));
    if (classes > 1 && (labels.back() < 0 || labels.back() >= classes))
      throw UsageError(fmt::format("{}: label {} is {}; the model has {} classes, 0..{}", path, i, labels.back(),
                                   classes, classes - 1));
  }
  return labels;
}

// "[0, 2, 7]" of the element at `index` in row-major order.
std::string coordinates(const graph::Shape& shape, std::int64_t index) {
  std::vector<std::int64_t> at(shape.size());
  for (std::size_t d = shape.size(); d-- > 0; index /= std::max<std::int64_t>(shape[d], 1))
    at[d] = index % std::max<std::int64_t>(shape[d], 1);
  return fmt::format("[{}]", fmt::join(at, ", "));
}

// No integer stands for a NaN or an infinity.
void check_finite(const InputData& input) {
  for (const auto& [name, data] : input.tensors) {
    if (data.type != graph::DataType::float32) continue;
    const float* values = data.as<float>();
    const float* bad = std::find_if(values, values + data.size(), [](float value) { return !std::isfinite(value); });
    if (bad == values + data.size()) continue;
    throw UsageError(fmt::format("{}: input '{}' is {} at element {}; a quantized network takes finite numbers",
                                 input.source, name, *bad, coordinates(data.shape, bad - values)));
  }
}

}  // namespace

LoadedModel load_model(const std::string& path, const std::map<std::string, std::int64_t>& dims,
                       const SimulationOptions& options) {
  LoadedModel model;
  model.path = path;
  model.workload = load_workload(path, dims, options.as_int8);
  if (!options.values) {
    model.input.source = "none, cycles only";
    return model;
  }
  model.input = options.inputs.empty() ? generate_input(model.workload, options.seed, options.batch)
                                       : load_inputs(options.inputs, model.workload);
  check_finite(model.input);
  if (options.reference)
    model.float_model = std::make_unique<graph::Graph>(graph::import_onnx(*options.reference, dims));
  if (options.expected) model.expected = load_expected(*options.expected, model.workload, model.input.inferences);
  if (options.labels)
    model.labels = read_labels(*options.labels, model.input.inferences, class_count(model.workload.network));
  return model;
}

Simulation simulate(const LoadedModel& model, const Machine& machine, const SimulationOptions& options,
                    const SimulationDetails& details) {
  Simulation simulation;
  ReportContext& context = simulation.context;
  context.version = INTLOOM_VERSION;
  context.model_path = model.path;
  context.model_sha256 = model.workload.graph.sha256;
  context.machine = resolve_rounding(machine.description, model.workload);
  context.input_source = model.input.source;
  context.seed = options.seed;
  context.threads = options.fidelity == Fidelity::fast && options.values ? options.threads : 1;
  const compile::Program program = compile::compile(model.workload.network, context.machine, {options.values});
  ProgressLine own_progress(machine.description.name, details.quiet);
  ProgressLine& progress = details.progress != nullptr ? *details.progress : own_progress;
  RunOptions run_options;
  run_options.checks = options.checks;
  run_options.fidelity = options.fidelity;
  run_options.values = options.values;
  run_options.threads = options.threads;
  run_options.trace = details.trace;
  run_options.statistics = details.statistics;
  run_options.keep_tensors = details.keep_tensors;
  run_options.references = details.references;
  run_options.float_model = model.float_model.get();
  run_options.labels = model.labels;
  run_options.expected = model.expected;
  run_options.progress = progress.observer();
  if (!details.quiet) run_options.note = [](const std::string& note) { std::cerr << "intloom: " << note << '\n'; };
  throw_if_interrupted();
  simulation.result = run(model.workload, program, context.machine, model.input, run_options);
  return simulation;
}

int exit_code_of(const RunResult& result) {
  return result.integer_check && result.integer_check->total.differences > 0 ? kIntegersDiffer : kDone;
}

}  // namespace intloom::sim
