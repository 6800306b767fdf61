// What a model's file says of types and shapes (inputs, outputs, value_info), held against what they are.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <unordered_map>

#include "runtime/graph/graph.h"
#include "runtime/import/input_shapes.h"
#include "runtime/import/shape_inference.h"

namespace intloom::graph {

// ModelError where `declared` contradicts the tensor. `kind`: "input" or "output". Dimension 0 may be the fixed batch.
void check_declared(const onnx::ValueInfoProto& declared, const Tensor& tensor, const InputShapes& shapes,
                    const char* kind);

// Where the file fixes the batch, an output of another first dimension shows that it was no batch: ModelError.
void check_batched(const onnx::ValueInfoProto& output, const Tensor& tensor, const InputShapes& shapes);

// Types and shapes that the file itself tells, for results of operators that are not known.
class DeclaredShapes {
 public:
  explicit DeclaredShapes(const onnx::GraphProto& graph);

  // ModelError that names node (`what`), opset and tensor where the file does not tell.
  InferredOutput find(const std::string& tensor, const InputShapes& shapes, const std::string& what,
                      std::int64_t opset) const;

 private:
  std::unordered_map<std::string, const onnx::TypeProto*> types_;
};

}  // namespace intloom::graph
