// Order of a model's nodes.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_set>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Indices of the nodes so that each comes behind the makers of what it reads, otherwise in the file's order.
// `known`: names of inputs and initializers. ModelError: a tensor made twice or by nothing, a cycle.
std::vector<int> topological_order(const onnx::GraphProto& graph, const std::unordered_set<std::string>& known);

// A node's name for people: its own, else made of operator and first output.
std::string display_name(const onnx::NodeProto& node);

}  // namespace intloom::graph
