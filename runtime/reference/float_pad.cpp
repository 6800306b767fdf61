// Tensors that grow: Pad, Expand, Tile.
#include <fmt/format.h>

#include <numeric>

#include "runtime/reference/float_pick.h"

namespace intloom::reference {
namespace {

// The element that stands at position i of an axis, i outside of [0, extent) too; -1: the fill value.
std::int64_t padded_index(const NodeCall& call, const std::string& mode, std::int64_t i, std::int64_t extent) {
  if (i >= 0 && i < extent) return i;
  if (mode == "constant") return -1;
  if (extent == 0) call.fail("an empty axis has nothing to pad with");
  if (mode == "edge") return i < 0 ? 0 : extent - 1;
  if (mode == "wrap") return (i % extent + extent) % extent;
  if (mode != "reflect") call.fail("mode is '" + mode + "'; it must be constant, reflect, edge or wrap");
  if (extent == 1) return 0;
  const std::int64_t period = 2 * (extent - 1);
  const std::int64_t phase = (i % period + period) % period;
  return phase < extent ? phase : period - phase;
}

float pad_value(const NodeCall& call) {
  if (call.has(2) && call.input(2).size() > 0) return call.input(2).begin()[0];
  return call.node.float_attribute("value", 0.0F);
}

// pads (opset 1: paddings) and value are attributes before opset 11, inputs since; axes is an input since opset 18.
Value pad(const NodeCall& call) {
  const Value& x = call.input(0);
  graph::Shape pads = integers(call, 1, "pads");
  if (pads.empty()) pads = call.node.ints_attribute("paddings", {});
  graph::Shape axes = call.has(3) ? integers(call, 3, "") : graph::Shape(x.shape.size());
  if (!call.has(3)) std::iota(axes.begin(), axes.end(), 0);
  if (pads.size() != 2 * axes.size()) call.fail(fmt::format("{} pads for {} axes", pads.size(), axes.size()));
  const std::string mode = call.node.string_attribute("mode", "constant");
  AxisIndices indices = all_indices(x.shape);
  for (std::size_t a = 0; a < axes.size(); ++a) {
    const std::size_t axis = resolve_axis(call, axes[a], x.shape.size());
    indices[axis].clear();
    for (std::int64_t i = -pads[a]; i < x.shape[axis] + pads[axes.size() + a]; ++i) {
      indices[axis].push_back(padded_index(call, mode, i, x.shape[axis]));
    }
  }
  return pick(x, indices, pad_value(call));
}

Value expand(const NodeCall& call) {
  const Value& x = call.input(0);
  return expanded(x, broadcast_shape(call, x.shape, integers(call, 1, "")));
}

Value tile(const NodeCall& call) {
  const Value& x = call.input(0);
  const graph::Shape repeats = integers(call, 1, "");
  if (repeats.size() != x.shape.size()) {
    call.fail(fmt::format("{} repeats for {} dimensions", repeats.size(), x.shape.size()));
  }
  AxisIndices indices(repeats.size());
  for (std::size_t d = 0; d < repeats.size(); ++d) {
    for (std::int64_t i = 0; i < repeats[d] * x.shape[d]; ++i) indices[d].push_back(i % x.shape[d]);
  }
  return pick(x, indices);
}

}  // namespace

void add_pad_operators(OperatorTable& table) {
  table["Pad"] = pad;
  table["Expand"] = expand;
  table["Tile"] = tile;
}

}  // namespace intloom::reference
