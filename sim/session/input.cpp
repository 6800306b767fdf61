#include "sim/session/input.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "runtime/import/tensor_file.h"

namespace intloom::sim {

namespace {

using graph::ModelError;
using graph::TensorData;

std::string input_names(const quant::Network& network) {
  std::string names;
  for (const quant::Boundary& boundary : network.inputs) names += (names.empty() ? "" : ", ") + boundary.name;
  return names;
}

const quant::Boundary* find_input(const quant::Network& network, const std::string& name) {
  for (const quant::Boundary& boundary : network.inputs)
    if (boundary.name == name) return &boundary;
  return nullptr;
}

// A file array that lacks the batch dimension gets one of 1.
void add_missing_batch(TensorData& data, const graph::Shape& model_shape) {
  if (data.shape.size() + 1 == model_shape.size()) data.shape.insert(data.shape.begin(), 1);
}

bool shape_fits(const graph::Shape& shape, const graph::Shape& model_shape) {
  return shape.size() == model_shape.size() && !shape.empty() && shape[0] > 0 &&
         std::equal(shape.begin() + 1, shape.end(), model_shape.begin() + 1);
}

void check_input(const std::string& file, const quant::Network& network, const quant::Boundary& boundary,
                 TensorData& data) {
  add_missing_batch(data, boundary.shape);
  if (!shape_fits(data.shape, boundary.shape)) {
    graph::Shape expected = boundary.shape;
    std::string text = graph::to_string(expected);
    throw ModelError(fmt::format("{}: input '{}' has shape {}, the model takes {} with any number of inferences first",
                                 file, boundary.name, graph::to_string(data.shape), text));
  }
  const graph::DataType quantized = network.tensor(boundary.tensor).type;
  if (data.type == boundary.type || data.type == quantized) return;
  throw ModelError(fmt::format("{}: input '{}' is {}, the model takes {}{}", file, boundary.name,
                               graph::data_type_name(data.type), graph::data_type_name(boundary.type),
                               boundary.type == quantized
                                   ? std::string()
                                   : fmt::format(" (or {} as already quantized)", graph::data_type_name(quantized))));
}

void take(InputData& input, const std::string& file, const quant::Network& network, const quant::Boundary& boundary,
          TensorData data) {
  check_input(file, network, boundary, data);
  if (!input.tensors.empty() && data.shape[0] != input.inferences)
    throw ModelError(fmt::format("{}: input '{}' has {} inferences, the inputs before have {}", file, boundary.name,
                                 data.shape[0], input.inferences));
  input.inferences = data.shape[0];
  input.tensors[boundary.name] = std::move(data);
}

// Where the text before '=' names an input it is one; a path may hold '=' too.
std::pair<std::string, std::string> split_spec(const std::string& spec, const quant::Network& network) {
  const std::size_t equals = spec.find('=');
  if (equals == std::string::npos) return {"", spec};
  const std::string name = spec.substr(0, equals);
  if (find_input(network, name) != nullptr) return {name, spec.substr(equals + 1)};
  throw ModelError(
      fmt::format("--input {}: the model has no input '{}'; its inputs are: {}", spec, name, input_names(network)));
}

void take_file(InputData& input, const std::string& name, const std::string& file, const quant::Network& network) {
  std::map<std::string, TensorData> arrays = graph::read_tensor_file(file);
  if (!name.empty() || (network.inputs.size() == 1 && arrays.size() == 1)) {
    const quant::Boundary* named = find_input(network, name);  // split_spec has found a name that is not empty
    const quant::Boundary& boundary = named != nullptr ? *named : network.inputs[0];
    auto array = arrays.size() == 1 ? arrays.begin() : arrays.find(name);
    if (array == arrays.end()) throw ModelError(fmt::format("{}: holds no array '{}'", file, name));
    take(input, file, network, boundary, std::move(array->second));
    return;
  }
  bool any = false;
  for (auto& [array_name, data] : arrays) {
    const quant::Boundary* boundary = find_input(network, array_name);
    if (boundary == nullptr) continue;
    take(input, file, network, *boundary, std::move(data));
    any = true;
  }
  if (!any)
    throw ModelError(fmt::format("{}: holds no array named like an input of the model ({}); say --input NAME={}", file,
                                 input_names(network), file));
}

}  // namespace

InputData load_inputs(const std::vector<std::string>& specs, const Workload& workload) {
  InputData input;
  for (const std::string& spec : specs) {
    const auto [name, file] = split_spec(spec, workload.network);
    take_file(input, name, file, workload.network);
    input.source += (input.source.empty() ? "" : ", ") + file;
  }
  for (const quant::Boundary& boundary : workload.network.inputs)
    if (input.tensors.count(boundary.name) == 0)
      throw ModelError(fmt::format("no data for input '{}' ({} {}): give it with --input {}=FILE", boundary.name,
                                   graph::data_type_name(boundary.type), graph::to_string(boundary.shape),
                                   boundary.name));
  return input;
}

InputData generate_input(const Workload& workload, std::uint64_t seed, std::int64_t inferences) {
  InputData input;
  input.inferences = inferences;
  input.source = fmt::format("generated, seed {}", seed);
  std::mt19937_64 generator(seed);
  for (const quant::Boundary& boundary : workload.network.inputs) {
    if (input.tensors.count(boundary.name) != 0) continue;  // one input quantized twice
    graph::Shape shape = boundary.shape;
    if (!shape.empty()) shape[0] = inferences;
    const quant::Tensor& tensor = workload.network.tensor(boundary.tensor);
    TensorData data =
        graph::make_tensor(boundary.type == graph::DataType::float32 ? graph::DataType::float32 : tensor.type, shape);
    for (std::int64_t i = 0; i < data.size(); ++i) {
      const auto byte = static_cast<std::uint8_t>(generator() >> 56U);
      const int q = tensor.type == graph::DataType::int8 ? static_cast<std::int8_t>(byte) : byte;
      if (data.type == graph::DataType::float32)
        data.as<float>()[i] = tensor.scale * static_cast<float>(q - tensor.zero_point);
      else
        data.bytes[static_cast<std::size_t>(i)] = byte;
    }
    input.tensors[boundary.name] = std::move(data);
  }
  return input;
}

}  // namespace intloom::sim
