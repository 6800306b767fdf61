// Types and shapes of a node's outputs, by the onnx package's own inference functions.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::graph {

struct InferredOutput {
  DataType type = DataType::float32;
  Shape shape;
};

// Works node by node in topological order on complete shapes, so that an error can name the node.
class ShapeInference {
 public:
  // `opset`: the model's version of ai.onnx. `graph` grows while this works on it.
  ShapeInference(const Graph& graph, std::int64_t opset);
  ~ShapeInference();

  // One entry an output of `node` (absent ones too). Nothing where the operator is unknown to the package.
  // ModelError naming `what` (the node) for wrong numbers, types, shapes or attributes.
  std::optional<std::vector<InferredOutput>> infer(const onnx::NodeProto& node, const std::vector<TensorId>& inputs,
                                                   const std::string& what);

  // Lets inference see the value of `copy`, which an Identity or same-type Cast made of the constant `original`.
  void alias(TensorId copy, TensorId original);

 private:
  struct Known;
  Known& known(TensorId id);
  const onnx::TypeProto* type_of(TensorId id);
  const onnx::TensorProto* data_of(TensorId id);

  const Graph& graph_;
  std::int64_t opset_, package_opset_;
  std::vector<std::unique_ptr<Known>> known_;  // by tensor, made when first asked for
};

}  // namespace intloom::graph
