#include "runtime/quant/quantization_parameters.h"

#include <algorithm>
#include <cmath>

namespace intloom::quant {
namespace {

void check_scale(const graph::Node& node, const std::string& name, float scale) {
  if (std::isfinite(scale) && scale > 0) return;
  fail(node, "scale '{}' is {}, a scale must be finite and greater than 0", name, scale);
}

}  // namespace

ScalesAndZeroPoints read_parameters(const Lowering& lowering, const graph::Node& node, std::size_t scale_input,
                                    std::size_t zero_point_input) {
  const graph::TensorData& scale = lowering.constant_input(node, scale_input, "scale");
  const std::string& scale_name = lowering.input_tensor(node, scale_input).name;
  if (scale.type != graph::DataType::float32) {
    fail(node, "scale '{}' is {}, expected float32", scale_name, graph::data_type_name(scale.type));
  }
  ScalesAndZeroPoints read;
  read.scales.assign(scale.as<float>(), scale.as<float>() + scale.size());
  if (read.scales.empty()) fail(node, "scale '{}' is empty", scale_name);
  for (const float value : read.scales) check_scale(node, scale_name, value);
  read.zero_points.assign(read.scales.size(), 0);
  if (!Lowering::has_input(node, zero_point_input)) return read;
  const graph::TensorData& zero_point = lowering.constant_input(node, zero_point_input, "zero point");
  read.type = zero_point.type;
  if (zero_point.size() != 1 && zero_point.size() != scale.size()) {
    fail(node, "zero point '{}' has {} elements, its scale {}", lowering.input_tensor(node, zero_point_input).name,
         zero_point.size(), scale.size());
  }
  for (std::size_t i = 0; i < read.zero_points.size(); ++i) {
    const std::int64_t from = zero_point.size() == 1 ? 0 : static_cast<std::int64_t>(i);
    read.zero_points[i] = static_cast<std::int32_t>(graph::element_as_int(zero_point, from));
  }
  return read;
}

Quantization read_activation_parameters(const Lowering& lowering, const graph::Node& node, std::size_t scale_input,
                                        std::size_t zero_point_input) {
  const ScalesAndZeroPoints read = read_parameters(lowering, node, scale_input, zero_point_input);
  if (read.scales.size() != 1) {
    fail(node,
         "an activation has {} scales ('{}'), only one a tensor is supported. Remedy: quantize activations per tensor",
         read.scales.size(), lowering.input_tensor(node, scale_input).name);
  }
  if (read.type != graph::DataType::int8 && read.type != graph::DataType::uint8) {
    fail(node,
         "an activation is quantized to {}, supported are int8 and uint8. Remedy: activation_type=QInt8 or QUInt8 "
         "of quantize_static",
         graph::data_type_name(read.type));
  }
  return {read.type, read.scales[0], read.zero_points[0]};
}

}  // namespace intloom::quant
