// The operators of the float oracle: a table from the ONNX operator's name to a function, filled family by family.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::reference {

// A tensor while a graph is evaluated: row-major float32; integer types hold their integers. Operators that only
// change the shape share the elements.
struct Value {
  graph::DataType type = graph::DataType::float32;
  graph::Shape shape;
  std::shared_ptr<const std::vector<float>> data;

  std::int64_t size() const { return static_cast<std::int64_t>(data->size()); }
  const float* begin() const { return data->data(); }
};
Value make_value(graph::DataType type, graph::Shape shape, std::vector<float> data);
Value value_of(const graph::TensorData& tensor);

// One node with the values of its inputs (nullptr where absent).
struct NodeCall {
  const graph::Node& node;
  std::int64_t opset = 0;
  std::vector<const Value*> inputs;

  bool has(std::size_t i) const { return i < inputs.size() && inputs[i] != nullptr; }
  const Value& input(std::size_t i) const;  // ModelError where absent
  // The same node (its attributes) on other inputs.
  NodeCall with(std::vector<const Value*> other) const { return {node, opset, std::move(other)}; }
  // ModelError: "node 'conv1' (Conv): what".
  [[noreturn]] void fail(const std::string& what) const;
};

// Computes the node's first output, or the first several in their order.
using Operator = std::variant<Value (*)(const NodeCall&), std::vector<Value> (*)(const NodeCall&)>;
using OperatorTable = std::map<std::string, Operator>;

// Conv
void add_convolution_operators(OperatorTable& table);
// ConvTranspose
void add_transposed_convolution_operators(OperatorTable& table);
// Gemm, MatMul
void add_matrix_operators(OperatorTable& table);
// Add, Sub, Mul, Div, Pow, PRelu, Sum, Max, Min, Where
void add_elementwise_operators(OperatorTable& table);
// Relu, Clip, Sigmoid, Tanh, LeakyRelu, Elu, HardSigmoid, HardSwish, Gelu, Softplus
void add_activation_operators(OperatorTable& table);
// Neg, Abs, Reciprocal, Sqrt, Exp, Log, Erf
void add_function_operators(OperatorTable& table);
// BatchNormalization, LayerNormalization, Softmax
void add_normalization_operators(OperatorTable& table);
// ReduceMean, ReduceSum
void add_reduction_operators(OperatorTable& table);
// MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool
void add_pooling_operators(OperatorTable& table);
// Identity, Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Concat
void add_shape_operators(OperatorTable& table);
// DepthToSpace, SpaceToDepth
void add_depth_operators(OperatorTable& table);
// Split, Slice, Gather
void add_slice_operators(OperatorTable& table);
// Pad, Expand, Tile
void add_pad_operators(OperatorTable& table);
// Resize, Upsample
void add_resize_operators(OperatorTable& table);
// QuantizeLinear, DequantizeLinear, Cast
void add_quantization_operators(OperatorTable& table);
// QLinear*, QGemm: dequantize, compute in float, quantize
void add_qoperators(OperatorTable& table);

// Shared between families. `axis` counts from the end where negative; fails outside of [-rank, rank).
std::size_t resolve_axis(const NodeCall& call, std::int64_t axis, std::size_t rank);
// The common shape of two that broadcast (NumPy rules); fails where extents differ and none is 1.
graph::Shape broadcast_shape(const NodeCall& call, const graph::Shape& a, const graph::Shape& b);
// Integers of attribute `attribute`, or of input `input` where the node has it (later opsets made inputs of several
// attributes); empty where both are absent.
graph::Shape integers(const NodeCall& call, std::size_t input, const std::string& attribute);
// Product of the dimensions [first, last).
std::int64_t extent_product(const graph::Shape& shape, std::size_t first, std::size_t last);

Value convolve(const NodeCall& call);
Value gemm(const NodeCall& call);
Value matmul(const NodeCall& call);
// Dimension d of the result is dimension perm[d] of x.
Value permuted(const Value& x, const graph::Shape& perm);
Value concatenate(const NodeCall& call, const std::vector<const Value*>& inputs);
Value average_pool(const NodeCall& call);
Value global_average_pool(const NodeCall& call);
Value add(const NodeCall& call);
Value multiply(const NodeCall& call);
Value sigmoid(const NodeCall& call);
Value leaky_relu(const NodeCall& call);
Value softmax(const NodeCall& call);

}  // namespace intloom::reference
