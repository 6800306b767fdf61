// The operators that become integers, and what can be said about those that do not.
#pragma once

#include <string_view>
#include <vector>

#include "runtime/graph/graph.h"
#include "runtime/quant/lowering.h"

namespace intloom::quant {

struct Operator {
  std::string_view name;
  void (*lower)(Lowering& lowering, const graph::Node& node);
  // Inputs that carry values; the others only say the output's shape, which the graph knows already. 0: all.
  std::size_t value_inputs = 0;
  std::string_view unit;     // that takes cycles for it: "vector", "array, requant", "dma"; "none": it is folded
  std::string_view formula;  // of its integers, in words of runtime/quant/network.h
};

// All of them, by name.
class OperatorList {
 public:
  OperatorList(const Operator* begin, const Operator* end) : begin_(begin), end_(end) {}
  const Operator* begin() const { return begin_; }
  const Operator* end() const { return end_; }

 private:
  const Operator *begin_, *end_;
};
OperatorList operators();

// Null where there is none. Domains ai.onnx and com.microsoft; their names do not collide.
const Operator* find_operator(const graph::Node& node);

// An error that names the nearest operator, and a remedy where one is known. `others`: the model's
// other nodes that cannot be lowered either; they are counted by operator.
[[noreturn]] void fail_unsupported(const graph::Node& node, const std::vector<const graph::Node*>& others);

}  // namespace intloom::quant
