// Layers of the integer oracle other than convolutions: expected integers by hand, float32 forms recorded from ONNX
// Runtime 1.32.
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/unit/reference/networks.h"

namespace intloom::reference {
namespace {

using graph::DataType;
using isa::Rounding;

const std::vector<int> kA{87, 253, 119, 55,  216, 41,  219, 156, 29,  11,  113, 9,
                          36, 131, 248, 119, 206, 234, 210, 161, 112, 131, 68,  127};
const std::vector<int> kB{97,  63, 254, 3,   24,  49, 248, 177, 225, 51,  184, 94,
                          125, 0,  158, 212, 169, 39, 136, 68,  247, 225, 47,  130};

// Scales 0.05, 0.025 -> 0.1, zero points 101, 7 -> 120.
quant::Network recorded_binary(quant::Op op, std::array<float, 2> multiplier) {
  return make_network({make_tensor({1, 24}, DataType::uint8, 101), make_tensor({1, 24}, DataType::uint8, 7)},
                      make_tensor({1, 24}, DataType::uint8, 120), op, quant::BinaryParameters{multiplier});
}

TEST(IntegerAdd, SumsBeforeItRounds) {
  // (a - 2)/2 + (b - 1)/4: (3, 4) -> 2.5; (1, 1) -> 0.75; (-4, 2) -> -1.5; zero point 10.
  const quant::Network network =
      make_network({make_tensor({1, 3}, DataType::int8, 2), make_tensor({1, 3}, DataType::int8, 1)},
                   make_tensor({1, 3}, DataType::int8, 10), quant::Op::add, quant::BinaryParameters{{0.5F, 0.25F}});
  const std::vector<IntegerTensor> inputs{bytes({5, 3, 256 - 2}), bytes({5, 2, 3})};
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_even), inputs), bytes({12, 11, 8}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::half_up), inputs), bytes({13, 11, 9}));
  EXPECT_EQ(run_layer(network, machine_with(Rounding::floor), inputs), bytes({12, 10, 8}));
}

TEST(IntegerAdd, BroadcastsAlongAnyDimension) {
  const quant::Network network =
      make_network({make_tensor({1, 2, 1, 3}, DataType::uint8, 0), make_tensor({2, 1}, DataType::uint8, 0)},
                   make_tensor({1, 2, 2, 3}, DataType::uint8, 0), quant::Op::add, quant::BinaryParameters{{1, 1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4, 5, 6}), bytes({10, 20})}).back(),
            bytes({11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26}));
}

TEST(IntegerAdd, Float32AsOnnxRuntime) {
  const quant::Network network = recorded_binary(quant::Op::add, {0.05F / 0.1F, 0.025F / 0.1F});
  EXPECT_EQ(run_layer(network, machine_with_float32(), {bytes(kA), bytes(kB)}),
            bytes({136, 210, 191, 96,  182, 100, 239, 190, 138, 86,  170, 96,
                   117, 133, 231, 180, 213, 194, 207, 165, 186, 190, 114, 164}));
}

TEST(IntegerMultiply, ProductOfDifferences) {
  // (a - 2)(b - 1)/8: 3*4 = 12 -> 1.5; -4*6 = -24 -> -3.
  const quant::Network network =
      make_network({make_tensor({1, 2}, DataType::int8, 2), make_tensor({1, 2}, DataType::int8, 1)},
                   make_tensor({1, 2}, DataType::int8, 0), quant::Op::multiply, quant::BinaryParameters{{0.125F, 1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({5, 256 - 2}), bytes({5, 7})}).back(), bytes({2, 256 - 3}));
}

TEST(IntegerMultiply, Float32AsOnnxRuntime) {
  const quant::Network network = recorded_binary(quant::Op::multiply, {0.05F * 0.025F / 0.1F, 1});
  EXPECT_EQ(run_layer(network, machine_with_float32(), {bytes(kA), bytes(kB)}),
            bytes({104, 226, 176, 122, 144, 88,  255, 237, 0,   70,  147, 20,
                   24,  117, 255, 166, 255, 173, 255, 166, 153, 202, 104, 160}));
}

quant::PoolParameters window_2x2(std::array<std::int64_t, 4> pads) {
  quant::PoolParameters pool;
  pool.window.kernel_h = pool.window.kernel_w = 2;
  pool.window.pads = pads;
  return pool;
}

TEST(IntegerPool, MaximumOverTheTapsInside) {
  const quant::Network network =
      make_network({make_tensor({1, 1, 2, 2}, DataType::int8, 5)}, make_tensor({1, 1, 2, 2}, DataType::int8, 5),
                   quant::Op::max_pool, window_2x2({0, 0, 1, 1}));
  EXPECT_EQ(run_exact_reference(network, {bytes({256 - 9, 256 - 8, 256 - 7, 256 - 20})}).back(),
            bytes({256 - 7, 256 - 8, 256 - 7, 256 - 20}));
}

