// Convolutions of the integer oracle: small ones by hand, random ones against the formula written out plainly.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/reference/networks.h"

namespace intloom::reference {
namespace {

using graph::DataType;
using isa::Rounding;

TEST(IntegerConvolution, ProductBiasMultiplierAndZeroPoints) {
  // x - zx = {0, 10}; times 3 plus 5 = {5, 35}; halved {2.5, 17.5}; zero point 1.
  const quant::Network network =
      make_network({make_tensor({1, 1, 1, 2}, DataType::uint8, 10)}, make_tensor({1, 1, 1, 2}, DataType::uint8, 1),
                   quant::Op::conv, make_conv(1, 1, {3}, {5}, {0.5F}));
  const std::vector<IntegerTensor> input{bytes({10, 20})};
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_even), input), bytes({3, 19}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_up), input), bytes({4, 19}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_away), input), bytes({4, 19}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::floor), input), bytes({3, 18}));
  EXPECT_EQ(run_exact_reference(network, input).back(), bytes({3, 19}));
}

TEST(IntegerConvolution, PaddingCountsAsTheZeroPoint) {
  // 2x2 map of x - zx = 1, 3x3 kernel of w - zw = 1, pads of 1: every output sees the four pixels.
  quant::ConvParameters conv = make_conv(1, 1, std::vector<std::int16_t>(9, 130), {0}, {1.0F});
  conv.weights_signed = false;
  conv.weight_zero_point = 129;
  conv.window.kernel_h = conv.window.kernel_w = 3;
  conv.window.pads = {1, 1, 1, 1};
  const quant::Network network = make_network({make_tensor({1, 1, 2, 2}, DataType::int8, -7)},
                                              make_tensor({1, 1, 2, 2}, DataType::int8, 2), quant::Op::conv, conv);
  isa::MachineDescription machine = machine_with(Rounding::half_even);
  const std::vector<IntegerTensor> input{IntegerTensor(4, static_cast<std::uint8_t>(-6))};
  EXPECT_EQ(run_layer(network, machine, input), bytes({6, 6, 6, 6}));
  machine.array.zero_point = isa::ZeroPoint::folded;
  EXPECT_EQ(run_layer(network, machine, input), bytes({6, 6, 6, 6}));
}

TEST(IntegerConvolution, OutOfRangeSaturatesOrWraps) {
  quant::Network network =
      make_network({make_tensor({1, 1, 1, 2}, DataType::int8, 0)}, make_tensor({1, 1, 1, 2}, DataType::int8, 0),
                   quant::Op::conv, make_conv(1, 1, {3}, {0}, {1.0F}));
  network.layers[0].clamp = {0, 100};
  const std::vector<IntegerTensor> input{bytes({100, 256 - 50})};  // 300 and -150
  isa::MachineDescription machine = machine_with(Rounding::half_even);
  EXPECT_EQ(run_layer(network, machine, input), bytes({100, 0}));
  machine.requant.scaling.out_of_range = isa::OutOfRange::wrap;
  EXPECT_EQ(run_layer(network, machine, input), bytes({300 - 256, 256 - 150}));
}

TEST(IntegerConvolution, NarrowAccumulatorFollowsItsRule) {
  // Channels of +-100*127: with two rows 25400 enters first, then -25400.
  const quant::Network network =
      make_network({make_tensor({1, 4, 1, 1}, DataType::int8, 0)}, make_tensor({1, 1, 1, 1}, DataType::int8, 0),
                   quant::Op::conv, make_conv(1, 4, {127, 127, -127, -127}, {0}, {1.0F / 128}));
  const std::vector<IntegerTensor> input{bytes({100, 100, 100, 100})};
  isa::MachineDescription machine = machine_with(Rounding::floor);
  machine.array.rows = 2;
  machine.accumulator.width_bits = 15;
  machine.accumulator.overflow = isa::Overflow::saturate;
  // 16383 - 25400 = -9017, over 128: -70.4
  EXPECT_EQ(run_layer(network, machine, input), bytes({256 - 71}));
  machine.array.rows = 4;
  EXPECT_EQ(run_layer(network, machine, input), bytes({0}));
  machine.array.rows = 2;
  machine.accumulator.overflow = isa::Overflow::wrap;
  EXPECT_EQ(run_layer(network, machine, input), bytes({0}));
  machine.accumulator.overflow = isa::Overflow::error;
  EXPECT_EQ(run_layer(network, machine, input), bytes({0}));
}

