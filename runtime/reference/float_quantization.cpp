#include "runtime/reference/float_quantization.h"

#include <fmt/format.h>

#include <cmath>

namespace intloom::reference {
namespace {

// run(from, to, count, scale, zero_point) of each stretch of elements that share scale and zero point.
template <class Run>
Value for_each_run(const NodeCall& call, const Value& x, const Value& scale, const Value* zero_point, std::size_t axis,
                   graph::DataType type, Run run) {
  std::vector<float> y(x.data->size());
  if (zero_point != nullptr && zero_point->size() != scale.size() && zero_point->size() != 1) {
    call.fail(fmt::format("{} scales and {} zero points", scale.size(), zero_point->size()));
  }
  const auto zero = [&](std::int64_t i) {
    return zero_point == nullptr ? 0.0F : zero_point->begin()[zero_point->size() == 1 ? 0 : i];
  };
  if (scale.size() == 1) {
    run(x.begin(), y.data(), x.size(), scale.begin()[0], zero(0));
    return make_value(type, x.shape, std::move(y));
  }
  if (axis >= x.shape.size() || x.shape[axis] != scale.size()) {
    call.fail(fmt::format("{} scales do not fit axis {} of {}", scale.size(), axis, graph::to_string(x.shape)));
  }
  const std::int64_t inner = extent_product(x.shape, axis + 1, x.shape.size());
  for (std::int64_t offset = 0, i = 0; offset < x.size(); offset += inner, i = (i + 1) % scale.size()) {
    run(x.begin() + offset, y.data() + offset, inner, scale.begin()[i], zero(i));
  }
  return make_value(type, x.shape, std::move(y));
}

void quantize_run(const float* x, float* y, std::int64_t count, float scale, float zero_point, float lowest) {
  // Adding and subtracting 1.5 * 2^23 rounds a float of less than 2^22 to an integer, ties to even.
  constexpr float kRound = 12582912.0F;
  const float lo = lowest - zero_point;
  const float hi = lo + 255;
  for (std::int64_t i = 0; i < count; ++i) {
    const float quotient = x[i] / scale;
    const float raised = quotient > lo ? quotient : lo;
    const float bounded = raised < hi ? raised : hi;
    y[i] = (bounded + kRound) - kRound + zero_point;
  }
}

// Of QuantizeLinear and DequantizeLinear; a scalar scale needs no axis.
std::size_t quantization_axis(const NodeCall& call) {
  if (call.node.int_attribute("block_size", 0) != 0) call.fail("blocked quantization (block_size) is not supported");
  if (call.input(1).size() == 1) return 0;
  return resolve_axis(call, call.node.int_attribute("axis", 1), call.input(0).shape.size());
}

Value quantize_linear(const NodeCall& call) {
  return quantize(call, call.input(0), call.input(1), call.has(2) ? &call.input(2) : nullptr, quantization_axis(call));
}

Value dequantize_linear(const NodeCall& call) {
  return dequantize(call, call.input(0), call.input(1), call.has(2) ? &call.input(2) : nullptr,
                    quantization_axis(call));
}

// TensorProto's numbers of element types.
graph::DataType cast_target(const NodeCall& call) {
  switch (const std::int64_t to = call.node.int_attribute("to", 0)) {
    case 1:
      return graph::DataType::float32;
    case 2:
      return graph::DataType::uint8;
    case 3:
      return graph::DataType::int8;
    case 6:
      return graph::DataType::int32;
    case 7:
      return graph::DataType::int64;
    case 9:
      return graph::DataType::boolean;
    default:
      call.fail(fmt::format("a cast to element type {} is not supported", to));
  }
}

Value cast(const NodeCall& call) {
  const Value& x = call.input(0);
  const graph::DataType type = cast_target(call);
  if (type == graph::DataType::float32 || type == x.type) return {type, x.shape, x.data};
  std::vector<float> y(x.data->size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    const float value = (*x.data)[i];
    const float truncated = std::trunc(value);
    switch (type) {
      case graph::DataType::uint8:
        y[i] = static_cast<std::uint8_t>(static_cast<std::int64_t>(truncated));
        break;
      case graph::DataType::int8:
        y[i] = static_cast<std::int8_t>(static_cast<std::int64_t>(truncated));
        break;
      case graph::DataType::boolean:
        y[i] = value != 0 ? 1.0F : 0.0F;
        break;
      default:
        y[i] = truncated;
    }
  }
  return make_value(type, x.shape, std::move(y));
}

}  // namespace

Value dequantize(const NodeCall& call, const Value& x, const Value& scale, const Value* zero_point, std::size_t axis) {
  return for_each_run(call, x, scale, zero_point, axis, graph::DataType::float32,
                      [](const float* from, float* to, std::int64_t count, float s, float z) {
                        for (std::int64_t i = 0; i < count; ++i) to[i] = s * (from[i] - z);
                      });
}

Value quantize(const NodeCall& call, const Value& x, const Value& scale, const Value* zero_point, std::size_t axis) {
  const graph::DataType type = zero_point == nullptr ? graph::DataType::uint8 : zero_point->type;
  if (type != graph::DataType::uint8 && type != graph::DataType::int8) {
    call.fail(fmt::format("quantized values are int8 or uint8, not {}", graph::data_type_name(type)));
  }
  const float lowest = type == graph::DataType::int8 ? -128.0F : 0.0F;
  return for_each_run(call, x, scale, zero_point, axis, type,
                      [lowest](const float* from, float* to, std::int64_t count, float s, float z) {
                        quantize_run(from, to, count, s, z, lowest);
                      });
}

void add_quantization_operators(OperatorTable& table) {
  table["QuantizeLinear"] = quantize_linear;
  table["DequantizeLinear"] = dequantize_linear;
  table["Cast"] = cast;
}

}  // namespace intloom::reference
