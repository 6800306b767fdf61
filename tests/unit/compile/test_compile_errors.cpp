// What a machine cannot run: the message names layer and key, and the value it says would do does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <regex>

#include "runtime/compile/compile.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using testing::HasSubstr;

quant::Network one_conv(std::int64_t channels, std::int64_t outputs, std::int64_t kernel) {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  quant::ConvParameters conv;
  conv.channels = channels;
  conv.output_channels = outputs;
  conv.window.kernel_h = conv.window.kernel_w = kernel;
  builder.add_output(builder.add_conv(builder.add_input({1, channels, 9, 9}), conv));
  return std::move(builder.network());
}

quant::Network global_average() {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  builder.add_output(builder.add_global_pool(builder.add_input({1, 20, 9, 9})));
  return std::move(builder.network());
}

std::string error_of(const quant::Network& network, const isa::MachineDescription& machine) {
  try {
    compile::compile(network, machine);
  } catch (const compile::CompileError& error) {
    return error.what();
  }
  return {};
}

// Sets the key that the message names to the value that it says would do.
void obey(const std::string& message, isa::MachineDescription& machine) {
  const std::map<std::string, std::function<void(std::int64_t)>> keys{
      {"accumulator.rows_per_bank", [&](std::int64_t v) { machine.accumulator.rows_per_bank = static_cast<int>(v); }},
      {"weight_buffer.bank_bytes", [&](std::int64_t v) { machine.weight_buffer.bank_bytes = v; }},
      {"parameter_buffer.bank_bytes", [&](std::int64_t v) { machine.parameter_buffer.bank_bytes = v; }},
      {"scratchpad.bank_bytes", [&](std::int64_t v) { machine.scratchpad.bank_bytes = v; }},
      {"memory.capacity_bytes", [&](std::int64_t v) { machine.memory.capacity_bytes = v; }},
  };
  static const std::regex pattern("([a-z_]+\\.[a-z_]+) is (\\d+), (\\d+) would do");
  std::smatch match;
  ASSERT_TRUE(std::regex_search(message, match, pattern)) << message;
  ASSERT_EQ(keys.count(match[1]), 1U) << message;
  const std::int64_t has = std::stoll(match[2]), needs = std::stoll(match[3]);
  EXPECT_GT(needs, has) << message;
  keys.at(match[1])(needs);
}

isa::MachineDescription hopeless_machine() {
  isa::MachineDescription machine;
  machine.accumulator.rows_per_bank = 1;
  machine.array.cols = 8;
  machine.scratchpad = {3, 4, 1};
  machine.weight_buffer = {2, 8, 1};
  machine.parameter_buffer = {2, 16, 1};
  machine.memory.capacity_bytes = 1024;
  return machine;
}

// Follows the messages until the network compiles; how many it took.
int follow(const quant::Network& network, isa::MachineDescription machine) {
  int steps = 0;
  for (std::string message = error_of(network, machine); !message.empty(); message = error_of(network, machine)) {
    if (++steps > 10 || testing::Test::HasFatalFailure()) break;
    obey(message, machine);
  }
  return steps;
}

TEST(CompileErrors, TheValueThatWouldDoDoes) {
  EXPECT_EQ(follow(one_conv(5, 20, 3), hopeless_machine()), 5);
  EXPECT_GE(follow(global_average(), hopeless_machine()), 2);
  EXPECT_LE(follow(global_average(), hopeless_machine()), 5);
}

TEST(CompileErrors, NameTheLayerAndTheKey) {
  isa::MachineDescription machine;
  machine.weight_buffer = {1, 16, 1};
  EXPECT_EQ(error_of(one_conv(16, 16, 1), machine),
            "layer conv0 (conv): weight_buffer.bank_bytes is 16, 256 would do (one tap of one block)");
  machine = {};
  machine.scratchpad = {1, 1024, 1};
  EXPECT_EQ(
      error_of(global_average(), machine),
      "layer average_pool0 (average_pool): scratchpad.bank_bytes is 1024, 1312 would do (the window of one output "
      "pixel, and the pixel)");
  machine = {};
  machine.memory.capacity_bytes = 100;
  EXPECT_THAT(error_of(one_conv(1, 1, 1), machine), HasSubstr("memory.capacity_bytes is 100, "));
}

TEST(CompileErrors, AWindowOfPaddingOnlyHasNoAverage) {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  builder.add_output(builder.add_global_pool(builder.add_input({1, 4, 3, 3})));
  quant::Layer& layer = builder.network().layers[0];
  quant::PoolParameters pool = layer.pool();
  pool.global = false;
  pool.window.pads = {3, 0, 0, 0};
  layer.parameters = pool;
  EXPECT_THAT(error_of(builder.network(), {}), HasSubstr("wholly in the padding"));
}

}  // namespace
}  // namespace intloom
