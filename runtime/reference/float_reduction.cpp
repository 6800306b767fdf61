// ReduceSum and ReduceMean.
#include <set>

#include "runtime/reference/float_operators.h"

namespace intloom::reference {
namespace {

struct Sums {
  Value value;
  std::int64_t count = 1;  // elements that each sum has
};

// Axes are an attribute, or an input since opset 13 (ReduceSum) and 18 (ReduceMean); without axes all, unless
// noop_with_empty_axes.
std::set<std::size_t> reduced_axes(const NodeCall& call) {
  const std::size_t rank = call.input(0).shape.size();
  std::set<std::size_t> axes;
  for (const std::int64_t axis : integers(call, 1, "axes")) axes.insert(resolve_axis(call, axis, rank));
  if (axes.empty() && call.node.int_attribute("noop_with_empty_axes", 0) == 0) {
    for (std::size_t d = 0; d < rank; ++d) axes.insert(d);
  }
  return axes;
}

// Moves the reduced axes behind the kept ones and adds up the lines.
Sums sum_over_axes(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::set<std::size_t> axes = reduced_axes(call);
  const bool keep = call.node.int_attribute("keepdims", 1) != 0;
  graph::Shape perm, shape;
  Sums sums;
  for (std::size_t d = 0; d < x.shape.size(); ++d) {
    const bool reduced = axes.count(d) != 0;
    if (!reduced) perm.push_back(static_cast<std::int64_t>(d));
    if (reduced) sums.count *= x.shape[d];
    if (!reduced || keep) shape.push_back(reduced ? 1 : x.shape[d]);
  }
  for (const std::size_t axis : axes) perm.push_back(static_cast<std::int64_t>(axis));
  const Value moved = permuted(x, perm);
  std::vector<float> y(static_cast<std::size_t>(graph::element_count(shape)));
  const float* from = moved.begin();
  for (float& sum : y) {
    double exact = 0;
    for (std::int64_t i = 0; i < sums.count; ++i) exact += static_cast<double>(*from++);
    sum = static_cast<float>(exact);
  }
  sums.value = make_value(x.type, std::move(shape), std::move(y));
  return sums;
}

Value reduce_sum(const NodeCall& call) { return sum_over_axes(call).value; }

Value reduce_mean(const NodeCall& call) {
  const Sums sums = sum_over_axes(call);
  std::vector<float> y = *sums.value.data;
  for (float& value : y) value /= static_cast<float>(sums.count);
  return make_value(sums.value.type, sums.value.shape, std::move(y));
}

}  // namespace

void add_reduction_operators(OperatorTable& table) {
  table["ReduceSum"] = reduce_sum;
  table["ReduceMean"] = reduce_mean;
}

}  // namespace intloom::reference
