// Conv: matrix products on blocks of unfolded output rows (im2col); depthwise convolutions by direct loops.
//
// Matrix products sum in double: where the result is quantized, the noise of float32 sums would move values that lie
// close to the middle of two integers, and a deep network makes much of little.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>

#include "runtime/reference/float_operators.h"
#include "runtime/reference/float_window.h"

namespace intloom::reference {
namespace {

using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using DoubleMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ConstMatrixMap = Eigen::Map<const Matrix>;
using StridedMatrixMap = Eigen::Map<Matrix, 0, Eigen::OuterStride<>>;

constexpr std::int64_t kBlockElements = 1 << 18;  // of an unfolded block: 1 MiB

struct ConvolutionShape {
  FloatWindow window;
  std::int64_t channels = 1, outputs = 1, groups = 1;
  std::int64_t group_channels() const { return channels / groups; }
  std::int64_t group_outputs() const { return outputs / groups; }
  std::int64_t in_pixels() const { return window.height.in * window.width.in; }
  std::int64_t out_pixels() const { return window.height.out * window.width.out; }
  std::int64_t taps() const { return window.height.kernel * window.width.kernel; }
};

bool is_pointwise(const WindowAxis& axis) {
  return axis.kernel == 1 && axis.stride == 1 && axis.pad_begin == 0 && axis.pad_end == 0;
}

// Output rows [first, last) of one tap of one channel, as a row of the unfolded matrix; padding is 0.
void unfold_tap(const FloatWindow& window, const float* x, std::int64_t ky, std::int64_t kx, std::int64_t first,
                std::int64_t last, float* to) {
  const WindowAxis::Taps columns = window.width.outputs(kx);
  const std::int64_t x0 = kx * window.width.dilation - window.width.pad_begin;
  for (std::int64_t oy = first; oy < last; ++oy, to += window.width.out) {
    const std::int64_t y = oy * window.height.stride + ky * window.height.dilation - window.height.pad_begin;
    std::fill(to, to + window.width.out, 0.0F);
    if (y < 0 || y >= window.height.in) continue;
    const float* row = x + y * window.width.in;
    for (std::int64_t ox = columns.first; ox < columns.last; ++ox) to[ox] = row[ox * window.width.stride + x0];
  }
}

void convolve_group_unfolded(const ConvolutionShape& shape, const float* x, const float* w, float* y) {
  const FloatWindow& window = shape.window;
  const std::int64_t depth = shape.group_channels() * shape.taps();
  const std::int64_t rows = std::clamp<std::int64_t>(kBlockElements / (depth * window.width.out), 1, window.height.out);
  const DoubleMatrix weights = ConstMatrixMap(w, shape.group_outputs(), depth).cast<double>();
  Matrix block(depth, rows * window.width.out);
  for (std::int64_t first = 0; first < window.height.out; first += rows) {
    const std::int64_t last = std::min(first + rows, window.height.out);
    for (std::int64_t k = 0; k < depth; ++k) {
      const std::int64_t tap = k % shape.taps();
      unfold_tap(window, x + k / shape.taps() * shape.in_pixels(), tap / window.width.kernel, tap % window.width.kernel,
                 first, last, block.row(k).data());
    }
    const std::int64_t pixels = (last - first) * window.width.out;
    StridedMatrixMap out(y + first * window.width.out, shape.group_outputs(), pixels,
                         Eigen::OuterStride<>(shape.out_pixels()));
    out = (weights * block.leftCols(pixels).cast<double>()).cast<float>();
  }
}

void convolve_group_pointwise(const ConvolutionShape& shape, const float* x, const float* w, float* y) {
  const DoubleMatrix weights = ConstMatrixMap(w, shape.group_outputs(), shape.group_channels()).cast<double>();
  const ConstMatrixMap pixels(x, shape.group_channels(), shape.in_pixels());
  Eigen::Map<Matrix>(y, shape.group_outputs(), shape.out_pixels()) = (weights * pixels.cast<double>()).cast<float>();
}

// One input channel to one output channel.
void convolve_plane(const FloatWindow& window, const float* x, const float* w, float* y) {
  std::fill(y, y + window.height.out * window.width.out, 0.0F);
  for (std::int64_t ky = 0; ky < window.height.kernel; ++ky) {
    const WindowAxis::Taps rows = window.height.outputs(ky);
    for (std::int64_t kx = 0; kx < window.width.kernel; ++kx) {
      const WindowAxis::Taps columns = window.width.outputs(kx);
      const float weight = w[ky * window.width.kernel + kx];
      const std::int64_t stride = window.width.stride;
      for (std::int64_t oy = rows.first; oy < rows.last; ++oy) {
        const std::int64_t in_row = oy * window.height.stride + ky * window.height.dilation - window.height.pad_begin;
        const float* from = x + in_row * window.width.in + kx * window.width.dilation - window.width.pad_begin;
        float* to = y + oy * window.width.out;
        for (std::int64_t ox = columns.first; ox < columns.last; ++ox) to[ox] += weight * from[ox * stride];
      }
    }
  }
}

void convolve_group(const ConvolutionShape& shape, const float* x, const float* w, float* y) {
  if (shape.group_channels() == 1) {
    for (std::int64_t m = 0; m < shape.group_outputs(); ++m) {
      convolve_plane(shape.window, x, w + m * shape.taps(), y + m * shape.out_pixels());
    }
  } else if (is_pointwise(shape.window.height) && is_pointwise(shape.window.width)) {
    convolve_group_pointwise(shape, x, w, y);
  } else {
    convolve_group_unfolded(shape, x, w, y);
  }
}

ConvolutionShape resolve_shape(const NodeCall& call, const Value& x, const Value& w) {
  if (w.shape.size() != x.shape.size() || x.shape.size() < 3) {
    call.fail(fmt::format("input {} and weights {} do not fit", graph::to_string(x.shape), graph::to_string(w.shape)));
  }
  ConvolutionShape shape;
  shape.window = resolve_window(call, x, graph::Shape(w.shape.begin() + 2, w.shape.end()));
  shape.channels = x.shape[1];
  shape.outputs = w.shape[0];
  shape.groups = call.node.int_attribute("group", 1);
  if (shape.groups < 1 || shape.outputs % shape.groups != 0 || w.shape[1] * shape.groups != shape.channels ||
      w.size() != shape.outputs * w.shape[1] * shape.taps()) {
    call.fail(fmt::format("weights {} do not fit input {} in {} groups", graph::to_string(w.shape),
                          graph::to_string(x.shape), shape.groups));
  }
  return shape;
}

}  // namespace

Value convolve(const NodeCall& call) {
  const Value& x = call.input(0);
  const Value& w = call.input(1);
  const ConvolutionShape shape = resolve_shape(call, x, w);
  if (call.has(2) && call.input(2).size() != shape.outputs) {
    call.fail(fmt::format("bias has {} elements for {} output channels", call.input(2).size(), shape.outputs));
  }
  std::vector<float> y(static_cast<std::size_t>(x.shape[0] * shape.outputs * shape.out_pixels()));
  for (std::int64_t n = 0; n < x.shape[0]; ++n) {
    const float* image = x.begin() + n * shape.channels * shape.in_pixels();
    float* out = y.data() + n * shape.outputs * shape.out_pixels();
    for (std::int64_t g = 0; g < shape.groups; ++g) {
      convolve_group(shape, image + g * shape.group_channels() * shape.in_pixels(),
                     w.begin() + g * shape.group_outputs() * shape.group_channels() * shape.taps(),
                     out + g * shape.group_outputs() * shape.out_pixels());
    }
    if (!call.has(2)) continue;
    Eigen::Map<Matrix> map(out, shape.outputs, shape.out_pixels());
    map.colwise() += Eigen::Map<const Eigen::VectorXf>(call.input(2).begin(), shape.outputs);
  }
  return make_value(graph::DataType::float32, shape.window.output_shape(x, shape.outputs), std::move(y));
}

void add_convolution_operators(OperatorTable& table) { table["Conv"] = convolve; }

}  // namespace intloom::reference