TEST(IntegerConvolution, WrappedSumKeepsItsLowBits) {
  // 120 * 127 = 15240; 14 bits hold -8192..8191: 15240 - 16384 = -1144, over 16: -71.5.
  const quant::Network network =
      make_network({make_tensor({1, 1, 1, 1}, DataType::int8, 0)}, make_tensor({1, 1, 1, 1}, DataType::int8, 0),
                   quant::Op::conv, make_conv(1, 1, {127}, {0}, {1.0F / 16}));
  isa::MachineDescription machine = machine_with(Rounding::half_up);
  machine.accumulator.width_bits = 14;
  EXPECT_EQ(run_layer(network, machine, {bytes({120})}), bytes({256 - 71}));
}

TEST(IntegerConvolution, MatrixProductReadsChannelsInTheLastDimension) {
  // Two rows of [1, 2, 3] and [4, 5, 6] times columns (1, 0, 0) and (1, 1, 1).
  quant::Tensor x = make_tensor({1, 2, 3}, DataType::int8, 0);
  quant::Tensor y = make_tensor({1, 2, 2}, DataType::int8, 0);
  x.channel_axis = 2;
  y.channel_axis = 2;
  const quant::Network network =
      make_network({x}, y, quant::Op::conv, make_conv(2, 3, {1, 0, 0, 1, 1, 1}, {0, 0}, {1.0F}));
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4, 5, 6})}).back(), bytes({1, 6, 4, 15}));
}

TEST(IntegerConvolution, Float32MultiplierAsOnnxRuntime) {
  // Recorded from ONNX Runtime 1.32: QLinearConv, 1x1, u8 activations, s8 weights with a scale a channel; weights below
  // 64, so that its 16-bit sums of pairs on processors without VNNI do not saturate.
  const float xs = 0.037F;
  const float ys = 0.25F;
  const std::vector<float> ws{0x1.447406p-7F, 0x1.6b6dc2p-7F, 0x1.8b820ep-7F,
                              0x1.5696ecp-6F, 0x1.141f9ap-6F, 0x1.b884f6p-7F};
  std::vector<float> multiplier;
  for (const float scale : ws) multiplier.push_back(xs * scale / ys);
  const quant::Network network = make_network({make_tensor({1, 2, 2, 2}, DataType::uint8, 113)},
                                              make_tensor({1, 6, 2, 2}, DataType::uint8, 97), quant::Op::conv,
                                              make_conv(6, 2, {-54, -24, -26, 45, 50, -60, 0, 39, -45, 36, -46, -4},
                                                        {1898, -1182, -951, -1330, 1316, -1471}, multiplier));
  EXPECT_EQ(
      run_layer(network, machine_with_float32(), {bytes({241, 160, 175, 229, 148, 198, 213, 57})}),
      bytes({88, 93, 91, 93, 92, 99, 100, 86, 103, 90, 90, 112, 97, 103, 105, 86, 89, 103, 102, 82, 82, 89, 88, 84}));
}

struct RandomConvolution {
  quant::ConvParameters conv;
  std::int64_t in_h = 1, in_w = 1, out_h = 1, out_w = 1;
  std::int32_t zx = 0;
  std::vector<int> x;
};

