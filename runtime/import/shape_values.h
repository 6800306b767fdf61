// Integer arithmetic that exporters do on shapes: Shape -> Gather -> Concat -> Reshape and the like.
#pragma once

#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Longest tensor that is computed with; shapes are far shorter.
inline constexpr std::int64_t kMaxShapeValues = 64;

struct ShapeOperand {
  const Shape* shape = nullptr;          // null: the optional input is absent
  const TensorData* constant = nullptr;  // null: the value is not known
};

// The value of a node's only output, which has `type` and `shape`, where it follows from shapes and integer constants
// of at most one dimension. Nothing where it does not, or where the operator is none of those used on shapes.
std::optional<TensorData> evaluate_shape_node(const onnx::NodeProto& node, const std::vector<ShapeOperand>& inputs,
                                              DataType type, const Shape& shape);

}  // namespace intloom::graph
