// QLinear* and QGemm: each dequantizes its inputs, computes in float, and quantizes the result.
#include "runtime/reference/float_operators.h"
#include "runtime/reference/float_quantization.h"

namespace intloom::reference {
namespace {

const Value* optional_input(const NodeCall& call, std::size_t i) { return call.has(i) ? &call.input(i) : nullptr; }

// Inputs i, i+1, i+2: a tensor, its scale, its zero point.
Value dequantized_input(const NodeCall& call, std::size_t i, std::size_t axis = 0) {
  return dequantize(call, call.input(i), call.input(i + 1), optional_input(call, i + 2), axis);
}

// Inputs i and i+1: scale and zero point of the output.
Value quantized_output(const NodeCall& call, const Value& y, std::size_t i) {
  return quantize(call, y, call.input(i), optional_input(call, i + 1), 0);
}

// The int32 bias of a product, at scale a_scale * b_scale[channel].
Value dequantized_bias(const NodeCall& call, const Value& bias, const Value& a_scale, const Value& b_scale) {
  std::vector<float> scales = *b_scale.data;
  for (float& scale : scales) scale *= a_scale.begin()[0];
  const Value scale = make_value(graph::DataType::float32, b_scale.shape, std::move(scales));
  return dequantize(call, bias, scale, nullptr, bias.shape.empty() ? 0 : bias.shape.size() - 1);
}

// x, x_scale, x_zero_point, w, w_scale, w_zero_point, y_scale, y_zero_point, B
Value qlinear_conv(const NodeCall& call) {
  const Value x = dequantized_input(call, 0);
  const Value w = dequantized_input(call, 3, 0);
  if (!call.has(8)) return quantized_output(call, convolve(call.with({&x, &w})), 6);
  const Value bias = dequantized_bias(call, call.input(8), call.input(1), call.input(4));
  return quantized_output(call, convolve(call.with({&x, &w, &bias})), 6);
}

// a, a_scale, a_zero_point, b, b_scale, b_zero_point, y_scale, y_zero_point; scales of a by row, of b by column.
Value qlinear_matmul(const NodeCall& call) {
  const std::size_t a_rank = call.input(0).shape.size();
  const std::size_t b_rank = call.input(3).shape.size();
  const Value a = dequantized_input(call, 0, a_rank < 2 ? 0 : a_rank - 2);
  const Value b = dequantized_input(call, 3, b_rank < 2 ? 0 : b_rank - 1);
  return quantized_output(call, matmul(call.with({&a, &b})), 6);
}

// A, a_scale, a_zero_point, B, b_scale, b_zero_point, C, y_scale, y_zero_point; without y_scale the output is float.
Value qgemm(const NodeCall& call) {
  const Value a = dequantized_input(call, 0);
  const Value b = dequantized_input(call, 3, call.node.int_attribute("transB", 0) != 0 ? 0 : 1);
  NodeCall product = call.with({&a, &b});
  Value bias;
  if (call.has(6)) {
    bias = dequantized_bias(call, call.input(6), call.input(1), call.input(4));
    const float alpha = call.node.float_attribute("alpha", 1.0F);  // C is at alpha * a_scale * b_scale
    std::vector<float> scaled = *bias.data;
    for (float& value : scaled) value *= alpha;
    bias = make_value(bias.type, bias.shape, std::move(scaled));
    product.inputs.push_back(&bias);
  }
  const Value y = gemm(product);
  return call.has(7) ? quantized_output(call, y, 7) : y;
}

// A, a_scale, a_zero_point, B, b_scale, b_zero_point, c_scale, c_zero_point
template <Value (*kFunction)(const NodeCall&)>
Value qlinear_binary(const NodeCall& call) {
  const Value a = dequantized_input(call, 0);
  const Value b = dequantized_input(call, 3);
  return quantized_output(call, kFunction(call.with({&a, &b})), 6);
}

// x, x_scale, x_zero_point, y_scale, y_zero_point
template <Value (*kFunction)(const NodeCall&)>
Value qlinear_unary(const NodeCall& call) {
  if (call.node.int_attribute("channels_last", 0) != 0) call.fail("channels_last must be 0");
  const Value x = dequantized_input(call, 0);
  return quantized_output(call, kFunction(call.with({&x})), 3);
}

// The node's own opset says how many axes are normalized.
Value qlinear_softmax(const NodeCall& call) {
  const Value x = dequantized_input(call, 0);
  NodeCall inner = call.with({&x});
  inner.opset = call.node.int_attribute("opset", call.opset);
  return quantized_output(call, softmax(inner), 3);
}

// y_scale, y_zero_point, then tensor, scale and zero point of each input
Value qlinear_concat(const NodeCall& call) {
  std::vector<Value> inputs;
  for (std::size_t i = 2; i + 1 < call.inputs.size(); i += 3) inputs.push_back(dequantized_input(call, i));
  std::vector<const Value*> pointers;
  pointers.reserve(inputs.size());
  for (const Value& input : inputs) pointers.push_back(&input);
  return quantized_output(call, concatenate(call, pointers), 0);
}

}  // namespace

void add_qoperators(OperatorTable& table) {
  table["QLinearConv"] = qlinear_conv;
  table["QLinearMatMul"] = qlinear_matmul;
  table["QGemm"] = qgemm;
  table["QLinearAdd"] = qlinear_binary<add>;
  table["QLinearMul"] = qlinear_binary<multiply>;
  table["QLinearConcat"] = qlinear_concat;
  table["QLinearAveragePool"] = qlinear_unary<average_pool>;
  table["QLinearGlobalAveragePool"] = qlinear_unary<global_average_pool>;
  table["QLinearSigmoid"] = qlinear_unary<sigmoid>;
  table["QLinearLeakyRelu"] = qlinear_unary<leaky_relu>;
  table["QLinearSoftmax"] = qlinear_softmax;
}

}  // namespace intloom::reference
