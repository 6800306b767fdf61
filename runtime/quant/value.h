// What a tensor of the graph is while it is lowered: a constant, integers, or a float that is not integers yet.
//
// A float value is a recipe. Only its QuantizeLinear says which integers it shall be; then the layer comes into being.
// So Relu, Clip, MaxPool, Reshape, ... between an operator and its QuantizeLinear just wrap the recipe.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/quantization.h"

namespace intloom::quant {

class Lowering;

// What QuantizeLinear wants of a float value.
struct Target {
  Quantization quantization;
  Bounds bounds;                      // clips between the value and its QuantizeLinear
  std::string name, quantized_name;   // of the tensor that comes into being
  const graph::Node* node = nullptr;  // names a layer that only rescales: the QuantizeLinear, Relu or Clip
  std::vector<std::string> absorbed;  // names of the clips, in the order of the data
};

// A float for each byte of an integer tensor: what a function of one input makes of it.
struct ByteFunction {
  TensorId input = -1;
  std::array<float, 256> values{};  // by the bits of the byte
  std::vector<std::string> nodes;   // that compute them, in the order of the data
};

class FloatValue {
 public:
  FloatValue(std::string tensor_name, const graph::Node* made_by) : name(std::move(tensor_name)), source(made_by) {}
  virtual ~FloatValue() = default;

  // The integers that stand for this value without loss; none where a QuantizeLinear must decide.
  virtual std::optional<TensorId> integers(Lowering& lowering) = 0;
  virtual TensorId quantize(Lowering& lowering, const Target& target) = 0;
  // This value as a function of the bytes of one tensor; none where it depends on more than that.
  virtual std::optional<ByteFunction> function(Lowering& lowering);
  // Notes a node without effect (Identity, Cast) at the layer that this value comes from or will come from.
  virtual void absorb(Lowering& lowering, const std::string& node_name);

  std::string name;                   // tensor in the model
  const graph::Node* source;          // null: a model input
  std::vector<std::string> absorbed;  // nodes without effect behind it
};
using FloatPtr = std::shared_ptr<FloatValue>;

struct IntegerTensor {
  TensorId id = -1;
};

// An int8 or uint8 input of the model: its scale is known where it is first read.
struct IntegerInput {
  graph::TensorId id = graph::kNoTensor;
};

using ConstantPtr = std::shared_ptr<const graph::TensorData>;
using QuantizedConstantPtr = std::shared_ptr<const QuantizedConstant>;
using Value = std::variant<std::monostate, ConstantPtr, QuantizedConstantPtr, IntegerTensor, IntegerInput, FloatPtr>;

}  // namespace intloom::quant
