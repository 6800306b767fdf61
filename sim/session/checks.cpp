#include "sim/session/checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/reference/float_reference.h"
#include "sim/session/host_boundary.h"

namespace intloom::sim {

using reference::IntegerTensor;

namespace {

// A multiplier of 31 bits keeps them at any scale with shifts of 0 to 62.
constexpr int kWidestShift = 62;

bool is_exact(const isa::ScalingDescription& scaling) {
  return scaling.multiplier == isa::Multiplier::fixed && scaling.multiplier_bits >= 31 &&
         scaling.rounding == isa::Rounding::half_even && scaling.out_of_range == isa::OutOfRange::saturate &&
         scaling.shift_min == 0 && scaling.shift_max == kWidestShift;
}

std::vector<float> dequantize(const quant::Tensor& tensor, const IntegerTensor& integers) {
  std::vector<float> values(integers.size());
  for (std::size_t i = 0; i < integers.size(); ++i) {
    const int q = tensor.type == graph::DataType::int8 ? static_cast<std::int8_t>(integers[i]) : integers[i];
    values[i] = tensor.scale * static_cast<float>(q - tensor.zero_point);
  }
  return values;
}

// What the float graph calls the tensor: its quantized value where there is one, so that equal integers have no error.
std::string reference_name(const graph::Graph& graph, const quant::Tensor& tensor) {
  for (const std::string& name : {tensor.quantized_name, tensor.name})
    for (const graph::Tensor& candidate : graph.tensors)
      if (!name.empty() && candidate.name == name &&
          graph::element_count(candidate.shape) == graph::element_count(tensor.shape))
        return name;
  return {};
}

void note_worst(const check::IntegerComparison& layer, const std::string& name, std::int64_t& most,
                IntegerCheck& total) {
  if (layer.differences <= most) return;
  most = layer.differences;
  total.worst_layer = name;
}

}  // namespace

bool is_inexact(const isa::MachineDescription& machine) {
  return !is_exact(machine.requant.scaling) || !is_exact(machine.vector.scaling) || machine.accumulator.width_bits < 32;
}

RunChecks::RunChecks(const Workload& workload, const isa::MachineDescription& machine, const InputData& input,
                     const RunOptions& options)
    : workload_(workload),
      machine_(machine),
      input_(input),
      options_(options),
      references_(options.references != nullptr ? *options.references : no_cache_),
      layers_(workload.network.layers.size()) {
  if (options.checks == Checks::none) return;
  integer_.emplace();
  if (is_inexact(machine)) exact_.emplace();
  if (options.checks != Checks::all) return;
  for (const quant::Layer& layer : workload.network.layers)
    reference_names_.push_back(reference_name(workload.graph, workload.network.tensor(layer.output)));
}

void RunChecks::add(std::int64_t inference, const std::vector<IntegerTensor>& inputs,
                    const std::vector<IntegerTensor>& tensors) {
  if (integer_) {
    const auto oracle = references_.integers(arithmetic_of(machine_), inference, [&] {
      return reference::run_integer_reference(workload_.network, machine_, inputs);
    });
    add_integers(tensors, *oracle, &LayerTallies::integer, *integer_);
  }
  if (exact_) {
    const auto oracle = references_.integers("exact", inference,
                                             [&] { return reference::run_exact_reference(workload_.network, inputs); });
    add_integers(tensors, *oracle, &LayerTallies::exact, *exact_);
  }
  if (options_.checks == Checks::all) add_float_graph(inference, tensors);
  if (options_.float_model != nullptr) add_float_model(inference, tensors);
  add_labels(inference, tensors);
}

void RunChecks::add_integers(const std::vector<IntegerTensor>& tensors, const std::vector<IntegerTensor>& expected,
                             check::IntegerComparison LayerTallies::*tally, IntegerCheck& total) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const quant::TensorId id = workload_.network.layers[i].output;
    const quant::Tensor& tensor = workload_.network.tensor(id);
    const auto part = check::compare_integers(tensors[static_cast<std::size_t>(id)],
                                              expected[static_cast<std::size_t>(id)], tensor.type);
    if (part.differences > 0 && total.total.differences == 0) total.first_tensor = tensor.name;
    check::add(layers_[i].*tally, part);
    check::add(total.total, part);
  }
}

