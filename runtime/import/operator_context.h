// What the onnx package's inference functions of one node see.
#pragma once

#include <onnx/defs/shape_inference.h>
#include <onnx/onnx_pb.h>

#include <string>
#include <vector>

namespace intloom::graph {

// One entry an input; null where an optional input is absent, or where nothing of that kind is known.
struct KnownInputs {
  std::vector<const onnx::TypeProto*> types;
  std::vector<const onnx::TensorProto*> data;  // small constants
};

class OperatorContext final : public onnx::InferenceContext {
 public:
  OperatorContext(const onnx::NodeProto& node, const KnownInputs& inputs)
      : node_(node), inputs_(inputs), outputs_(static_cast<std::size_t>(node.output_size())) {}

  const onnx::AttributeProto* getAttribute(const std::string& name) const override;
  size_t getNumInputs() const override { return inputs_.types.size(); }
  const onnx::TypeProto* getInputType(size_t index) const override { return inputs_.types.at(index); }
  const onnx::TensorProto* getInputData(size_t index) const override { return inputs_.data.at(index); }
  const onnx::SparseTensorProto* getInputSparseData(size_t) const override { return nullptr; }
  const onnx::TensorShapeProto* getSymbolicInput(size_t) const override { return nullptr; }
  size_t getNumOutputs() const override { return outputs_.size(); }
  onnx::TypeProto* getOutputType(size_t index) override { return &outputs_.at(index); }
  onnx::GraphInferencer* getGraphAttributeInferencer(const std::string& name) override;

 private:
  const onnx::NodeProto& node_;
  const KnownInputs& inputs_;
  std::vector<onnx::TypeProto> outputs_;
};

}  // namespace intloom::graph
