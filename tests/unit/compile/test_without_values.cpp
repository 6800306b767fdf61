// A program without values is the program with values but for bytes and pieces, and needs no weights to be made.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rtl_models/isa/encoding.h"
#include "runtime/compile/compile.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using testing::HasSubstr;

// Shapes only, as a workload without weights has them.
quant::Network without_weights(quant::Network network) {
  for (quant::Layer& layer : network.layers) {
    if (auto* conv = std::get_if<quant::ConvParameters>(&layer.parameters)) {
      conv->weights.clear();
      conv->bias.clear();
      // What is left of multipliers says only whether there is one for all channels.
      if (conv->multiplier.size() == 1) conv->multiplier.clear();
    }
    if (auto* concat = std::get_if<quant::ConcatParameters>(&layer.parameters)) concat->multiplier.clear();
  }
  for (quant::Tensor& tensor : network.tensors)
    if (tensor.constant) tensor.constant = std::make_shared<graph::TensorData>();
  return network;
}

void expect_same_layers(const compile::Program& with, const compile::Program& without) {
  ASSERT_EQ(with.layers.size(), without.layers.size());
  for (std::size_t i = 0; i < with.layers.size(); ++i) {
    const compile::ProgramLayer &a = with.layers[i], &b = without.layers[i];
    EXPECT_EQ(std::tie(a.name, a.op, a.network_layer, a.macs, a.first_command, a.commands, a.mapping),
              std::tie(b.name, b.op, b.network_layer, b.macs, b.first_command, b.commands, b.mapping));
  }
}

void expect_same_places(const compile::Program& with, const compile::Program& without) {
  ASSERT_EQ(with.segments.size(), without.segments.size());
  for (std::size_t i = 0; i < with.segments.size(); ++i) {
    const compile::MemorySegment &a = with.segments[i], &b = without.segments[i];
    EXPECT_EQ(std::tie(a.address, a.size, a.contents), std::tie(b.address, b.size, b.contents));
    EXPECT_EQ(a.bytes.size(), a.size);
    EXPECT_TRUE(b.bytes.empty());
  }
  const auto expect_same_tensors = [](const auto& a, const auto& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
      EXPECT_EQ(std::tie(a[i].tensor, a[i].address, a[i].bytes), std::tie(b[i].tensor, b[i].address, b[i].bytes));
  };
  expect_same_tensors(with.inputs, without.inputs);
  expect_same_tensors(with.outputs, without.outputs);
  EXPECT_EQ(with.memory_bytes, without.memory_bytes);
  EXPECT_EQ(with.alias_of.size(), without.alias_of.size());
  EXPECT_TRUE(without.pieces.empty());
  EXPECT_TRUE(with.values);
  EXPECT_FALSE(without.values);
}

void expect_same_program(const compile::Program& with, const compile::Program& without) {
  ASSERT_EQ(with.commands.size(), without.commands.size());
  for (std::size_t i = 0; i < with.commands.size(); ++i)
    ASSERT_EQ(isa::encode(with.commands[i]), isa::encode(without.commands[i])) << "command " << i;
  expect_same_layers(with, without);
  expect_same_places(with, without);
}

// False where the machine cannot run the network.
bool check(const quant::Network& network, const isa::MachineDescription& machine) {
  compile::Program with;
  std::string error;
  try {
    with = compile::compile(network, machine);
  } catch (const compile::CompileError& problem) {
    error = problem.what();
  }
  if (!error.empty()) {
    if (error.find("folded makes the bias") != std::string::npos) return false;
    try {
      compile::compile(network, machine, {false});
      ADD_FAILURE() << "compiles without values, but with them: " << error;
    } catch (const compile::CompileError& problem) {
      EXPECT_EQ(problem.what(), error);
    }
    return false;
  }
  expect_same_program(with, compile::compile(network, machine, {false}));
  expect_same_program(with, compile::compile(without_weights(network), machine, {false}));
  return true;
}

class WithoutValues : public testing::TestWithParam<unsigned> {};

TEST_P(WithoutValues, TheSameProgramButForBytesAndPieces) {
  int compiled = 0;
  for (unsigned i = 0; i < 150 && !HasFailure(); ++i) {
    const unsigned seed = GetParam() * 1000 + i;
    test::Random random(seed);
    const quant::Network network = test::random_network(random, static_cast<int>(test::between(random, 1, 8)));
    const isa::MachineDescription machine = test::random_machine(random);
    SCOPED_TRACE(fmt::format("seed {}", seed));
    compiled += check(network, machine) ? 1 : 0;
  }
  EXPECT_GT(compiled, 50);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WithoutValues, testing::Values(71, 72));

quant::Network one_conv() {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  quant::ConvParameters conv;
  conv.channels = 3;
  conv.output_channels = 5;
  builder.add_output(builder.add_conv(builder.add_input({1, 3, 9, 9}), conv));
  return std::move(builder.network());
}

std::string error_of(const quant::Network& network, const isa::MachineDescription& machine, bool values) {
  try {
    compile::compile(network, machine, {values});
  } catch (const compile::CompileError& error) {
    return error.what();
  }
  return {};
}

TEST(WithoutWeights, ValuesNeedThem) {
  const quant::Network network = without_weights(one_conv());
  EXPECT_EQ(error_of(network, {}, false), "");
  EXPECT_THAT(error_of(network, {}, true), HasSubstr("layer conv0 (conv): the layer has no weights"));
}

TEST(WithoutValuesErrors, AreThoseOfMultipliersAndZeroPointsAllTheSame) {
  quant::Network network = one_conv();
  auto& conv = std::get<quant::ConvParameters>(network.layers[0].parameters);
  conv.multiplier = {0.5F, 3.0F, 0.25F, 7.0F, 0.125F};
  isa::MachineDescription machine;
  machine.requant.scaling.shift_min = 30;
  machine.requant.scaling.shift_max = 60;
  EXPECT_THAT(error_of(network, machine, false), HasSubstr("multiplier 3 needs a shift of"));
  EXPECT_EQ(error_of(network, machine, false), error_of(network, machine, true));
  machine = {};
  machine.requant.scaling.per_channel = false;
  EXPECT_THAT(error_of(network, machine, false), HasSubstr("requant.per_channel is false"));
  EXPECT_EQ(error_of(network, machine, false), error_of(network, machine, true));
  machine = {};
  machine.array.zero_point = isa::ZeroPoint::folded;
  conv.weight_zero_point = 3;
  EXPECT_THAT(error_of(network, machine, false), HasSubstr("needs weights with zero point 0"));
  EXPECT_EQ(error_of(network, machine, false), error_of(network, machine, true));
}

}  // namespace
}  // namespace intloom
