// ConvTranspose: the matrix product of weights and pixels gives each input pixel's window, which is added to the
// output.
//
// The window is that of the convolution which this one transposes: its input is the output here, and the other way.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>

#include "runtime/reference/float_operators.h"
#include "runtime/reference/float_window.h"

namespace intloom::reference {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrixMap = Eigen::Map<const Matrix>;

struct TransposedShape {
  WindowAxis height, width;
  std::int64_t channels = 1, outputs = 1, groups = 1;
  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_outputs() const { return outputs / groups; }
  std::int64_t in_pixels() const { return height.out * width.out; }
  std::int64_t out_pixels() const { return height.in * width.in; }
  std::int64_t taps() const { return height.kernel * width.kernel; }
};

// What is missing to the asked extent is padding; an odd one lies at the end for SAME_UPPER, else at the beginning.
void pad_to_extent(WindowAxis& axis, std::int64_t reach, bool upper) {
  const std::int64_t total = std::max<std::int64_t>(0, reach - axis.in);
  axis.pad_begin = upper ? total / 2 : total - total / 2;
  axis.pad_end = total - axis.pad_begin;
}

// Sets the extent of the output, and the pads where auto_pad or output_shape leave them open.
void resolve_axis_extent(const NodeCall& call, WindowAxis& axis, std::int64_t output_padding,
                         std::int64_t output_extent) {
  const std::string auto_pad = call.node.string_attribute("auto_pad", "NOTSET");
  const std::int64_t reach = (axis.out - 1) * axis.stride + output_padding + (axis.kernel - 1) * axis.dilation + 1;
  const bool same = auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER";
  if (output_extent > 0 || same) {
    axis.in = output_extent > 0 ? output_extent : axis.out * axis.stride;
    pad_to_extent(axis, reach, auto_pad == "SAME_UPPER");
    return;
  }
  if (auto_pad == "VALID") axis.pad_begin = axis.pad_end = 0;
  axis.in = reach - axis.pad_begin - axis.pad_end;
  if (axis.in < 1) call.fail(fmt::format("pads {} and {} leave no output", axis.pad_begin, axis.pad_end));
}

TransposedShape resolve_shape(const NodeCall& call, const Value& x, const Value& w) {
  const std::size_t axes = x.shape.size() < 2 ? 0 : x.shape.size() - 2;
  if (axes < 1 || axes > 2 || w.shape.size() != x.shape.size()) {
    call.fail(fmt::format("input {} and weights {} have not one or two spatial axes", graph::to_string(x.shape),
                          graph::to_string(w.shape)));
  }
  const auto list = [&](const char* name, std::size_t count, std::int64_t otherwise) {
    graph::Shape values = call.node.ints_attribute(name, graph::Shape(count, otherwise));
    if (values.size() != count) call.fail(fmt::format("{} has {} values, not {}", name, values.size(), count));
    return values;
  };
  const graph::Shape strides = list("strides", axes, 1), dilations = list("dilations", axes, 1);
  const graph::Shape pads = list("pads", 2 * axes, 0), output_padding = list("output_padding", axes, 0);
  graph::Shape extents = call.node.ints_attribute("output_shape", graph::Shape(axes, 0));
  if (extents.size() == axes + 2) extents.erase(extents.begin(), extents.begin() + 2);  // with batch and channels
  if (extents.size() != axes) call.fail("output_shape does not fit the spatial axes");
  TransposedShape shape;
  shape.groups = call.node.int_attribute("group", 1);
  shape.channels = x.shape[1];
  shape.outputs = w.shape[1] * shape.groups;
  if (shape.groups < 1 || shape.channels % shape.groups != 0 || w.shape[0] != shape.channels) {
    call.fail(fmt::format("weights {} do not fit input {} in {} groups", graph::to_string(w.shape),
                          graph::to_string(x.shape), shape.groups));
  }
  for (std::size_t a = 0; a < axes; ++a) {
    WindowAxis& axis = axes == 2 && a == 0 ? shape.height : shape.width;
    axis = {0, x.shape[2 + a], w.shape[2 + a], strides[a], dilations[a], pads[a], pads[axes + a]};
    resolve_axis_extent(call, axis, output_padding[a], extents[a]);
  }
  return shape;
}

// Adds row (output channel, tap) of the product, a value for each input pixel, to the output channel.
void scatter_tap(const TransposedShape& shape, const float* row, std::int64_t ky, std::int64_t kx, float* channel) {
  const WindowAxis::Taps rows = shape.height.outputs(ky);
  const WindowAxis::Taps columns = shape.width.outputs(kx);
  const std::int64_t x0 = kx * shape.width.dilation - shape.width.pad_begin;
  for (std::int64_t iy = rows.first; iy < rows.last; ++iy) {
    const std::int64_t y = iy * shape.height.stride + ky * shape.height.dilation - shape.height.pad_begin;
    float* to = channel + y * shape.width.in + x0;
    const float* from = row + iy * shape.width.out;
    for (std::int64_t ix = columns.first; ix < columns.last; ++ix) to[ix * shape.width.stride] += from[ix];
  }
}

void convolve_group(const TransposedShape& shape, const float* x, const float* w, float* y) {
  const ConstMatrixMap pixels(x, shape.group_channels(), shape.in_pixels());
  const ConstMatrixMap weights(w, shape.group_channels(), shape.group_outputs() * shape.taps());
  // One output channel at a time: the product of all would be as large as so many outputs.
  for (std::int64_t m = 0; m < shape.group_outputs(); ++m) {
    const Matrix product = weights.middleCols(m * shape.taps(), shape.taps()).transpose() * pixels;
    for (std::int64_t tap = 0; tap < shape.taps(); ++tap) {
      scatter_tap(shape, product.row(tap).data(), tap / shape.width.kernel, tap % shape.width.kernel,
                  y + m * shape.out_pixels());
    }
  }
}

Value convolve_transposed(const NodeCall& call) {
  const Value& x = call.input(0);
  const Value& w = call.input(1);
  const TransposedShape shape = resolve_shape(call, x, w);
  if (call.has(2) && call.input(2).size() != shape.outputs) {
    call.fail(fmt::format("bias has {} elements for {} output channels", call.input(2).size(), shape.outputs));
  }
  std::vector<float> y(static_cast<std::size_t>(x.shape[0] * shape.outputs * shape.out_pixels()), 0.0F);
  for (std::int64_t n = 0; n < x.shape[0]; ++n) {
    float* out = y.data() + n * shape.outputs * shape.out_pixels();
    for (std::int64_t g = 0; g < shape.groups; ++g) {
      const std::int64_t first = g * shape.group_channels();
      convolve_group(shape, x.begin() + (n * shape.channels + first) * shape.in_pixels(),
                     w.begin() + first * shape.group_outputs() * shape.taps(),
                     out + g * shape.group_outputs() * shape.out_pixels());
    }
    if (!call.has(2)) continue;
    Eigen::Map<Matrix> map(out, shape.outputs, shape.out_pixels());
    map.colwise() += Eigen::Map<const Eigen::VectorXf>(call.input(2).begin(), shape.outputs);
  }
  graph::Shape out_shape{x.shape[0], shape.outputs};
  if (x.shape.size() == 4) out_shape.push_back(shape.height.in);
  out_shape.push_back(shape.width.in);
  return make_value(graph::DataType::float32, std::move(out_shape), std::move(y));
}

}  // namespace

void add_transposed_convolution_operators(OperatorTable& table) { table["ConvTranspose"] = convolve_transposed; }

}  // namespace intloom::reference