TEST(IntegerPool, AverageCountsThePaddingOnlyWhenTold) {
  // x - zx = {4, 8, 12, 16}; windows that hang over to the right and below.
  quant::PoolParameters pool = window_2x2({0, 0, 1, 1});
  const auto network = [&] {
    return make_network({make_tensor({1, 1, 2, 2}, DataType::uint8, 100)},
                        make_tensor({1, 1, 2, 2}, DataType::uint8, 0), quant::Op::average_pool, pool);
  };
  const std::vector<IntegerTensor> input{bytes({104, 108, 112, 116})};
  EXPECT_EQ(run_exact_reference(network(), input).back(), bytes({10, 12, 14, 16}));
  pool.count_padding = true;
  EXPECT_EQ(run_exact_reference(network(), input).back(), bytes({10, 6, 7, 4}));
  EXPECT_EQ(run_layer(network(), machine_with_float32(), input), bytes({10, 6, 7, 4}));
}

TEST(IntegerPool, GlobalAverageFloat32AsOnnxRuntime) {
  quant::PoolParameters pool;
  pool.global = true;
  pool.multiplier = 0.05F / 0.021F;
  const quant::Network network =
      make_network({make_tensor({1, 5, 3, 4}, DataType::uint8, 101, 0.05F)},
                   make_tensor({1, 5, 1, 1}, DataType::uint8, 120, 0.021F), quant::Op::average_pool, pool);
  const IntegerTensor input =
      bytes({240, 216, 181, 163, 10, 189, 121, 23,  62,  138, 186, 129, 156, 223, 175, 92,  164, 153, 27,  15,
             169, 99,  153, 82,  57, 38,  97,  208, 102, 97,  147, 250, 100, 151, 112, 154, 114, 163, 140, 173,
             244, 38,  143, 112, 91, 61,  13,  103, 211, 24,  103, 247, 243, 55,  1,   171, 3,   76,  127, 223});
  EXPECT_EQ(run_layer(network, machine_with_float32(), {input}), bytes({208, 179, 180, 156, 174}));
  EXPECT_EQ(run_exact_reference(network, {input}).back(), bytes({208, 179, 180, 156, 174}));
}

TEST(IntegerRescale, ChangesScaleZeroPointAndType) {
  // (x - 128) * 0.5 of uint8 as int8 with zero point -1: 128 -> -1; 131 -> 1.5 - 1 (even: 2) = 1; 0 -> -64 - 1.
  const quant::Network network =
      make_network({make_tensor({3}, DataType::uint8, 128)}, make_tensor({3}, DataType::int8, -1), quant::Op::rescale,
                   quant::RescaleParameters{0.5F});
  EXPECT_EQ(run_exact_reference(network, {bytes({128, 131, 0})}).back(), bytes({255, 1, 256 - 65}));
}

TEST(IntegerConcat, RequantizesEachInput) {
  const quant::Network network = make_network(
      {make_tensor({1, 1, 2}, DataType::uint8, 0), make_tensor({1, 2, 2}, DataType::uint8, 10)},
      make_tensor({1, 3, 2}, DataType::uint8, 1), quant::Op::concat, quant::ConcatParameters{1, {1.0F, 2.0F}});
  EXPECT_EQ(run_exact_reference(network, {bytes({7, 8}), bytes({10, 11, 12, 13})}).back(), bytes({8, 9, 1, 3, 5, 7}));
}

TEST(IntegerRelayout, PermutesThenReshapes) {
  const quant::Network network =
      make_network({make_tensor({1, 2, 3}, DataType::uint8, 0)}, make_tensor({1, 6}, DataType::uint8, 0),
                   quant::Op::relayout, quant::RelayoutParameters{{0, 2, 1}});
  EXPECT_EQ(run_exact_reference(network, {bytes({1, 2, 3, 4, 5, 6})}).back(), bytes({1, 4, 2, 5, 3, 6}));
}

TEST(IntegerReference, ConstantsAreValuesAndInputsAreChecked) {
  quant::Network network =
      make_network({make_tensor({1, 2}, DataType::uint8, 0), make_tensor({1}, DataType::uint8, 0)},
                   make_tensor({1, 2}, DataType::uint8, 0), quant::Op::add, quant::BinaryParameters{{1, 1}});
  network.inputs.pop_back();
  graph::TensorData constant = graph::make_tensor(DataType::uint8, {1});
  constant.bytes[0] = 40;
  network.tensors[1].constant = std::make_shared<const graph::TensorData>(constant);
  const std::vector<IntegerTensor> values = run_exact_reference(network, {bytes({1, 2})});
  EXPECT_EQ(values[1], bytes({40}));
  EXPECT_EQ(values[2], bytes({41, 42}));
  EXPECT_THROW(run_exact_reference(network, {bytes({1})}), std::invalid_argument);
  EXPECT_THROW(run_exact_reference(network, {}), std::invalid_argument);
}

}  // namespace
}  // namespace intloom::reference
