#include "runtime/quant/channel_axes.h"

namespace intloom::quant {

void ChannelAxes::add(Axis axis) {
  parent_.push_back(parent_.size());
  axis_.push_back(axis);
}

void ChannelAxes::add_like(std::size_t tensor) {
  parent_.push_back(root(tensor));
  axis_.push_back(Axis::undecided);
}

Axis ChannelAxes::axis(std::size_t tensor) const { return axis_[root(tensor)]; }

void ChannelAxes::decide(std::size_t tensor, Axis axis) { axis_[root(tensor)] = axis; }

bool ChannelAxes::unite(std::size_t a, std::size_t b) {
  const std::size_t root_a = root(a);
  const std::size_t root_b = root(b);
  if (root_a == root_b) return true;
  if (axis_[root_a] == Axis::undecided) {
    parent_[root_a] = root_b;
  } else if (axis_[root_b] == Axis::undecided) {
    parent_[root_b] = root_a;
  } else {
    return axis_[root_a] == axis_[root_b];
  }
  return true;
}

std::size_t ChannelAxes::root(std::size_t tensor) const {
  while (parent_[tensor] != tensor) tensor = parent_[tensor];
  return tensor;
}

}  // namespace intloom::quant