RandomConvolution random_convolution() {
  const auto pick = [](std::int64_t lo, std::int64_t hi) {
    return *rc::gen::resize(100, rc::gen::inRange(lo, hi + 1));
  };
  RandomConvolution random;
  quant::ConvParameters& conv = random.conv;
  conv.groups = pick(1, 4);
  const std::int64_t group_channels = pick(1, 5);
  conv.channels = conv.groups * group_channels;
  conv.output_channels = conv.groups * pick(1, 5);
  quant::WindowParameters& w = conv.window;
  w.kernel_h = pick(1, 3);
  w.kernel_w = pick(1, 4);
  w.stride_h = pick(1, 2);
  w.stride_w = pick(1, 3);
  w.dilation_h = pick(1, 2);
  w.dilation_w = pick(1, 2);
  for (std::int64_t& pad : w.pads) pad = pick(0, 2);
  random.in_h = pick((w.kernel_h - 1) * w.dilation_h + 1, 8);
  random.in_w = pick((w.kernel_w - 1) * w.dilation_w + 1, 9);
  random.out_h = (random.in_h + w.pads[0] + w.pads[2] - (w.kernel_h - 1) * w.dilation_h - 1) / w.stride_h + 1;
  random.out_w = (random.in_w + w.pads[1] + w.pads[3] - (w.kernel_w - 1) * w.dilation_w - 1) / w.stride_w + 1;
  conv.weight_zero_point = static_cast<std::int32_t>(pick(-3, 3));
  random.zx = static_cast<std::int32_t>(pick(0, 255));
  const std::int64_t weights = conv.output_channels * group_channels * w.kernel_h * w.kernel_w;
  for (std::int64_t i = 0; i < weights; ++i) conv.weights.push_back(static_cast<std::int16_t>(pick(-128, 127)));
  for (std::int64_t n = 0; n < conv.output_channels; ++n)
    conv.bias.push_back(static_cast<std::int32_t>(pick(-999, 999)));
  for (std::int64_t i = 0; i < conv.channels * random.in_h * random.in_w; ++i) {
    random.x.push_back(static_cast<int>(pick(0, 255)));
  }
  conv.multiplier = {1.0F / 1024};
  return random;
}

// The formula of network.h, term by term; M = 2^-10 rounded half up.
int plain_output(const RandomConvolution& r, std::int64_t n, std::int64_t oy, std::int64_t ox) {
  const quant::WindowParameters& w = r.conv.window;
  const std::int64_t group_channels = r.conv.channels / r.conv.groups;
  const std::int64_t group = n / (r.conv.output_channels / r.conv.groups);
  std::int64_t sum = r.conv.bias[static_cast<std::size_t>(n)];
  for (std::int64_t c = 0; c < group_channels; ++c) {
    for (std::int64_t ky = 0; ky < w.kernel_h; ++ky) {
      for (std::int64_t kx = 0; kx < w.kernel_w; ++kx) {
        const std::int64_t y = oy * w.stride_h + ky * w.dilation_h - w.pads[0];
        const std::int64_t x = ox * w.stride_w + kx * w.dilation_w - w.pads[1];
        if (y < 0 || y >= r.in_h || x < 0 || x >= r.in_w) continue;
        const std::int64_t channel = group * group_channels + c;
        const std::int64_t value = r.x[static_cast<std::size_t>((channel * r.in_h + y) * r.in_w + x)] - r.zx;
        const std::int64_t at = ((n * group_channels + c) * w.kernel_h + ky) * w.kernel_w + kx;
        sum += value * (r.conv.weights[static_cast<std::size_t>(at)] - r.conv.weight_zero_point);
      }
    }
  }
  return static_cast<int>(std::min<std::int64_t>(127, std::max<std::int64_t>(-128, ((sum + 512) >> 10) - 5)));
}

RC_GTEST_PROP(IntegerConvolutionProperty, EqualsThePlainFormula, ()) {
  const RandomConvolution random = random_convolution();
  const quant::Network network =
      make_network({make_tensor({1, random.conv.channels, random.in_h, random.in_w}, DataType::uint8, random.zx)},
                   make_tensor({1, random.conv.output_channels, random.out_h, random.out_w}, DataType::int8, -5),
                   quant::Op::conv, random.conv);
  std::vector<int> expected;
  for (std::int64_t n = 0; n < random.conv.output_channels; ++n) {
    for (std::int64_t oy = 0; oy < random.out_h; ++oy) {
      for (std::int64_t ox = 0; ox < random.out_w; ++ox) expected.push_back(plain_output(random, n, oy, ox) & 0xFF);
    }
  }
  isa::MachineDescription machine = machine_with(Rounding::half_up);
  RC_ASSERT(run_layer(network, machine, {bytes(random.x)}) == bytes(expected));
  // Wide enough for every sum, a saturating accumulator changes nothing, and neither does folding the zero point.
  machine.accumulator.overflow = isa::Overflow::saturate;
  machine.accumulator.width_bits = 24;
  RC_ASSERT(run_layer(network, machine, {bytes(random.x)}) == bytes(expected));
  machine.array.zero_point = isa::ZeroPoint::folded;
  RC_ASSERT(run_layer(network, machine, {bytes(random.x)}) == bytes(expected));
}

}  // namespace
}  // namespace intloom::reference
