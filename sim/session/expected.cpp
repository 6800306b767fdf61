#include "sim/session/expected.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "runtime/import/tensor_file.h"

namespace intloom::sim {

namespace {

std::string output_names(const quant::Network& network) {
  std::string names;
  for (const quant::Boundary& output : network.outputs) names += (names.empty() ? "" : ", ") + output.name;
  return names;
}

// In LSB of the output, zero point included where the data is integer: only differences count.
double in_lsb(const graph::TensorData& data, std::int64_t i, const quant::Tensor& tensor) {
  const double value = graph::element_as_double(data, i);
  return data.type == graph::DataType::float32 ? value / static_cast<double>(tensor.scale) + tensor.zero_point : value;
}

std::int64_t top1_right(const graph::TensorData& data, const std::vector<std::int64_t>& labels) {
  const std::int64_t classes = data.shape.back();
  std::int64_t right = 0;
  for (std::size_t n = 0; n < labels.size(); ++n) {
    std::int64_t best = 0;
    const auto at = [&](std::int64_t c) {
      return graph::element_as_double(data, static_cast<std::int64_t>(n) * classes + c);
    };
    for (std::int64_t c = 1; c < classes; ++c)
      if (at(c) > at(best)) best = c;
    if (best == labels[n]) ++right;
  }
  return right;
}

}  // namespace

std::map<std::string, graph::TensorData> load_expected(const std::string& path, const Workload& workload,
                                                       std::int64_t inferences) {
  std::map<std::string, graph::TensorData> arrays = graph::read_tensor_file(path), expected;
  const auto& outputs = workload.network.outputs;
  for (const quant::Boundary& output : outputs) {
    auto found = arrays.find(output.name);
    if (found == arrays.end() && outputs.size() == 1 && arrays.size() == 1) found = arrays.begin();
    if (found == arrays.end()) continue;
    graph::Shape shape = output.shape;
    if (!shape.empty()) shape[0] = inferences;
    if (found->second.shape != shape)
      throw graph::ModelError(fmt::format("{}: the recorded output '{}' has shape {}, the run gives {}", path,
                                          output.name, graph::to_string(found->second.shape), graph::to_string(shape)));
    expected[output.name] = found->second;
  }
  if (expected.empty())
    throw graph::ModelError(
        fmt::format("{}: holds no array named like an output of the model ({})", path, output_names(workload.network)));
  return expected;
}

ExpectedCheck check_expected(const Workload& workload, const RunOptions& options,
                             const std::vector<OutputResult>& outputs) {
  ExpectedCheck check;
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const auto found = options.expected->find(outputs[o].name);
    if (found == options.expected->end()) continue;
    const quant::Tensor& tensor = workload.network.tensor(workload.network.outputs[o].tensor);
    for (std::int64_t i = 0; i < found->second.size(); ++i) {
      const double difference = std::abs(in_lsb(outputs[o].data, i, tensor) - in_lsb(found->second, i, tensor));
      ++check.elements;
      if (!(difference < 0.5)) ++check.differences;
      check.max_abs_lsb = std::max(check.max_abs_lsb, difference);
    }
    if (o == 0 && options.labels && found->second.shape.size() == 2)
      check.labels_right = top1_right(found->second, *options.labels);
  }
  return check;
}

}  // namespace intloom::sim
