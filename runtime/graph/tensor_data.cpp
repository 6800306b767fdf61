// Shapes, element types and raw tensor contents.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstring>

#include "runtime/graph/graph.h"

namespace intloom::graph {

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 0) throw ModelError(fmt::format("shape {} has the negative dimension {}", to_string(shape), dim));
    if (__builtin_mul_overflow(count, dim, &count)) {
      throw ModelError(fmt::format("shape {} has more than 2^63 elements", to_string(shape)));
    }
  }
  return count;
}

std::string to_string(const Shape& shape) {
  return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

std::string_view data_type_name(DataType type) {
  switch (type) {
    case DataType::float32:
      return "float32";
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int32:
      return "int32";
    case DataType::int64:
      return "int64";
    case DataType::boolean:
      return "bool";
  }
  throw std::logic_error("data_type_name: no such DataType");
}

std::size_t data_type_bytes(DataType type) {
  switch (type) {
    case DataType::int8:
    case DataType::uint8:
    case DataType::boolean:
      return 1;
    case DataType::float32:
    case DataType::int32:
      return 4;
    case DataType::int64:
      return 8;
  }
  throw std::logic_error("data_type_bytes: no such DataType");
}

TensorData make_tensor(DataType type, const Shape& shape) {
  const auto count = static_cast<std::size_t>(element_count(shape));
  TensorData data;
  data.type = type;
  data.shape = shape;
  data.bytes.resize(count * data_type_bytes(type));
  return data;
}

namespace {

// memcpy, because bytes are not aligned for T by contract.
template <class T>
T element(const TensorData& data, std::int64_t i) {
  const auto offset = static_cast<std::size_t>(i) * sizeof(T);
  if (i < 0 || offset + sizeof(T) > data.bytes.size()) {
    throw std::out_of_range(fmt::format("element {} of a tensor of shape {}", i, to_string(data.shape)));
  }
  T value;
  std::memcpy(&value, data.bytes.data() + offset, sizeof(T));
  return value;
}

}  // namespace

double element_as_double(const TensorData& data, std::int64_t i) {
  if (data.type == DataType::float32) return element<float>(data, i);
  return static_cast<double>(element_as_int(data, i));
}

std::int64_t element_as_int(const TensorData& data, std::int64_t i) {
  switch (data.type) {
    case DataType::int8:
      return element<std::int8_t>(data, i);
    case DataType::uint8:
      return element<std::uint8_t>(data, i);
    case DataType::boolean:
      return element<std::uint8_t>(data, i) != 0 ? 1 : 0;
    case DataType::int32:
      return element<std::int32_t>(data, i);
    case DataType::int64:
      return element<std::int64_t>(data, i);
    case DataType::float32:
      break;
  }
  throw std::invalid_argument("element_as_int: a float32 tensor holds no integers");
}

}  // namespace intloom::graph
