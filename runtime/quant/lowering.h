// The state of one lowering: what each tensor of the graph is so far, and the network that grows.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/network_builder.h"
#include "runtime/quant/value.h"

namespace intloom::quant {

// "node 'conv1' (Conv): ..."
[[noreturn]] void fail_with(const graph::Node& node, const std::string& message);

template <class... Arguments>
[[noreturn]] void fail(const graph::Node& node, fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  fail_with(node, fmt::format(format, std::forward<Arguments>(arguments)...));
}

// The dimension of `shape` that an axis names, counted from the end where it is negative.
std::size_t resolve_axis(const graph::Node& node, std::int64_t axis, const graph::Shape& shape);

class Lowering {
 public:
  explicit Lowering(const graph::Graph& graph);

  const graph::Graph& graph() const { return graph_; }
  NetworkBuilder& network() { return network_; }

  static bool has_input(const graph::Node& node, std::size_t i) {
    return i < node.inputs.size() && node.inputs[i] != graph::kNoTensor;
  }
  // The tensor in the graph; an absent input is an error.
  const graph::Tensor& input_tensor(const graph::Node& node, std::size_t i) const;
  const graph::Tensor& output_tensor(const graph::Node& node, std::size_t i = 0) const;
  static bool has_output(const graph::Node& node, std::size_t i) {
    return i < node.outputs.size() && node.outputs[i] != graph::kNoTensor;
  }
  const Value& input(const graph::Node& node, std::size_t i) const;
  void set_output(const graph::Node& node, Value value, std::size_t i = 0);

  // A constant (float32, int32, ...) input; `what` names it in the error.
  const graph::TensorData& constant_input(const graph::Node& node, std::size_t i, const char* what) const;
  // The integers of a constant input.
  std::vector<std::int64_t> constant_integers(const graph::Node& node, std::size_t i, const char* what) const;
  // A dequantized input as integers; an error with its remedy where the value is a float that nothing quantized.
  TensorId dequantized_input(const graph::Node& node, std::size_t i);
  // An integer input of a QOperator node, read with the scale the node gives.
  TensorId integer_input(const graph::Node& node, std::size_t i, const Quantization& quantization);
  // An integer input of an operator without a scale of its own (MaxPool, Reshape): any scale will do.
  TensorId integer_input(const graph::Node& node, std::size_t i);

  const Value& value(graph::TensorId id) const { return values_[static_cast<std::size_t>(id)]; }

  std::int64_t quantize_nodes = 0, dequantize_nodes = 0;

 private:
  const graph::Graph& graph_;
  NetworkBuilder network_;
  std::vector<Value> values_;
};

}  // namespace intloom::quant
