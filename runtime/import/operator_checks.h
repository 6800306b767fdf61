// What must hold of a node before the onnx package's inference functions may see it: they index, divide and allocate
// by its attributes without looking, and leave some shapes uncompared.
#pragma once

#include <onnx/defs/schema.h>
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/import/shape_inference.h"

namespace intloom::graph {

// Numbers of inputs and outputs, required ones present, attributes of the declared kind, required ones present.
// An operator that uses what a newer version than the package's brought is refused, not misread.
// Throws ModelError without the node's name, as check_operands does.
void check_against_schema(const onnx::NodeProto& node, const onnx::OpSchema& schema, std::int64_t opset,
                          std::int64_t package_opset);

// Ranks, channels, groups and windows of convolutions, pools and Gemm; ranges of axes and window attributes.
void check_operands(const onnx::NodeProto& node, const Graph& graph, const std::vector<TensorId>& inputs);

// Corrects what the package gets wrong, then compares element counts of operators that only rename elements.
// A pool with ceil_mode has no window that would begin in the padding behind its input (ONNX since opset 22, ONNX
// Runtime always). `what` names the node.
void settle_results(const onnx::NodeProto& node, const Graph& graph, const std::vector<TensorId>& inputs,
                    std::vector<InferredOutput>& outputs, const std::string& what);

}  // namespace intloom::graph
