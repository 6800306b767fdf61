// Operators of broadcast inputs: two (Add, Sub, Mul, Div, Pow, PRelu), any number (Sum, Max, Min), three (Where).
#include <cmath>

#include "runtime/reference/float_elements.h"
#include "runtime/reference/float_pick.h"

namespace intloom::reference {
namespace {

Value subtract(const NodeCall& call) {
  return combine(call, call.input(0), call.input(1), [](float a, float b) { return a - b; });
}

Value divide(const NodeCall& call) {
  return combine(call, call.input(0), call.input(1), [](float a, float b) { return a / b; });
}

// Squares and cubes are products, as in ONNX Runtime.
Value power(const NodeCall& call) {
  const Value& x = call.input(0);
  const Value& exponent = call.input(1);
  if (exponent.size() == 1 && exponent.shape.size() <= x.shape.size()) {
    if (exponent.begin()[0] == 2) return map_elements(x, [](float value) { return value * value; });
    if (exponent.begin()[0] == 3) return map_elements(x, [](float value) { return value * value * value; });
  }
  return combine(call, x, exponent, [](float a, float b) { return std::pow(a, b); });
}

Value parametric_relu(const NodeCall& call) {
  return combine(call, call.input(0), call.input(1), [](float x, float slope) { return x < 0 ? x * slope : x; });
}

// The inputs one after another: function(function(first, second), third) ...
template <class Function>
Value fold(const NodeCall& call, Function function) {
  Value result = call.input(0);
  for (std::size_t i = 1; i < call.inputs.size(); ++i) result = combine(call, result, call.input(i), function);
  return result;
}

Value sum(const NodeCall& call) {
  return fold(call, [](float a, float b) { return a + b; });
}

// What is no number stays none.
Value maximum(const NodeCall& call) {
  return fold(call, [](float a, float b) { return a > b || a != a ? a : b; });
}

Value minimum(const NodeCall& call) {
  return fold(call, [](float a, float b) { return a < b || a != a ? a : b; });
}

Value where(const NodeCall& call) {
  const graph::Shape branches = broadcast_shape(call, call.input(1).shape, call.input(2).shape);
  const graph::Shape shape = broadcast_shape(call, call.input(0).shape, branches);
  const Value condition = expanded(call.input(0), shape);
  const Value x = expanded(call.input(1), shape);
  const Value y = expanded(call.input(2), shape);
  std::vector<float> chosen(x.data->size());
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    chosen[i] = (*condition.data)[i] != 0 ? (*x.data)[i] : (*y.data)[i];
  }
  return make_value(x.type, shape, std::move(chosen));
}

}  // namespace

void convert_to_type(std::vector<float>& values, graph::DataType type) {
  switch (type) {
    case graph::DataType::int8:
      for (float& value : values) value = static_cast<std::int8_t>(static_cast<std::int64_t>(value) & 0xFF);
      return;
    case graph::DataType::uint8:
      for (float& value : values) value = static_cast<std::uint8_t>(static_cast<std::int64_t>(value) & 0xFF);
      return;
    case graph::DataType::int32:
    case graph::DataType::int64:
      for (float& value : values) value = std::trunc(value);
      return;
    case graph::DataType::boolean:
    case graph::DataType::float32:
      return;
  }
}

Value add(const NodeCall& call) {
  return combine(call, call.input(0), call.input(1), [](float a, float b) { return a + b; });
}

Value multiply(const NodeCall& call) {
  return combine(call, call.input(0), call.input(1), [](float a, float b) { return a * b; });
}

void add_elementwise_operators(OperatorTable& table) {
  table["Add"] = add;
  table["Sub"] = subtract;
  table["Mul"] = multiply;
  table["Div"] = divide;
  table["Pow"] = power;
  table["PRelu"] = parametric_relu;
  table["Sum"] = sum;
  table["Max"] = maximum;
  table["Min"] = minimum;
  table["Where"] = where;
}

}  // namespace intloom::reference
