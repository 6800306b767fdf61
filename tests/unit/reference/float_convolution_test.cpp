// Conv of the float oracle against its definition written out, on random shapes that reach each of its ways to compute
// (pointwise, unfolded, depthwise) and small whole numbers, whose sums float32 holds exactly.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/reference/graphs.h"

namespace intloom::reference {
namespace {

std::int64_t pick(std::int64_t lo, std::int64_t hi) { return *rc::gen::resize(100, rc::gen::inRange(lo, hi + 1)); }

std::vector<float> whole_numbers(std::int64_t count) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<float>(pick(-9, 9)));
  return values;
}

struct Shape2d {
  std::int64_t batch, groups, group_channels, group_outputs, in_h, in_w, out_h, out_w;
  std::vector<std::int64_t> kernel, strides, dilations, pads;
};

std::int64_t outputs_of(std::int64_t in, std::int64_t before, std::int64_t after, std::int64_t kernel,
                        std::int64_t stride, std::int64_t dilation) {
  return (in + before + after - (kernel - 1) * dilation - 1) / stride + 1;
}

Shape2d random_shape() {
  Shape2d s;
  s.batch = pick(1, 2);
  s.groups = pick(1, 3);
  s.group_channels = pick(1, 3);
  s.group_outputs = pick(1, 3);
  s.kernel = {pick(1, 3), pick(1, 3)};
  s.strides = {pick(1, 2), pick(1, 2)};
  s.dilations = {pick(1, 2), pick(1, 2)};
  s.pads = {pick(0, 2), pick(0, 2), pick(0, 2), pick(0, 2)};
  s.in_h = pick(5, 8);
  s.in_w = pick(5, 8);
  s.out_h = outputs_of(s.in_h, s.pads[0], s.pads[2], s.kernel[0], s.strides[0], s.dilations[0]);
  s.out_w = outputs_of(s.in_w, s.pads[1], s.pads[3], s.kernel[1], s.strides[1], s.dilations[1]);
  return s;
}

float plain(const Shape2d& s, const std::vector<float>& x, const std::vector<float>& w, std::int64_t image,
            std::int64_t output, std::int64_t oy, std::int64_t ox) {
  float sum = 0;
  const std::int64_t channels = s.groups * s.group_channels;
  for (std::int64_t c = 0; c < s.group_channels; ++c) {
    const std::int64_t channel = output / s.group_outputs * s.group_channels + c;
    for (std::int64_t ky = 0; ky < s.kernel[0]; ++ky) {
      for (std::int64_t kx = 0; kx < s.kernel[1]; ++kx) {
        const std::int64_t y = oy * s.strides[0] + ky * s.dilations[0] - s.pads[0];
        const std::int64_t xx = ox * s.strides[1] + kx * s.dilations[1] - s.pads[1];
        if (y < 0 || y >= s.in_h || xx < 0 || xx >= s.in_w) continue;
        const std::int64_t at = ((output * s.group_channels + c) * s.kernel[0] + ky) * s.kernel[1] + kx;
        sum += x[static_cast<std::size_t>(((image * channels + channel) * s.in_h + y) * s.in_w + xx)] *
               w[static_cast<std::size_t>(at)];
      }
    }
  }
  return sum;
}

RC_GTEST_PROP(FloatConvolutionProperty, EqualsItsDefinition, ()) {
  const Shape2d s = random_shape();
  const std::int64_t outputs = s.groups * s.group_outputs;
  const graph::Shape x_shape{s.batch, s.groups * s.group_channels, s.in_h, s.in_w};
  const graph::Shape w_shape{outputs, s.group_channels, s.kernel[0], s.kernel[1]};
  const std::vector<float> x = whole_numbers(graph::element_count(x_shape));
  const std::vector<float> w = whole_numbers(graph::element_count(w_shape));
  const std::vector<float> bias = whole_numbers(outputs);
  std::vector<float> expected;
  for (std::int64_t n = 0; n < s.batch; ++n) {
    for (std::int64_t m = 0; m < outputs; ++m) {
      for (std::int64_t oy = 0; oy < s.out_h; ++oy) {
        for (std::int64_t ox = 0; ox < s.out_w; ++ox) {
          expected.push_back(plain(s, x, w, n, m, oy, ox) + bias[static_cast<std::size_t>(m)]);
        }
      }
    }
  }
  const FloatTensor y =
      GraphMaker()
          .input("x", floats(x_shape, x))
          .constant("w", floats(w_shape, w))
          .constant("b", floats({outputs}, bias))
          .node("Conv", {"x", "w", "b"}, "y",
                {{"strides", s.strides}, {"dilations", s.dilations}, {"pads", s.pads}, {"group", s.groups}})
          .run();
  RC_ASSERT(y.shape == (graph::Shape{s.batch, outputs, s.out_h, s.out_w}));
  RC_ASSERT(y.values == expected);
}

TEST(FloatConvolution, OneSpatialAxisAndAutoPad) {
  // 1 2 3 4 with kernel 1 10 100 and SAME: 0*1 + 1*10 + 2*100, ...; SAME_LOWER puts the odd pad of an even kernel
  // first.
  const graph::TensorData x = floats({1, 1, 4}, {1, 2, 3, 4});
  GraphMaker same;
  same.input("x", x).constant("w", floats({1, 1, 3}, {1, 10, 100}));
  EXPECT_EQ(same.node("Conv", {"x", "w"}, "y", {{"auto_pad", std::string("SAME_UPPER")}}).run().values,
            (std::vector<float>{210, 321, 432, 43}));
  GraphMaker lower;
  lower.input("x", x).constant("w", floats({1, 1, 2}, {1, 10}));
  EXPECT_EQ(lower.node("Conv", {"x", "w"}, "y", {{"auto_pad", std::string("SAME_LOWER")}}).run().values,
            (std::vector<float>{10, 21, 32, 43}));
}

}  // namespace
}  // namespace intloom::reference
