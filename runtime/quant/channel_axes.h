// Which axis of a tensor is the channels: 1 for convolutions, the last for MatMul. Tensors that hold whatever their
// neighbours want (inputs, reshaped tensors, and what is computed elementwise from them) are decided by the first
// consumer that cares.
#pragma once

#include <cstddef>
#include <vector>

namespace intloom::quant {

enum class Axis { undecided, first, last };

class ChannelAxes {
 public:
  // Tensors are numbered in the order in which they are added.
  void add(Axis axis);
  void add_like(std::size_t tensor);  // the same axis as `tensor`, now and later
  Axis axis(std::size_t tensor) const;
  void decide(std::size_t tensor, Axis axis);
  // Makes both one; false where they are decided differently.
  bool unite(std::size_t a, std::size_t b);

 private:
  std::size_t root(std::size_t tensor) const;
  std::vector<std::size_t> parent_;
  std::vector<Axis> axis_;  // of roots
};

}  // namespace intloom::quant