std::map<std::string, graph::TensorData> RunChecks::float_inputs(const graph::Graph& graph,
                                                                 std::int64_t inference) const {
  std::map<std::string, graph::TensorData> inputs;
  for (const graph::TensorId id : graph.inputs) {
    const graph::Tensor& wanted = graph.tensor(id);
    auto given = input_.tensors.find(wanted.name);
    if (given == input_.tensors.end() && input_.tensors.size() == 1 && graph.inputs.size() == 1)
      given = input_.tensors.begin();
    if (given == input_.tensors.end())
      throw graph::ModelError(fmt::format("{}: input '{}' has no data of that name", graph.path, wanted.name));
    graph::TensorData data = slice_inference(given->second, inference);
    if (wanted.type == graph::DataType::float32 && data.type != graph::DataType::float32) {
      for (const quant::Boundary& boundary : workload_.network.inputs) {
        if (boundary.name != given->first) continue;
        const std::vector<float> values = dequantize(workload_.network.tensor(boundary.tensor), data.bytes);
        graph::TensorData as_float = graph::make_tensor(graph::DataType::float32, data.shape);
        std::copy(values.begin(), values.end(), as_float.as<float>());
        data = std::move(as_float);
        break;
      }
    }
    inputs[wanted.name] = std::move(data);
  }
  return inputs;
}

void RunChecks::add_float_graph(std::int64_t inference, const std::vector<IntegerTensor>& tensors) {
  std::vector<std::string> wanted;
  for (const std::string& name : reference_names_)
    if (!name.empty()) wanted.push_back(name);
  const auto reference = references_.floats("graph", inference, [&] {
    return reference::run_float_reference(workload_.graph, float_inputs(workload_.graph, inference), wanted);
  });
  const ReferenceCache::Floats& values = *reference;
  const auto is_integer_type = [this](const std::string& name) {
    for (const graph::Tensor& tensor : workload_.graph.tensors)
      if (tensor.name == name) return tensor.type != graph::DataType::float32;
    return false;
  };
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const auto found = values.find(reference_names_[i]);
    if (found == values.end()) continue;
    const quant::TensorId id = workload_.network.layers[i].output;
    const quant::Tensor& tensor = workload_.network.tensor(id);
    std::vector<float> expected = found->second.values;
    if (is_integer_type(reference_names_[i]))
      for (float& value : expected) value = tensor.scale * (value - static_cast<float>(tensor.zero_point));
    layers_[i].float_qdq.add(tensors[static_cast<std::size_t>(id)], tensor.type, tensor.scale, tensor.zero_point,
                             expected);
    layers_[i].has_float = true;
  }
  for (std::size_t o = 0; o < workload_.network.outputs.size(); ++o) {
    const quant::Boundary& output = workload_.network.outputs[o];
    const quant::Tensor& tensor = workload_.network.tensor(output.tensor);
    const auto found = values.find(output.name);
    if (found == values.end()) continue;
    std::vector<float> expected = found->second.values;
    if (output.type != graph::DataType::float32)
      for (float& value : expected) value = tensor.scale * (value - static_cast<float>(tensor.zero_point));
    qdq_outputs_.add(tensors[static_cast<std::size_t>(output.tensor)], tensor.type, tensor.scale, tensor.zero_point,
                     expected);
    if (o != 0 || !has_classes()) continue;
    ++qdq_counts_.top1_total;
    if (check::argmax(expected) == check::argmax(output_as_float(o, tensors))) ++qdq_counts_.top1_agrees;
  }
}

