// Which operators of a float network a quantizer folds into the layer in front of them, told by the graph alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::quant {

// Nodes given to its functions are the graph's own.
class FloatFolding {
 public:
  explicit FloatFolding(const graph::Graph& graph);

  // A constant, or computed from constants only.
  bool is_constant(graph::TensorId id) const { return constant_[static_cast<std::size_t>(id)]; }
  // Identity, Dropout, a Cast to the same type.
  bool is_transparent(const graph::Node& node) const;
  // A BatchNormalization behind a Conv (or a matrix product of rank 2) whose result nothing else reads.
  bool is_folded_normalization(const graph::Node& node) const;
  // The constant input of an Add that becomes part of the bias of the Conv, Gemm or MatMul in front of it.
  std::optional<std::size_t> bias_input(const graph::Node& node) const;
  // False where the next operator takes the value before it becomes integers: a clip, or what the above fold.
  bool is_integer_edge(graph::TensorId id) const;

 private:
  const graph::Tensor& tensor(graph::TensorId id) const { return graph_.tensor(id); }
  std::size_t index(const graph::Node& node) const { return static_cast<std::size_t>(&node - graph_.nodes.data()); }
  void note_constants(const graph::Node& node);
  void note_weighted(const graph::Node& node);
  // Null where several nodes, none, or an output of the network read the tensor.
  const graph::Node* only_consumer(graph::TensorId id) const;
  // The Conv, Gemm or MatMul whose result `node` alone reads as `id`; null where there is none.
  const graph::Node* weighted_source(graph::TensorId id, const graph::Node& node) const;

  const graph::Graph& graph_;
  const graph::Uses uses_;
  std::vector<bool> constant_, output_;       // by tensor
  std::vector<const graph::Node*> weighted_;  // by tensor: the Conv, Gemm or MatMul that it is the result of, or null
  std::vector<bool> folded_normalization_;    // by node
  std::vector<std::int8_t> bias_input_;       // by node: -1 where none
};

}  // namespace intloom::quant
