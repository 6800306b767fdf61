#include "runtime/import/tensor_proto.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <memory>

#include "runtime/import/external_data.h"

namespace intloom::graph {
namespace {

// Elements of a typed field of TensorProto; small types are stored one an int32.
template <class T, class Field>
void copy_elements(const Field& field, TensorData& data, const std::string& what) {
  if (field.size() != data.size()) {
    throw ModelError(fmt::format("{} of shape {} has {} elements, its data {}", what, to_string(data.shape),
                                 data.size(), field.size()));
  }
  std::transform(field.begin(), field.end(), data.as<T>(), [](auto value) { return static_cast<T>(value); });
}

void copy_typed_data(const onnx::TensorProto& proto, TensorData& data, const std::string& what) {
  switch (data.type) {
    case DataType::float32:
      return copy_elements<float>(proto.float_data(), data, what);
    case DataType::int8:
      return copy_elements<std::int8_t>(proto.int32_data(), data, what);
    case DataType::uint8:
    case DataType::boolean:
      return copy_elements<std::uint8_t>(proto.int32_data(), data, what);
    case DataType::int32:
      return copy_elements<std::int32_t>(proto.int32_data(), data, what);
    case DataType::int64:
      return copy_elements<std::int64_t>(proto.int64_data(), data, what);
  }
}

std::int64_t typed_elements(const onnx::TensorProto& proto, DataType type) {
  if (type == DataType::float32) return proto.float_data_size();
  if (type == DataType::int64) return proto.int64_data_size();
  return proto.int32_data_size();
}

void copy_raw_data(std::string_view raw, TensorData& data, const std::string& what) {
  const auto wanted = static_cast<std::size_t>(data.size()) * data_type_bytes(data.type);
  if (raw.size() != wanted) {
    throw ModelError(fmt::format("{} ({} {}) needs {} bytes, the file holds {}", what, data_type_name(data.type),
                                 to_string(data.shape), wanted, raw.size()));
  }
  const auto* first = reinterpret_cast<const std::uint8_t*>(raw.data());
  data.bytes.assign(first, first + wanted);
}

}  // namespace

std::optional<DataType> data_type_of(int onnx_type) {
  switch (onnx_type) {
    case onnx::TensorProto::FLOAT:
      return DataType::float32;
    case onnx::TensorProto::INT8:
      return DataType::int8;
    case onnx::TensorProto::UINT8:
      return DataType::uint8;
    case onnx::TensorProto::INT32:
      return DataType::int32;
    case onnx::TensorProto::INT64:
      return DataType::int64;
    case onnx::TensorProto::BOOL:
      return DataType::boolean;
    default:
      return std::nullopt;
  }
}

int onnx_type_of(DataType type) {
  switch (type) {
    case DataType::float32:
      return onnx::TensorProto::FLOAT;
    case DataType::int8:
      return onnx::TensorProto::INT8;
    case DataType::uint8:
      return onnx::TensorProto::UINT8;
    case DataType::int32:
      return onnx::TensorProto::INT32;
    case DataType::int64:
      return onnx::TensorProto::INT64;
    case DataType::boolean:
      return onnx::TensorProto::BOOL;
  }
  throw std::logic_error("onnx_type_of: no such DataType");
}

std::string onnx_type_name(int onnx_type) {
  if (const auto known = data_type_of(onnx_type)) return std::string(data_type_name(*known));
  std::string name;
  if (onnx::TensorProto::DataType_IsValid(onnx_type)) {
    name = onnx::TensorProto::DataType_Name(static_cast<onnx::TensorProto::DataType>(onnx_type));
  }
  if (name.empty() || name == "UNDEFINED") return std::to_string(onnx_type);
  if (name == "DOUBLE") return "float64";
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  return name;
}

DataType require_data_type(int onnx_type, const std::string& what) {
  if (const auto type = data_type_of(onnx_type)) return *type;
  throw ModelError(
      fmt::format("{} has element type {}; those that can be read are float32, int8, uint8, int32, int64 and bool",
                  what, onnx_type_name(onnx_type)));
}

void check_shape(const Shape& shape, const std::string& what) {
  if (shape.size() > kMaxRank) {
    throw ModelError(fmt::format("{} has {} dimensions, more than {}", what, shape.size(), kMaxRank));
  }
  std::int64_t count = 1;
  for (const std::int64_t dim : shape) {
    if (dim < 0) throw ModelError(fmt::format("{} has the negative dimension {}", what, dim));
    if (dim > kMaxElements || (count *= std::max<std::int64_t>(dim, 1)) > kMaxElements) {
      throw ModelError(fmt::format("{} of shape {} has more than 2^31 elements", what, to_string(shape)));
    }
  }
}

TensorData take_tensor(onnx::TensorProto& proto, const std::string& folder, const std::string& what) {
  TensorData data;
  data.type = require_data_type(proto.data_type(), what);
  data.shape.assign(proto.dims().begin(), proto.dims().end());
  check_shape(data.shape, what);
  if (proto.has_segment()) throw ModelError(fmt::format("{} is stored in segments, which cannot be read", what));
  if (proto.data_location() == onnx::TensorProto::EXTERNAL) {
    copy_raw_data(read_external_data(proto, folder, what).view(), data, what);
  } else if (proto.has_raw_data()) {
    copy_raw_data(proto.raw_data(), data, what);
    delete proto.release_raw_data();
  } else {
    // The count is compared before memory is taken: a shape alone must not allocate.
    if (typed_elements(proto, data.type) == data.size()) data = make_tensor(data.type, data.shape);
    copy_typed_data(proto, data, what);
    proto.Clear();
  }
  return data;
}

}  // namespace intloom::graph
