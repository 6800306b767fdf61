// Tables, differences, maxima, parts and nearest pixels of the integer oracle; expected integers by hand.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/reference/networks.h"

namespace intloom::reference {
namespace {

using graph::DataType;
using isa::Rounding;

TEST(IntegerLookup, TakesTheBitsOfTheByte) {
  quant::TableParameters parameters;
  for (std::size_t i = 0; i < 256; ++i) parameters.table[i] = static_cast<std::uint8_t>(255 - i);
  const quant::Network network = make_network({make_tensor({1, 3}, DataType::int8, 5)},
                                              make_tensor({1, 3}, DataType::uint8, 9), quant::Op::lookup, parameters);
  EXPECT_EQ(run_exact_reference(network, {bytes({0, 256 - 1, 127})}).back(), bytes({255, 0, 128}));
}

// a at zero point 2, b at zero point 1, result at zero point 10.
quant::Network binary(quant::Op op, std::array<float, 2> multiplier) {
  return make_network({make_tensor({1, 3}, DataType::int8, 2), make_tensor({1, 3}, DataType::int8, 1)},
                      make_tensor({1, 3}, DataType::int8, 10), op, quant::BinaryParameters{multiplier});
}

TEST(IntegerSubtract, DifferenceBeforeItRounds) {
  // (a - 2)/2 - (b - 1)/4: (3, 4) -> 0.5; (1, 1) -> 0.25; (-4, -2) -> -1.5.
  const quant::Network network = binary(quant::Op::subtract, {0.5F, 0.25F});
  const std::vector<IntegerTensor> inputs{bytes({5, 3, 256 - 2}), bytes({5, 2, 256 - 1})};
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_even), inputs), bytes({10, 10, 8}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_up), inputs), bytes({11, 10, 9}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::floor), inputs), bytes({10, 10, 8}));
  EXPECT_EQ(run_layer(network, machine_with_float32(), inputs), bytes({10, 10, 8}));
}

TEST(IntegerSubtract, SaturatesOrWraps) {
  const quant::Network network = binary(quant::Op::subtract, {1, 1});
  // -126 - 126 + 10 = -242: saturates at -128, or keeps its low 8 bits.
  const std::vector<IntegerTensor> far{bytes({256 - 124, 2, 2}), bytes({127, 1, 2})};
  EXPECT_EQ(run_exact_reference(network, far).back(), bytes({256 - 128, 10, 9}));
  isa::MachineDescription machine = machine_with(Rounding::half_even);
  machine.vector.scaling.out_of_range = isa::OutOfRange::wrap;
  EXPECT_EQ(run_layer(network, machine, far), bytes({256 - 242, 10, 9}));
}

TEST(IntegerMaximum, RoundsEachSideFirst) {
  // (a - 2)/2 and (b - 1)/4: (1.5, 1.5), (-1.5, -0.5), (-0.5, 0.5).
  const std::vector<IntegerTensor> inputs{bytes({5, 256 - 1, 1}), bytes({7, 256 - 1, 3})};
  const quant::Network maximum = binary(quant::Op::maximum, {0.5F, 0.25F});
  const quant::Network minimum = binary(quant::Op::minimum, {0.5F, 0.25F});
  EXPECT_EQ(run_layer(maximum, machine_with(Rounding::half_even), inputs), bytes({12, 10, 10}));
  EXPECT_EQ(run_layer(maximum, machine_with(Rounding::half_up), inputs), bytes({12, 10, 11}));
  EXPECT_EQ(run_layer(minimum, machine_with(Rounding::half_up), inputs), bytes({12, 9, 10}));
  EXPECT_EQ(run_layer(minimum, machine_with(Rounding::floor), inputs), bytes({11, 8, 9}));
  EXPECT_EQ(run_layer(minimum, machine_with_float32(), inputs), bytes({12, 8, 10}));
}

TEST(IntegerMaximum, ClampsAndBroadcasts) {
  quant::Network network =
      make_network({make_tensor({1, 2, 2}, DataType::uint8, 0), make_tensor({2, 1}, DataType::uint8, 3)},
                   make_tensor({1, 2, 2}, DataType::uint8, 0), quant::Op::maximum, quant::BinaryParameters{{1, 2}});
  network.layers[0].clamp = {0, 6};
  // b: (4 - 3)*2 = 2, (5 - 3)*2 = 4
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 3, 2, 9}), bytes({4, 5})}).back(), bytes({2, 3, 4, 6}));
}

TEST(IntegerSlice, StartsInEachDimension) {
  const quant::Network network =
      make_network({make_tensor({1, 3, 2, 2}, DataType::uint8, 0)}, make_tensor({1, 2, 2, 1}, DataType::uint8, 0),
                   quant::Op::slice, quant::SliceParameters{{0, 1, 0, 1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})}).back(),
            bytes({6, 8, 10, 12}));
}

TEST(IntegerSlice, OfOneDimensionDoesNotClamp) {
  quant::Network network = make_network({make_tensor({4}, DataType::int8, 0)}, make_tensor({2}, DataType::int8, 0),
                                        quant::Op::slice, quant::SliceParameters{{2}});
  network.layers[0].clamp = {0, 1};
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 256 - 3, 4})}).back(), bytes({256 - 3, 4}));
}

TEST(IntegerResize, RowsAndColumnsByThemselves) {
  const quant::Network network =
      make_network({make_tensor({1, 2, 2, 2}, DataType::uint8, 0)}, make_tensor({1, 2, 3, 1}, DataType::uint8, 0),
                   quant::Op::resize, quant::ResizeParameters{{0, 0, 1}, {1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4, 5, 6, 7, 8})}).back(), bytes({2, 2, 4, 6, 6, 8}));
}

TEST(IntegerResize, WithTheChannelsLast) {
  quant::Tensor in = make_tensor({1, 1, 2, 2}, DataType::uint8, 0);  // height 1, width 2, two channels
  quant::Tensor out = make_tensor({1, 1, 3, 2}, DataType::uint8, 0);
  in.channel_axis = out.channel_axis = 3;
  const quant::Network network = make_network({in}, out, quant::Op::resize, quant::ResizeParameters{{0}, {0, 1, 1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4})}).back(), bytes({1, 2, 3, 4, 3, 4}));
}

}  // namespace
}  // namespace intloom::reference
