#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

template <class T>
std::vector<float> to_floats(const graph::TensorData& tensor) {
  const T* from = tensor.as<T>();
  std::vector<float> floats(static_cast<std::size_t>(tensor.size()));
  for (std::size_t i = 0; i < floats.size(); ++i) floats[i] = static_cast<float>(from[i]);
  return floats;
}

std::vector<float> floats_of(const graph::TensorData& tensor) {
  switch (tensor.type) {
    case graph::DataType::float32:
      return to_floats<float>(tensor);
    case graph::DataType::int8:
      return to_floats<std::int8_t>(tensor);
    case graph::DataType::uint8:
      return to_floats<std::uint8_t>(tensor);
    case graph::DataType::int32:
      return to_floats<std::int32_t>(tensor);
    case graph::DataType::int64:
      return to_floats<std::int64_t>(tensor);
    case graph::DataType::boolean:
      return to_floats<std::uint8_t>(tensor);
  }
  throw std::logic_error("no such data type");
}

}  // namespace

Value make_value(graph::DataType type, graph::Shape shape, std::vector<float> data) {
  return {type, std::move(shape), std::make_shared<const std::vector<float>>(std::move(data))};
}

Value value_of(const graph::TensorData& tensor) { return make_value(tensor.type, tensor.shape, floats_of(tensor)); }

const Value& NodeCall::input(std::size_t i) const {
  if (!has(i)) fail(fmt::format("input {} is missing", i));
  return *inputs[i];
}

void NodeCall::fail(const std::string& what) const {
  throw graph::ModelError(fmt::format("node '{}' ({}): {}", node.name, node.op, what));
}

std::size_t resolve_axis(const NodeCall& call, std::int64_t axis, std::size_t rank) {
  const std::int64_t resolved = axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis;
  if (resolved < 0 || resolved >= static_cast<std::int64_t>(rank)) {
    call.fail(fmt::format("axis {} does not exist in a tensor of {} dimensions", axis, rank));
  }
  return static_cast<std::size_t>(resolved);
}

graph::Shape broadcast_shape(const NodeCall& call, const graph::Shape& a, const graph::Shape& b) {
  graph::Shape shape(std::max(a.size(), b.size()), 1);
  for (std::size_t back = 1; back <= shape.size(); ++back) {
    const std::int64_t in_a = back <= a.size() ? a[a.size() - back] : 1;
    const std::int64_t in_b = back <= b.size() ? b[b.size() - back] : 1;
    if (in_a != in_b && in_a != 1 && in_b != 1) {
      call.fail(fmt::format("shapes {} and {} do not broadcast", graph::to_string(a), graph::to_string(b)));
    }
    shape[shape.size() - back] = in_a == 1 ? in_b : in_a;
  }
  return shape;
}

graph::Shape integers(const NodeCall& call, std::size_t input, const std::string& attribute) {
  if (!call.has(input)) return call.node.ints_attribute(attribute, {});
  // The largest and the least int64, which mean "to the end", are rounded to +-2^63 as floats.
  constexpr float kBound = 9223372036854775808.0F;
  graph::Shape values;
  for (const float value : *call.input(input).data) {
    values.push_back(value >= kBound   ? std::numeric_limits<std::int64_t>::max()
                     : value < -kBound ? std::numeric_limits<std::int64_t>::min()
                                       : static_cast<std::int64_t>(value));
  }
  return values;
}

std::int64_t extent_product(const graph::Shape& shape, std::size_t first, std::size_t last) {
  return std::accumulate(shape.begin() + static_cast<std::ptrdiff_t>(first),
                         shape.begin() + static_cast<std::ptrdiff_t>(last), std::int64_t{1}, std::multiplies<>());
}

}  // namespace intloom::reference
