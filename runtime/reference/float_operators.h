// The operators of the float oracle: a table from the ONNX operator's name to a function, filled family by family.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
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

// Computes the node's first output.
using Operator = std::function<Value(const NodeCall&)>;
using OperatorTable = std::map<std::string, Operator>;

void add_convolution_operators(OperatorTable& table);    // Conv
void add_matrix_operators(OperatorTable& table);         // Gemm, MatMul
void add_elementwise_operators(OperatorTable& table);    // Relu, Clip, Sigmoid, Add, Sub, Mul, Div
void add_normalization_operators(OperatorTable& table);  // BatchNormalization, Softmax
void add_pooling_operators(OperatorTable& table);        // MaxPool, AveragePool, GlobalAveragePool
void add_shape_operators(OperatorTable& table);  // Identity, Reshape, Flatten, Squeeze, Unsqueeze, Transpose, Concat
void add_quantization_operators(OperatorTable& table);  // QuantizeLinear, DequantizeLinear, Cast
void add_qoperators(OperatorTable& table);              // QLinear*, QGemm: dequantize, compute in float, quantize

// Shared between families. `axis` counts from the end where negative; fails outside of [-rank, rank).
std::size_t resolve_axis(const NodeCall& call, std::int64_t axis, std::size_t rank);
// The common shape of two that broadcast (NumPy rules); fails where extents differ and none is 1.
graph::Shape broadcast_shape(const NodeCall& call, const graph::Shape& a, const graph::Shape& b);
// Product of the dimensions [first, last).
std::int64_t extent_product(const graph::Shape& shape, std::size_t first, std::size_t last);

Value convolve(const NodeCall& call);
Value gemm(const NodeCall& call);
Value matmul(const NodeCall& call);
Value concatenate(const NodeCall& call, const std::vector<const Value*>& inputs);
Value average_pool(const NodeCall& call);
Value global_average_pool(const NodeCall& call);
Value add(const NodeCall& call);
Value multiply(const NodeCall& call);

}  // namespace intloom::reference
