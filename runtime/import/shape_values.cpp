#include "runtime/import/shape_values.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <unordered_map>

namespace intloom::graph {
namespace {

using Values = std::vector<std::int64_t>;
using Result = std::optional<Values>;

struct Operation {
  const onnx::NodeProto& node;
  const std::vector<ShapeOperand>& inputs;
  std::vector<Result> values;  // of each input

  bool present(std::size_t i) const { return i < inputs.size() && inputs[i].shape != nullptr; }
  bool known(std::size_t i) const { return i < values.size() && values[i].has_value(); }
  const Values& value(std::size_t i) const { return *values[i]; }
  std::int64_t attribute(const std::string& name, std::int64_t otherwise) const {
    for (const auto& a : node.attribute()) {
      if (a.name() == name) return a.i();
    }
    return otherwise;
  }
};

Result values_of(const ShapeOperand& operand) {
  const TensorData* data = operand.constant;
  if (data == nullptr || data->type == DataType::float32 || data->shape.size() > 1) return std::nullopt;
  if (data->size() > kMaxShapeValues) return std::nullopt;
  Values values;
  for (std::int64_t i = 0; i < data->size(); ++i) values.push_back(element_as_int(*data, i));
  return values;
}

// Python's slice bounds: negative from the end, then clipped.
std::int64_t bound(std::int64_t index, std::int64_t size, std::int64_t lowest, std::int64_t highest) {
  if (index < 0) index = index < -size ? lowest : index + size;
  return std::clamp(index, lowest, highest);
}

Result slice(const Values& data, std::int64_t start, std::int64_t end, std::int64_t step) {
  const auto size = static_cast<std::int64_t>(data.size());
  if (step == 0 || step == std::numeric_limits<std::int64_t>::min()) return std::nullopt;
  Values result;
  if (step > 0) {
    end = bound(end, size, 0, size);
    for (std::int64_t i = bound(start, size, 0, size); i < end; i += std::min(step, size)) {
      result.push_back(data[static_cast<std::size_t>(i)]);
    }
  } else {
    end = bound(end, size, -1, size - 1);
    for (std::int64_t i = bound(start, size, -1, size - 1); i > end; i -= std::min(-step, size)) {
      result.push_back(data[static_cast<std::size_t>(i)]);
    }
  }
  return result;
}

Result shape(const Operation& op) {
  if (!op.present(0)) return std::nullopt;
  return slice(*op.inputs[0].shape, op.attribute("start", 0),
               op.attribute("end", std::numeric_limits<std::int64_t>::max()), 1);
}

Result size(const Operation& op) {
  if (!op.present(0)) return std::nullopt;
  return Values{element_count(*op.inputs[0].shape)};
}

Result same(const Operation& op) { return op.known(0) ? op.values[0] : std::nullopt; }

Result gather(const Operation& op) {
  if (!op.known(0) || !op.known(1)) return std::nullopt;
  const auto count = static_cast<std::int64_t>(op.value(0).size());
  Values result;
  for (std::int64_t index : op.value(1)) {
    if (index < 0) index += count;
    if (index < 0 || index >= count) return std::nullopt;
    result.push_back(op.value(0)[static_cast<std::size_t>(index)]);
  }
  return result;
}

Result concat(const Operation& op) {
  Values result;
  for (std::size_t i = 0; i < op.values.size(); ++i) {
    if (!op.known(i)) return std::nullopt;
    result.insert(result.end(), op.value(i).begin(), op.value(i).end());
  }
  return result;
}

Result slice_node(const Operation& op) {
  if (!op.known(0) || !op.known(1) || !op.known(2) || op.value(1).size() != 1 || op.value(2).size() != 1) {
    return std::nullopt;
  }
  if (op.present(3) && !op.known(3)) return std::nullopt;
  if (op.present(4) && (!op.known(4) || op.value(4).size() != 1)) return std::nullopt;
  return slice(op.value(0), op.value(1)[0], op.value(2)[0], op.present(4) ? op.value(4)[0] : 1);
}

// Element by element; an operand of one element is repeated. `f` returns false where the result is not defined.
Result elementwise(const Operation& op, const std::function<bool(std::int64_t, std::int64_t, std::int64_t&)>& f) {
  if (op.values.size() != 2 || !op.known(0) || !op.known(1)) return std::nullopt;
  const Values &a = op.value(0), &b = op.value(1);
  if (a.size() != b.size() && a.size() != 1 && b.size() != 1) return std::nullopt;
  Values result(a.size() == 1 ? b.size() : a.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (!f(a[a.size() == 1 ? 0 : i], b[b.size() == 1 ? 0 : i], result[i])) return std::nullopt;
  }
  return result;
}

Result add(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return !__builtin_add_overflow(a, b, &y); });
}
Result subtract(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return !__builtin_sub_overflow(a, b, &y); });
}
Result multiply(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return !__builtin_mul_overflow(a, b, &y); });
}
Result divide(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) {
    if (b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min())) return false;
    y = a / b;
    return true;
  });
}
Result minimum(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return y = std::min(a, b), true; });
}
Result maximum(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return y = std::max(a, b), true; });
}
Result equal(const Operation& op) {
  return elementwise(op, [](auto a, auto b, auto& y) { return y = a == b ? 1 : 0, true; });
}

