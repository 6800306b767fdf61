// Biases as int32 at the scale of the products.
#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/quant/weighted_value.h"

namespace intloom::quant {
namespace {

// Exporters compute Sx*Sw in float32 or in double: equal scales may differ in the last bits.
bool equal_scale(float a, float b) { return std::abs(a - b) <= 1e-5F * std::abs(b); }

std::int32_t round_bias(const graph::Node& node, const std::string& name, double real, float scale) {
  const double steps = real == 0 ? 0 : std::nearbyint(real / static_cast<double>(scale));
  if (!(std::abs(steps) <= std::numeric_limits<std::int32_t>::max())) {
    fail(node,
         "its bias '{}' holds {}, which is no int32 at the scale of the products, {}. Remedy: raise the scale of "
         "the weights, or quantize the bias with the exporter",
         name, real, scale);
  }
  return static_cast<std::int32_t>(steps);
}

std::int32_t take_bias(const graph::Node& node, const std::string& name, std::int64_t steps) {
  if (steps != static_cast<std::int32_t>(steps)) fail(node, "its bias '{}' holds {}, which is no int32", name, steps);
  return static_cast<std::int32_t>(steps);
}

void check_bias_shape(const graph::Node& node, const std::string& name, const graph::TensorData& data,
                      std::int64_t channels) {
  const bool one_axis = std::count(data.shape.begin(), data.shape.end(), channels) >= 1;
  if (data.size() == 1 || (one_axis && data.size() == channels)) return;
  fail(node, "its bias '{}' has shape {}, expected one number for each of {} output channels", name,
       graph::to_string(data.shape), channels);
}

}  // namespace

std::vector<std::int32_t> read_bias(const graph::Node& node, const Value& value, const std::string& name,
                                    const std::vector<float>& scales, std::int64_t channels, float factor) {
  std::vector<std::int32_t> bias(static_cast<std::size_t>(channels));
  const auto* plain = std::get_if<ConstantPtr>(&value);
  const auto* quantized = std::get_if<QuantizedConstantPtr>(&value);
  if (plain == nullptr && quantized == nullptr) {
    fail(node, "its bias '{}' is computed at run time; only a constant bias is supported", name);
  }
  const graph::TensorData& data = plain != nullptr ? **plain : *(*quantized)->data;
  check_bias_shape(node, name, data, channels);
  if (!data.has_values()) return bias;  // zeros
  for (std::size_t n = 0; n < bias.size(); ++n) {
    const float scale = scales[scales.size() == 1 ? 0 : n];
    const auto i = data.size() == 1 ? std::int64_t{0} : static_cast<std::int64_t>(n);
    if (plain != nullptr) {
      bias[n] = round_bias(node, name, static_cast<double>(factor) * graph::element_as_double(data, i), scale);
      continue;
    }
    const std::size_t own = (*quantized)->scales.size() == 1 ? 0 : static_cast<std::size_t>(i);
    const std::int64_t steps = graph::element_as_int(data, i) - (*quantized)->zero_points[own];
    const float own_scale = (*quantized)->scales[own];
    bias[n] =
        factor == 1 && equal_scale(own_scale, scale)
            ? take_bias(node, name, steps)
            : round_bias(node, name,
                         static_cast<double>(factor) * static_cast<double>(own_scale) * static_cast<double>(steps),
                         scale);
  }
  return bias;
}

}  // namespace intloom::quant
