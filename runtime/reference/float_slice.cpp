// Parts of a tensor: Split, Slice, Gather.
#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "runtime/reference/float_pick.h"

namespace intloom::reference {
namespace {

// Sizes of the parts along an axis: attribute or input `split`, else equal parts, one an output or `num_outputs`,
// where the last may be smaller.
graph::Shape split_sizes(const NodeCall& call, std::int64_t extent) {
  graph::Shape sizes = integers(call, 1, "split");
  if (sizes.empty()) {
    const auto outputs = static_cast<std::int64_t>(call.node.outputs.size());
    const std::int64_t parts = call.node.int_attribute("num_outputs", outputs);
    if (parts < 1) call.fail(fmt::format("num_outputs is {}", parts));
    const std::int64_t size = (extent + parts - 1) / parts;
    for (std::int64_t i = 0; i < parts; ++i) sizes.push_back(std::clamp<std::int64_t>(extent - i * size, 0, size));
  }
  const bool negative = std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 0; });
  if (negative || std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) != extent) {
    call.fail(fmt::format("parts of {} do not make up the {} elements of the axis", graph::to_string(sizes), extent));
  }
  return sizes;
}

std::vector<Value> split(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::size_t axis = resolve_axis(call, call.node.int_attribute("axis", 0), x.shape.size());
  AxisIndices indices = all_indices(x.shape);
  std::vector<Value> parts;
  std::int64_t start = 0;
  for (const std::int64_t size : split_sizes(call, x.shape[axis])) {
    indices[axis].resize(static_cast<std::size_t>(size));
    std::iota(indices[axis].begin(), indices[axis].end(), start);
    parts.push_back(pick(x, indices));
    start += size;
  }
  return parts;
}

// Indices of start:end:step in an axis of `extent`, as NumPy reads them.
std::vector<std::int64_t> slice_indices(std::int64_t start, std::int64_t end, std::int64_t step, std::int64_t extent) {
  const std::int64_t lowest = step > 0 ? 0 : -1;
  const std::int64_t highest = step > 0 ? extent : extent - 1;
  const auto bounded = [&](std::int64_t i) { return std::clamp(i < 0 ? i + extent : i, lowest, highest); };
  std::vector<std::int64_t> indices;
  const std::int64_t last = bounded(end);
  // A step across the whole axis is as good as a longer one, and does not overflow.
  const std::int64_t stride = std::clamp(step, -extent - 1, extent + 1);
  for (std::int64_t i = bounded(start); step > 0 ? i < last : i > last; i += stride) indices.push_back(i);
  return indices;
}

// starts, ends and axes are attributes before opset 10, inputs since, then with steps.
Value slice(const NodeCall& call) {
  const Value& x = call.input(0);
  const graph::Shape starts = integers(call, 1, "starts");
  const graph::Shape ends = integers(call, 2, "ends");
  graph::Shape axes = integers(call, 3, "axes");
  graph::Shape steps = integers(call, 4, "steps");
  if (axes.empty()) {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (steps.empty()) steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size()) {
    call.fail(
        fmt::format("{} starts, {} ends, {} axes and {} steps", starts.size(), ends.size(), axes.size(), steps.size()));
  }
  AxisIndices indices = all_indices(x.shape);
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const std::size_t axis = resolve_axis(call, axes[i], x.shape.size());
    if (steps[i] == 0) call.fail("a step is 0");
    indices[axis] = slice_indices(starts[i], ends[i], steps[i], x.shape[axis]);
  }
  return pick(x, indices);
}

Value gather(const NodeCall& call) {
  const Value& x = call.input(0);
  const std::size_t axis = resolve_axis(call, call.node.int_attribute("axis", 0), x.shape.size());
  AxisIndices indices = all_indices(x.shape);
  indices[axis] = integers(call, 1, "");
  for (std::int64_t& index : indices[axis]) {
    if (index < -x.shape[axis] || index >= x.shape[axis]) {
      call.fail(fmt::format("index {} is outside of axis {} of {}", index, axis, graph::to_string(x.shape)));
    }
    if (index < 0) index += x.shape[axis];
  }
  Value picked = pick(x, indices);
  const auto at = picked.shape.erase(picked.shape.begin() + static_cast<std::ptrdiff_t>(axis));
  picked.shape.insert(at, call.input(1).shape.begin(), call.input(1).shape.end());
  return picked;
}

}  // namespace

void add_slice_operators(OperatorTable& table) {
  table["Split"] = split;
  table["Slice"] = slice;
  table["Gather"] = gather;
}

}  // namespace intloom::reference
