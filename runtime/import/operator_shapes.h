// Result types and shapes of operators that the installed onnx package does not know.
#pragma once

#include <onnx/defs/shape_inference.h>
#include <onnx/onnx_pb.h>

#include <string>

namespace intloom::graph {

// Function for an operator of com.microsoft, or of a version of ai.onnx that changed its inputs or attributes after
// `package_opset`, the newest that the installed package knows (17 on Debian 12). Null where the package's own serves.
using OperatorShape = void (*)(onnx::InferenceContext&);
OperatorShape find_operator_shape(const std::string& domain, const std::string& op, std::int64_t opset,
                                  std::int64_t package_opset);

}  // namespace intloom::graph
