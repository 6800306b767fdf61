// Weight words by hand, in the order that isa::Exec states: for group, block, ky, kx: a word for each channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "runtime/compile/weights.h"

namespace intloom {
namespace {

using testing::ElementsAre;

isa::MachineDescription machine_of(int rows, int cols) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  return machine;
}

// Weights number themselves: [n][c][ky][kx] row major from 1.
quant::ConvParameters numbered(std::int64_t n, std::int64_t c, std::int64_t groups, std::int64_t kernel_w) {
  quant::ConvParameters conv;
  conv.output_channels = n;
  conv.channels = c;
  conv.groups = groups;
  conv.window.kernel_w = kernel_w;
  conv.weights.resize(static_cast<std::size_t>(n * c / groups * kernel_w));
  std::iota(conv.weights.begin(), conv.weights.end(), std::int16_t{1});
  return conv;
}

mapping::ConvShape shape_of(const quant::ConvParameters& conv, bool depthwise) {
  mapping::ConvShape shape;
  shape.depthwise = depthwise;
  shape.channels = conv.channels;
  shape.output_channels = conv.output_channels;
  shape.groups = conv.groups;
  shape.x.kernel = conv.window.kernel_w;
  return shape;
}

std::vector<int> pack(const quant::ConvParameters& conv, bool depthwise, int rows, int cols, std::int64_t first,
                      std::int64_t count, const mapping::KPart& part) {
  const mapping::ConvShape shape = shape_of(conv, depthwise);
  const isa::MachineDescription machine = machine_of(rows, cols);
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(mapping::weight_bytes(shape, machine, count, part)),
                                  static_cast<std::uint8_t>(conv.weight_zero_point));
  compile::write_weights(bytes.data(), conv, shape, machine, first, count, part);
  return {bytes.begin(), bytes.end()};
}

TEST(Weights, DenseGroupsBlocksTapsChannels) {
  // 3 outputs, 3 inputs, 1x2 kernel: output n, input c, tap k is 1 + n*6 + c*2 + k. Array 2x2.
  mapping::KPart part;
  part.blocks = 2;
  part.channels = 3;
  part.kernel_w = 2;
  EXPECT_THAT(pack(numbered(3, 3, 1, 2), false, 2, 2, 0, 3, part),
              ElementsAre(1, 7, 3, 9,      // outputs 0 1, inputs 0 1, tap 0: a word an input
                          2, 8, 4, 10,     // tap 1
                          5, 11,           // input 2, tap 0
                          6, 12,           // tap 1
                          13, 0, 15, 0,    // output 2
                          14, 0, 16, 0,    //
                          17, 0, 18, 0));  //
}

TEST(Weights, APartOfTheKernelAndOfTheBlocks) {
  mapping::KPart part;
  part.block = 1;
  part.channels = 1;
  part.kx = 1;
  EXPECT_THAT(pack(numbered(3, 3, 1, 2), false, 2, 2, 2, 1, part), ElementsAre(18, 0));
}

TEST(Weights, OtherGroupsGetTheZeroPoint) {
  // 4 outputs, 4 inputs in 2 groups: output n has inputs of group n/2; block diagonal.
  quant::ConvParameters conv = numbered(4, 4, 2, 1);
  conv.weight_zero_point = 9;
  mapping::KPart part;
  part.channels = 4;
  EXPECT_THAT(pack(conv, false, 4, 4, 0, 4, part), ElementsAre(1, 3, 9, 9,  // input 0
                                                               2, 4, 9, 9,  //
                                                               9, 9, 5, 7,  // input 2
                                                               9, 9, 6, 8));
}

TEST(Weights, DepthwiseHasAWordForEachGroupAndTap) {
  // Array 4x3: groups of 2 channels (the largest divisor of 4 that 3 columns take).
  mapping::KPart part;
  part.channels = 4;
  part.kernel_w = 2;
  EXPECT_THAT(pack(numbered(4, 4, 4, 2), true, 4, 3, 0, 4, part), ElementsAre(1, 3, 0, 2, 4, 0, 5, 7, 0, 6, 8, 0));
}

}  // namespace
}  // namespace intloom