void RunChecks::add_float_model(std::int64_t inference, const std::vector<IntegerTensor>& tensors) {
  const graph::Graph& model = *options_.float_model;
  const auto reference = references_.floats(
      "model", inference, [&] { return reference::run_float_reference(model, float_inputs(model, inference), {}); });
  const ReferenceCache::Floats& values = *reference;
  const std::size_t outputs = std::min(workload_.network.outputs.size(), model.outputs.size());
  for (std::size_t o = 0; o < outputs; ++o) {
    const quant::Boundary& output = workload_.network.outputs[o];
    const quant::Tensor& tensor = workload_.network.tensor(output.tensor);
    auto found = values.find(output.name);
    if (found == values.end()) found = values.find(model.tensor(model.outputs[o]).name);
    if (found == values.end()) continue;
    const std::vector<float>& expected = found->second.values;
    if (expected.size() != tensors[static_cast<std::size_t>(output.tensor)].size())
      throw graph::ModelError(fmt::format("{}: output '{}' has {} elements, the quantized model's has {}", model.path,
                                          found->first, expected.size(),
                                          tensors[static_cast<std::size_t>(output.tensor)].size()));
    model_outputs_.add(tensors[static_cast<std::size_t>(output.tensor)], tensor.type, tensor.scale, tensor.zero_point,
                       expected);
    if (o != 0 || !has_classes()) continue;
    ++model_counts_.top1_total;
    const std::int64_t theirs = check::argmax(expected);
    if (theirs == check::argmax(output_as_float(o, tensors))) ++model_counts_.top1_agrees;
    if (options_.labels && theirs == (*options_.labels)[static_cast<std::size_t>(inference)]) ++float_labels_right_;
  }
}

void RunChecks::add_labels(std::int64_t inference, const std::vector<IntegerTensor>& tensors) {
  if (!options_.labels || !has_classes()) return;
  ++labels_total_;
  if (check::argmax(output_as_float(0, tensors)) == (*options_.labels)[static_cast<std::size_t>(inference)])
    ++labels_right_;
}

bool RunChecks::has_classes() const {
  const auto& outputs = workload_.network.outputs;
  return !outputs.empty() && outputs[0].shape.size() == 2 && outputs[0].shape[1] > 1;
}

std::vector<float> RunChecks::output_as_float(std::size_t output, const std::vector<IntegerTensor>& tensors) const {
  const quant::TensorId id = workload_.network.outputs[output].tensor;
  return dequantize(workload_.network.tensor(id), tensors[static_cast<std::size_t>(id)]);
}

void RunChecks::finish(const compile::Program& program, RunResult& result) const {
  FloatCheck qdq = qdq_counts_;
  qdq.outputs = qdq_outputs_.result();
  qdq.worst_layer_sqnr_db = std::numeric_limits<double>::infinity();
  IntegerCheck integer = integer_.value_or(IntegerCheck{});
  std::optional<IntegerCheck> exact = exact_;
  std::int64_t most_integer = 0, most_exact = 0;
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const int network_layer = program.layers[i].network_layer;
    if (network_layer < 0) continue;
    const LayerTallies& tallies = layers_[static_cast<std::size_t>(network_layer)];
    LayerResult& layer = result.layers[i];
    if (integer_) layer.integer = tallies.integer;
    if (exact_) layer.exact = tallies.exact;
    note_worst(tallies.integer, layer.name, most_integer, integer);
    if (exact) note_worst(tallies.exact, layer.name, most_exact, *exact);
    if (!tallies.has_float) continue;
    layer.float_qdq = tallies.float_qdq.result();
    if (layer.float_qdq->sqnr_db < qdq.worst_layer_sqnr_db) {
      qdq.worst_layer_sqnr_db = layer.float_qdq->sqnr_db;
      qdq.worst_layer = layer.name;
    }
  }
  if (integer_) result.integer_check = integer;
  result.exact_check = exact;
  if (options_.checks == Checks::all) result.float_qdq = qdq;
  if (options_.float_model != nullptr) {
    result.float_model = model_counts_;
    result.float_model->outputs = model_outputs_.result();
  }
  if (options_.labels) {
    result.labels_right = labels_right_;
    result.labels_total = labels_total_;
    if (options_.float_model != nullptr) result.float_labels_right = float_labels_right_;
  }
}

}  // namespace intloom::sim
