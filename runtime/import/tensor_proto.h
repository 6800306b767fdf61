// ONNX TensorProto to TensorData.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <string>
#include <string_view>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Tensors above this size are refused before anything is allocated.
inline constexpr std::int64_t kMaxElements = std::int64_t{1} << 31;
inline constexpr std::size_t kMaxRank = 16;

std::optional<DataType> data_type_of(int onnx_type);  // nothing for types that DataType does not hold
std::string onnx_type_name(int onnx_type);            // "float16"; "99" for an unknown one
int onnx_type_of(DataType type);

// ModelError "WHAT has element type float16; ..." where data_type_of has nothing.
DataType require_data_type(int onnx_type, const std::string& what);

// ModelError naming `what` where a dimension is negative, or rank or element count are beyond the limits.
void check_shape(const Shape& shape, const std::string& what);

// Takes the contents (raw_data, typed data or external data below `folder`) out of `proto`, which is empty afterwards.
// `what` names the tensor in errors: "initializer 'w'".
TensorData take_tensor(onnx::TensorProto& proto, const std::string& folder, const std::string& what);

}  // namespace intloom::graph