Result where(const Operation& op) {
  if (!op.known(0) || !op.known(1) || !op.known(2)) return std::nullopt;
  const std::size_t count = std::max({op.value(0).size(), op.value(1).size(), op.value(2).size()});
  Values result(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = [&](std::size_t input) {
      const Values& v = op.value(input);
      return v.size() == 1 ? v[0] : v.at(i);
    };
    result[i] = at(0) != 0 ? at(1) : at(2);
  }
  return result;
}

Result reduce_product(const Operation& op) {
  if (!op.known(0) || op.inputs[0].shape->size() != 1) return std::nullopt;
  std::int64_t product = 1;
  for (const std::int64_t v : op.value(0)) {
    if (__builtin_mul_overflow(product, v, &product)) return std::nullopt;
  }
  return Values{product};
}

Result range(const Operation& op) {
  if (op.values.size() != 3 || !op.known(0) || !op.known(1) || !op.known(2)) return std::nullopt;
  const auto first = op.value(0).at(0), last = op.value(1).at(0), step = op.value(2).at(0);
  if (step == 0 || std::abs(first) > (1 << 30) || std::abs(last) > (1 << 30) || std::abs(step) > (1 << 30)) {
    return std::nullopt;
  }
  Values result;
  for (std::int64_t v = first; step > 0 ? v < last : v > last; v += step) {
    if (static_cast<std::int64_t>(result.size()) == kMaxShapeValues) return std::nullopt;
    result.push_back(v);
  }
  return result;
}

using Evaluator = Result (*)(const Operation&);
const std::unordered_map<std::string, Evaluator>& evaluators() {
  static const std::unordered_map<std::string, Evaluator> table = {
      {"Shape", shape},  {"Size", size},      {"Gather", gather}, {"Concat", concat}, {"Slice", slice_node},
      {"Squeeze", same}, {"Unsqueeze", same}, {"Reshape", same},  {"Cast", same},     {"Identity", same},
      {"Add", add},      {"Sub", subtract},   {"Mul", multiply},  {"Div", divide},    {"Min", minimum},
      {"Max", maximum},  {"Equal", equal},    {"Where", where},   {"Range", range},   {"ReduceProd", reduce_product},
  };
  return table;
}

template <class T>
bool store(const Values& values, TensorData& data) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const T value = static_cast<T>(values[i]);
    if (static_cast<std::int64_t>(value) != values[i]) return false;
    std::memcpy(data.bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return true;
}

}  // namespace

std::optional<TensorData> evaluate_shape_node(const onnx::NodeProto& node, const std::vector<ShapeOperand>& inputs,
                                              DataType type, const Shape& output_shape) {
  const auto found = evaluators().find(node.op_type());
  if (found == evaluators().end() || output_shape.size() > 1 || node.output_size() != 1) return std::nullopt;
  if (type != DataType::int32 && type != DataType::int64 && type != DataType::boolean) return std::nullopt;
  Operation operation{node, inputs, {}};
  for (const ShapeOperand& input : inputs) operation.values.push_back(values_of(input));
  const Result result = found->second(operation);
  if (!result || static_cast<std::int64_t>(result->size()) != element_count(output_shape)) return std::nullopt;
  TensorData data = make_tensor(type, output_shape);
  bool stored = false;
  switch (type) {
    case DataType::int32:
      stored = store<std::int32_t>(*result, data);
      break;
    case DataType::int64:
      stored = store<std::int64_t>(*result, data);
      break;
    default:
      stored = store<std::uint8_t>(*result, data);
      break;
  }
  if (!stored) return std::nullopt;
  return data;
}

}  // namespace intloom::graph
