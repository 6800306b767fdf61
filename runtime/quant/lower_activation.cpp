// Relu and Clip: the clamp of the layer in front of them, or of a layer of their own.
#include <algorithm>
#include <cmath>

#include "runtime/quant/float_values.h"
#include "runtime/quant/operators.h"

namespace intloom::quant {
namespace {

void clip(Lowering& lowering, const graph::Node& node, const Bounds& bounds) {
  const Value& value = lowering.input(node, 0);
  const auto* real = std::get_if<FloatPtr>(&value);
  if (real == nullptr) {
    const graph::Tensor& tensor = lowering.input_tensor(node, 0);
    fail(node, "its input '{}' is {}, where a float value behind a DequantizeLinear or an operator is expected",
         tensor.name, tensor.constant != nullptr ? "a constant" : graph::data_type_name(tensor.type));
  }
  const FloatPtr inner = *real;
  lowering.set_output(node, std::make_shared<ClippedValue>(lowering.output_tensor(node).name, node, inner, bounds));
}

// Operator set 11 and later give the limits as inputs, earlier ones as attributes.
float limit(const Lowering& lowering, const graph::Node& node, std::size_t i, const char* attribute, float otherwise) {
  if (!Lowering::has_input(node, i)) return node.float_attribute(attribute, otherwise);
  const Value& value = lowering.input(node, i);
  if (const auto* quantized = std::get_if<QuantizedConstantPtr>(&value)) {
    if ((*quantized)->data->size() == 1) return dequantize(**quantized)[0];
  }
  const graph::TensorData& data = lowering.constant_input(node, i, attribute);
  if (data.size() != 1) {
    fail(node, "its {} has shape {}, expected one number", attribute, graph::to_string(data.shape));
  }
  return static_cast<float>(graph::element_as_double(data, 0));
}

}  // namespace

void lower_relu(Lowering& lowering, const graph::Node& node) { clip(lowering, node, {0, Bounds{}.hi}); }

void lower_clip(Lowering& lowering, const graph::Node& node) {
  const float lo = limit(lowering, node, 1, "min", Bounds{}.lo);
  const float hi = limit(lowering, node, 2, "max", Bounds{}.hi);
  if (std::isnan(lo) || std::isnan(hi)) fail(node, "its limits are {} and {}", lo, hi);
  clip(lowering, node, {std::min(lo, hi), hi});  // ONNX: max wins where min is greater
}

}  // namespace intloom::quant
