// Identity, Reshape, Flatten, Squeeze, Unsqueeze share their input's elements; Transpose and Concat move them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

Value reshaped(const NodeCall& call, graph::Shape shape) {
  const Value& x = call.input(0);
  if (graph::element_count(shape) != x.size()) {
    call.fail(fmt::format("{} does not reshape to {}", graph::to_string(x.shape), graph::to_string(shape)));
  }
  return {x.type, std::move(shape), x.data};
}

Value identity(const NodeCall& call) { return call.input(0); }

Value reshape(const NodeCall& call) {
  const Value& x = call.input(0);
  graph::Shape shape = integers(call, 1, "shape");
  const bool zero_copies = call.node.int_attribute("allowzero", 0) == 0;
  std::int64_t known = 1;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 0 && zero_copies) {
      if (d >= x.shape.size())
        call.fail(fmt::format("dimension {} cannot be copied from {}", d, graph::to_string(x.shape)));
      shape[d] = x.shape[d];
    }
    if (shape[d] != -1) known *= shape[d];
  }
  const auto open = std::find(shape.begin(), shape.end(), -1);
  if (open != shape.end()) *open = known == 0 ? 0 : x.size() / known;
  return reshaped(call, std::move(shape));
}

Value flatten(const NodeCall& call) {
  const graph::Shape& shape = call.input(0).shape;
  const std::int64_t given = call.node.int_attribute("axis", 1);
  // The axis may also be the rank: everything in one column.
  const std::size_t axis =
      given == static_cast<std::int64_t>(shape.size()) ? shape.size() : resolve_axis(call, given, shape.size());
  return reshaped(call, {extent_product(shape, 0, axis), extent_product(shape, axis, shape.size())});
}

Value squeeze(const NodeCall& call) {
  const graph::Shape& shape = call.input(0).shape;
  std::set<std::size_t> dropped;
  for (const std::int64_t axis : integers(call, 1, "axes")) dropped.insert(resolve_axis(call, axis, shape.size()));
  const bool every_one = dropped.empty();
  graph::Shape kept;
  for (std::size_t d = 0; d < shape.size(); ++d) {
    if (every_one ? shape[d] != 1 : dropped.count(d) == 0) kept.push_back(shape[d]);
  }
  return reshaped(call, std::move(kept));
}

Value unsqueeze(const NodeCall& call) {
  const graph::Shape& shape = call.input(0).shape;
  const graph::Shape axes = integers(call, 1, "axes");
  const std::size_t rank = shape.size() + axes.size();
  std::set<std::size_t> added;
  for (const std::int64_t axis : axes) added.insert(resolve_axis(call, axis, rank));
  if (added.size() != axes.size()) call.fail("an axis is given twice");
  graph::Shape out;
  auto next = shape.begin();
  for (std::size_t d = 0; d < rank; ++d) out.push_back(added.count(d) != 0 ? 1 : *next++);
  return reshaped(call, std::move(out));
}

Value transpose(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::size_t rank = x.shape.size();
  graph::Shape reversed(rank);
  for (std::size_t d = 0; d < rank; ++d) reversed[d] = static_cast<std::int64_t>(rank - 1 - d);
  const graph::Shape perm = call.node.ints_attribute("perm", reversed);
  graph::Shape sorted = perm;
  std::sort(sorted.begin(), sorted.end());
  for (std::size_t d = 0; d < sorted.size(); ++d) {
    if (perm.size() != rank || sorted[d] != static_cast<std::int64_t>(d))
      call.fail("perm is no permutation of the dimensions");
  }
  return permuted(x, perm);
}

Value concat(const NodeCall& call) {
  std::vector<const Value*> inputs;
  for (std::size_t i = 0; i < call.inputs.size(); ++i) inputs.push_back(&call.input(i));
  return concatenate(call, inputs);
}

}  // namespace

Value permuted(const Value& x, const graph::Shape& perm) {
  const std::size_t rank = x.shape.size();
  graph::Shape shape;
  graph::Shape strides;
  for (const std::int64_t axis : perm) {
    shape.push_back(x.shape[static_cast<std::size_t>(axis)]);
    strides.push_back(extent_product(x.shape, static_cast<std::size_t>(axis) + 1, rank));
  }
  graph::Shape index(rank, 0);
  std::vector<float> y(x.data->size());
  const float* from = x.begin();
  for (float& value : y) {
    value = *from;
    for (std::size_t d = rank; d-- > 0;) {
      from += strides[d];
      if (++index[d] < shape[d]) break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return make_value(x.type, std::move(shape), std::move(y));
}

Value concatenate(const NodeCall& call, const std::vector<const Value*>& inputs) {
  if (inputs.empty()) call.fail("there is nothing to concatenate");
  const Value& first = *inputs.front();
  const std::size_t rank = first.shape.size();
  const std::size_t axis = resolve_axis(call, call.node.int_attribute("axis", 1), rank);
  graph::Shape shape = first.shape;
  shape[axis] = 0;
  for (const Value* input : inputs) {
    for (std::size_t d = 0; d < rank; ++d) {
      if (input->shape.size() != rank || (d != axis && input->shape[d] != first.shape[d])) {
        call.fail(fmt::format("inputs {} and {} do not fit along axis {}", graph::to_string(first.shape),
                              graph::to_string(input->shape), axis));
      }
    }
    shape[axis] += input->shape[axis];
  }
  std::vector<float> y;
  y.reserve(static_cast<std::size_t>(graph::element_count(shape)));
  for (std::int64_t outer = 0; outer < extent_product(shape, 0, axis); ++outer) {
    for (const Value* input : inputs) {
      const std::int64_t run = extent_product(input->shape, axis, rank);
      y.insert(y.end(), input->begin() + outer * run, input->begin() + (outer + 1) * run);
    }
  }
  return make_value(first.type, std::move(shape), std::move(y));
}

void add_shape_operators(OperatorTable& table) {
  table["Identity"] = identity;
  table["Reshape"] = reshape;
  table["Flatten"] = flatten;
  table["Squeeze"] = squeeze;
  table["Unsqueeze"] = unsqueeze;
  table["Transpose"] = transpose;
  table["Concat"] = concat;
}

}  // namespace intloom::reference
