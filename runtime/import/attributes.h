// ONNX AttributeProto to the attributes of a graph's node.
#pragma once

#include <onnx/onnx_pb.h>

#include <map>
#include <string>

#include "runtime/graph/graph.h"

namespace intloom::graph {

// Takes tensors out of `node`. `what` names the node in errors. ModelError for subgraphs (If, Loop, Scan) and for
// kinds of attribute that AttributeValue does not hold.
std::map<std::string, AttributeValue> take_attributes(onnx::NodeProto& node, const std::string& folder,
                                                      const std::string& what);

// The value of a Constant node.
TensorData take_constant(onnx::NodeProto& node, const std::string& folder, const std::string& what);

}  // namespace intloom::graph
