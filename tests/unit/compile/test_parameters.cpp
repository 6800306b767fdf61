// Records by hand: M = m0 * 2^-n with the top bit of m0 set.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "rtl_models/isa/parameter_record.h"
#include "runtime/compile/compile.h"
#include "runtime/compile/parameters.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using testing::HasSubstr;

// A 1x1 convolution of 2 channels to 3: weights [1 2] [3 4] [-5 6], bias 10 20 30.
quant::Network small_conv(std::vector<float> multiplier) {
  quant::Network network;
  network.tensors.resize(2);
  network.tensors[0] = {"x", "", {1, 2, 1, 1}, graph::DataType::uint8, 1, 7, 1, nullptr};
  network.tensors[1] = {"y", "", {1, 3, 1, 1}, graph::DataType::int8, 1, -1, 1, nullptr};
  quant::ConvParameters conv;
  conv.channels = 2;
  conv.output_channels = 3;
  conv.weights = {1, 2, 3, 4, -5, 6};
  conv.bias = {10, 20, 30};
  conv.multiplier = std::move(multiplier);
  quant::Layer layer;
  layer.name = "conv1";
  layer.onnx_op = "Conv";
  layer.inputs = {0};
  layer.output = 1;
  layer.parameters = conv;
  network.layers.push_back(layer);
  return network;
}

isa::ParameterRecord record(const std::vector<std::uint8_t>& bytes, std::size_t i) {
  return isa::read_parameter_record(bytes.data() + i * isa::kParameterRecordBytes);
}

std::int32_t word(const std::vector<std::uint8_t>& bytes, std::size_t offset) {
  std::int32_t value = 0;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

float as_float(std::uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

std::string error_of(const quant::Network& network, const isa::MachineDescription& machine) {
  try {
    compile::conv_parameters(network, network.layers[0], machine, 0, 3);
  } catch (const compile::CompileError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Parameters, ARecordForEachChannel) {
  const quant::Network network = small_conv({0.5F, 0.375F, 1.0F});
  const auto bytes = compile::conv_parameters(network, network.layers[0], {}, 1, 2);
  ASSERT_EQ(bytes.size(), 24U);
  EXPECT_EQ(record(bytes, 0).bias, 20);
  EXPECT_EQ(record(bytes, 0).m0, 0x60000000U);  // 0.375 = 1.5 * 2^-2
  EXPECT_EQ(record(bytes, 0).n, 32);
  EXPECT_EQ(record(bytes, 1).bias, 30);
  EXPECT_EQ(record(bytes, 1).m0, 0x40000000U);
  EXPECT_EQ(record(bytes, 1).n, 30);
}

TEST(Parameters, OneMultiplierAndItsBiases) {
  const quant::Network network = small_conv({0.5F});
  const auto bytes = compile::conv_parameters(network, network.layers[0], {}, 0, 3);
  ASSERT_EQ(bytes.size(), 24U);
  EXPECT_EQ(record(bytes, 0).m0, 0x40000000U);
  EXPECT_EQ(record(bytes, 0).n, 31);
  EXPECT_EQ(word(bytes, 12), 10);
  EXPECT_EQ(word(bytes, 16), 20);
  EXPECT_EQ(word(bytes, 20), 30);
}

TEST(Parameters, FoldedBiasHoldsTheZeroPoint) {
  isa::MachineDescription machine;
  machine.array.zero_point = isa::ZeroPoint::folded;
  const quant::Network network = small_conv({0.5F});
  const auto bytes = compile::conv_parameters(network, network.layers[0], machine, 0, 3);
  EXPECT_EQ(word(bytes, 12), 10 - 7 * 3);
  EXPECT_EQ(word(bytes, 16), 20 - 7 * 7);
  EXPECT_EQ(word(bytes, 20), 30 - 7 * 1);
}

TEST(Parameters, FloatMultiplierIsTheFloatsBits) {
  isa::MachineDescription machine;
  machine.requant.scaling.multiplier = isa::Multiplier::float32;
  const quant::Network network = small_conv({0.3F});
  EXPECT_EQ(as_float(record(compile::conv_parameters(network, network.layers[0], machine, 0, 1), 0).m0), 0.3F);
}

TEST(Parameters, WhatTheRequantizerCannotDoIsAnError) {
  isa::MachineDescription machine;
  machine.requant.scaling.per_channel = false;
  EXPECT_THAT(error_of(small_conv({0.5F, 0.25F, 1.0F}), machine), HasSubstr("conv1 (Conv): 3 weight scales"));
  machine = {};
  machine.requant.scaling.shift_min = 33;
  EXPECT_THAT(error_of(small_conv({0.5F}), machine), HasSubstr("requant.shift_min is 33"));
}

TEST(Parameters, FoldingNeedsSymmetricWeightsAndABiasOf32Bits) {
  isa::MachineDescription machine;
  machine.array.zero_point = isa::ZeroPoint::folded;
  quant::Network network = small_conv({0.5F});
  std::get<quant::ConvParameters>(network.layers[0].parameters).weight_zero_point = 3;
  EXPECT_THAT(error_of(network, machine), HasSubstr("weights with zero point 0, these have 3"));
  network = small_conv({0.5F});
  std::get<quant::ConvParameters>(network.layers[0].parameters).bias[2] = -2147483645;
  EXPECT_THAT(error_of(network, machine), HasSubstr("bias of channel 2 -2147483652, beyond 32 bits"));
}

TEST(Parameters, AddHasOneShiftForBoth) {
  quant::Network network = small_conv({1});
  network.tensors.push_back(network.tensors[0]);
  quant::Layer layer = network.layers[0];
  layer.inputs = {0, 2};
  layer.parameters = quant::BinaryParameters{{0.75F, 0.1875F}};
  const auto bytes = compile::add_parameters(network, layer, {});
  ASSERT_EQ(bytes.size(), 24U);
  EXPECT_EQ(record(bytes, 0).m0, 0x60000000U);
  EXPECT_EQ(record(bytes, 1).m0, 0x18000000U);
  EXPECT_EQ(record(bytes, 0).n, 31);
  EXPECT_EQ(record(bytes, 1).n, 31);
  isa::MachineDescription machine;
  machine.vector.scaling.multiplier = isa::Multiplier::float32;
  const auto floats = compile::add_parameters(network, layer, machine);
  ASSERT_EQ(floats.size(), 36U);
  EXPECT_EQ(as_float(record(floats, 2).m0), -1.0F - (0.75F * 7 + 0.1875F * 7));  // exact in float
}

TEST(Parameters, AverageDividesByTheCount) {
  quant::Network network = small_conv({1});
  quant::Layer layer = network.layers[0];
  quant::PoolParameters pool;
  pool.multiplier = 3;
  layer.parameters = pool;
  const auto bytes = compile::average_parameters(network, layer, {}, 2, 4);
  ASSERT_EQ(bytes.size(), 36U);
  EXPECT_EQ(record(bytes, 0).m0, 0x60000000U);  // 1.5
  EXPECT_EQ(record(bytes, 0).n, 30);
  EXPECT_EQ(record(bytes, 1).m0, 0x40000000U);  // 1
  EXPECT_EQ(record(bytes, 2).m0, 0x60000000U);  // 0.75
  EXPECT_EQ(record(bytes, 2).n, 31);
}

}  // namespace
}  // namespace intloom
