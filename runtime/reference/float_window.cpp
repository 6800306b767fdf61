#include "runtime/reference/float_window.h"

#include <fmt/format.h>

#include <algorithm>

namespace intloom::reference {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// SAME_UPPER and SAME_LOWER: out = ceil(in / stride), the odd pad at the end or at the beginning.
void pad_to_same(WindowAxis& axis, bool upper) {
  axis.out = ceil_div(axis.in, axis.stride);
  const std::int64_t reach = (axis.out - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1;
  const std::int64_t total = std::max<std::int64_t>(0, reach - axis.in);
  axis.pad_begin = upper ? total / 2 : total - total / 2;
  axis.pad_end = total - axis.pad_begin;
}

void count_outputs(WindowAxis& axis, bool ceil_mode) {
  const std::int64_t room = axis.in + axis.pad_begin + axis.pad_end - ((axis.kernel - 1) * axis.dilation + 1);
  if (room < 0) {
    axis.out = 0;
    return;
  }
  axis.out = (ceil_mode ? ceil_div(room, axis.stride) : room / axis.stride) + 1;
  // A window that would start behind the input and its first pad is not made.
  if (ceil_mode && (axis.out - 1) * axis.stride >= axis.in + axis.pad_begin) --axis.out;
}

}  // namespace

WindowAxis::Taps WindowAxis::taps(std::int64_t o, std::int64_t below, std::int64_t above) const {
  const std::int64_t start = o * stride - pad_begin + below;
  const std::int64_t extent = in + below + above;
  Taps range;
  range.first = start < 0 ? std::min(kernel, ceil_div(-start, dilation)) : 0;
  range.last = start >= extent ? 0 : std::min(kernel, (extent - start - 1) / dilation + 1);
  return range;
}

WindowAxis::Taps WindowAxis::outputs(std::int64_t k) const {
  const std::int64_t offset = k * dilation - pad_begin;
  Taps range;
  range.first = offset < 0 ? std::min(out, ceil_div(-offset, stride)) : 0;
  range.last = offset >= in ? 0 : std::min(out, (in - offset - 1) / stride + 1);
  return range;
}

graph::Shape FloatWindow::output_shape(const Value& x, std::int64_t channels) const {
  graph::Shape shape{x.shape[0], channels};
  if (x.shape.size() == 4) shape.push_back(height.out);
  shape.push_back(width.out);
  return shape;
}

FloatWindow resolve_window(const NodeCall& call, const Value& x, const graph::Shape& kernel) {
  const std::size_t axes = x.shape.size() - 2;
  if (x.shape.size() < 3 || axes > 2) {
    call.fail(fmt::format("input {} has not one or two spatial axes", graph::to_string(x.shape)));
  }
  const graph::Node& node = call.node;
  const graph::Shape kernels = node.ints_attribute("kernel_shape", kernel);
  const graph::Shape strides = node.ints_attribute("strides", graph::Shape(axes, 1));
  const graph::Shape dilations = node.ints_attribute("dilations", graph::Shape(axes, 1));
  const graph::Shape pads = node.ints_attribute("pads", graph::Shape(2 * axes, 0));
  if (kernels.size() != axes || strides.size() != axes || dilations.size() != axes || pads.size() != 2 * axes) {
    call.fail(fmt::format("kernel_shape, strides, dilations and pads do not fit {} spatial axes", axes));
  }
  const std::string auto_pad = node.string_attribute("auto_pad", "NOTSET");
  FloatWindow window;
  for (std::size_t a = 0; a < axes; ++a) {
    WindowAxis& axis = axes == 2 && a == 0 ? window.height : window.width;
    axis = {x.shape[2 + a], 0, kernels[a], strides[a], dilations[a], pads[a], pads[axes + a]};
    if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
      pad_to_same(axis, auto_pad == "SAME_UPPER");
      continue;
    }
    if (auto_pad == "VALID") axis.pad_begin = axis.pad_end = 0;
    count_outputs(axis, node.int_attribute("ceil_mode", 0) != 0);
  }
  if (window.height.out < 1 || window.width.out < 1) {
    call.fail(fmt::format("the window is larger than the padded input {}", graph::to_string(x.shape)));
  }
  return window;
}

}  // namespace intloom::reference
