// Relu, Clip, Sigmoid, and Add, Sub, Mul, Div of broadcast inputs.
#include <cmath>
#include <limits>

#include "runtime/reference/broadcast.h"
#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

template <class Function>
Value map_elements(const Value& x, Function function) {
  std::vector<float> y(x.data->size());
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = function((*x.data)[i]);
  return make_value(x.type, x.shape, std::move(y));
}

// Integer arithmetic of ONNX: quotients are truncated, results wrap to the type.
float to_type(float value, graph::DataType type) {
  const auto integer = [&] { return static_cast<std::int64_t>(value); };
  switch (type) {
    case graph::DataType::int8:
      return static_cast<float>(static_cast<std::int8_t>(integer() & 0xFF));
    case graph::DataType::uint8:
      return static_cast<float>(integer() & 0xFF);
    case graph::DataType::int32:
    case graph::DataType::int64:
      return std::trunc(value);
    case graph::DataType::boolean:
    case graph::DataType::float32:
      return value;
  }
  return value;
}

template <class Function>
void combine_runs(const graph::Shape& shape, const Value& a, const Value& b, float* y, Function function) {
  if (a.shape == b.shape) {
    for (std::int64_t i = 0; i < a.size(); ++i) y[i] = function(a.begin()[i], b.begin()[i]);
    return;
  }
  const graph::Shape a_strides = broadcast_strides(a.shape, shape);
  const graph::Shape b_strides = broadcast_strides(b.shape, shape);
  const std::size_t inner = shape.empty() ? 0 : 1;
  const std::int64_t run = inner == 0 ? 1 : shape.back();
  const std::int64_t a_step = inner == 0 ? 0 : a_strides.back();
  const std::int64_t b_step = inner == 0 ? 0 : b_strides.back();
  for_each_broadcast(shape, inner, a_strides, b_strides, [&](std::int64_t a_offset, std::int64_t b_offset) {
    const float* a_run = a.begin() + a_offset;
    const float* b_run = b.begin() + b_offset;
    for (std::int64_t i = 0; i < run; ++i) y[i] = function(a_run[i * a_step], b_run[i * b_step]);
    y += run;
  });
}

template <class Function>
Value combine(const NodeCall& call, Function function) {
  const Value& a = call.input(0);
  const Value& b = call.input(1);
  const graph::Shape shape = broadcast_shape(call, a.shape, b.shape);
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape)));
  combine_runs(shape, a, b, y.data(), function);
  if (a.type != graph::DataType::float32) {
    for (float& value : y) value = to_type(value, a.type);
  }
  return make_value(a.type, shape, std::move(y));
}

Value subtract(const NodeCall& call) {
  return combine(call, [](float a, float b) { return a - b; });
}

Value divide(const NodeCall& call) {
  return combine(call, [](float a, float b) { return a / b; });
}

Value relu(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return x > 0 ? x : 0.0F; });
}

// Limits are attributes before opset 11, inputs since.
Value clip(const NodeCall& call) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float lo = call.has(1) ? call.input(1).data->at(0) : call.node.float_attribute("min", -infinity);
  const float hi = call.has(2) ? call.input(2).data->at(0) : call.node.float_attribute("max", infinity);
  return map_elements(call.input(0), [=](float x) {
    const float raised = x < lo ? lo : x;
    return raised > hi ? hi : raised;
  });
}

Value sigmoid(const NodeCall& call) {
  return map_elements(call.input(0), [](float x) { return 1.0F / (1.0F + std::exp(-x)); });
}

}  // namespace

Value add(const NodeCall& call) {
  return combine(call, [](float a, float b) { return a + b; });
}

Value multiply(const NodeCall& call) {
  return combine(call, [](float a, float b) { return a * b; });
}

void add_elementwise_operators(OperatorTable& table) {
  table["Relu"] = relu;
  table["Clip"] = clip;
  table["Sigmoid"] = sigmoid;
  table["Add"] = add;
  table["Sub"] = subtract;
  table["Mul"] = multiply;
  table["Div"] = divide;
}

}  // namespace intloom::reference
