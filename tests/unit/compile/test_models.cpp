// Real networks on several machines: legal commands, every element of every layer in one piece, tokens that match, and
// a time that a person does not notice. Values of a whole network: tests/system; here of single convolutions.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/disassembly.h"
#include "runtime/compile/compile.h"
#include "runtime/import/import_onnx.h"
#include "runtime/quant/lower.h"
#include "tests/unit/compile/direct_layers.h"
#include "tests/unit/compile/program_executor.h"
#include "tests/unit/compile/random_network.h"
#include "tests/unit/compile/token_order.h"

namespace intloom {
namespace {

std::string model_path(const std::string& name) {
  const char* folder = std::getenv("INTLOOM_MODELS");
  return (folder != nullptr ? std::string(folder) : std::string(INTLOOM_SOURCE_DIR) + "/../shared/models") + "/onnx/" +
         name;
}

isa::MachineDescription machine_of(int rows, int cols) {
  isa::MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  machine.requant.scaling.rounding = machine.vector.scaling.rounding = isa::Rounding::half_even;
  return machine;
}

isa::MachineDescription small_buffers() {
  isa::MachineDescription machine = machine_of(16, 16);
  machine.scratchpad = {4, 4096, 1};
  machine.weight_buffer = {2, 4096, 1};
  machine.parameter_buffer = {2, 1024, 1};
  machine.accumulator.rows_per_bank = 128;
  return machine;
}

void expect_covered_once(const quant::Network& network, const compile::Program& program) {
  std::vector<std::vector<std::uint8_t>> covered(network.tensors.size());
  for (const compile::OutputPiece& piece : program.pieces) {
    const test::MapView view(network.tensor(piece.tensor));
    std::vector<std::uint8_t>& counts = covered[static_cast<std::size_t>(piece.tensor)];
    counts.resize(static_cast<std::size_t>(graph::element_count(network.tensor(piece.tensor).shape)));
    for (std::int64_t c = 0; c < piece.channels; ++c)
      for (std::int64_t y = 0; y < piece.where.height; ++y)
        for (std::int64_t x = 0; x < piece.where.width; ++x)
          ++counts.at(static_cast<std::size_t>(view.index(piece.channel0 + c, piece.y0 + y, piece.x0 + x)));
  }
  for (const compile::Alias& alias : program.alias_of) {
    EXPECT_TRUE(covered[static_cast<std::size_t>(alias.tensor)].empty());
    covered[static_cast<std::size_t>(alias.tensor)].assign(1, 1);
  }
  for (const quant::Layer& layer : network.layers) {
    const std::vector<std::uint8_t>& counts = covered[static_cast<std::size_t>(layer.output)];
    EXPECT_FALSE(counts.empty()) << layer.name;
    EXPECT_TRUE(std::all_of(counts.begin(), counts.end(), [](int count) { return count == 1; })) << layer.name;
  }
}

void expect_sound(const quant::Network& network, const isa::MachineDescription& machine) {
  const auto start = std::chrono::steady_clock::now();
  const compile::Program program = compile::compile(network, machine);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  EXPECT_LT(seconds.count(), 3) << "a hundred times what an optimized build takes";
  for (const isa::Command& command : program.commands)
    ASSERT_EQ(isa::find_fault(command, machine), "") << isa::disassemble(command);
  const test::TokenOrder order(program.commands);
  EXPECT_TRUE(order.complaints().empty()) << order.complaints().front();
  expect_covered_once(network, program);
  std::uint32_t next = 0;
  std::int64_t macs = 0, wanted_macs = 0;
  for (const compile::ProgramLayer& layer : program.layers) {
    EXPECT_EQ(layer.first_command, next);
    next += layer.commands;
    macs += layer.macs;
  }
  EXPECT_EQ(next + 1, program.commands.size()) << "all commands but END belong to a layer";
  for (const quant::Layer& layer : network.layers) wanted_macs += quant::layer_macs(network, layer);
  EXPECT_EQ(macs, wanted_macs);
}

class Models : public testing::TestWithParam<const char*> {};

TEST_P(Models, CompileSoundlyForEveryMachine) {
  const std::string path = model_path(GetParam());
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there (INTLOOM_MODELS names the folder)";
  const quant::Network network = quant::lower(graph::import_onnx(path));
  for (const isa::MachineDescription& machine :
       {machine_of(16, 16), machine_of(8, 8), machine_of(32, 32), machine_of(12, 20), small_buffers()}) {
    SCOPED_TRACE(fmt::format("array {}x{}, scratchpad of {} banks of {} bytes", machine.array.rows, machine.array.cols,
                             machine.scratchpad.banks, machine.scratchpad.bank_bytes));
    expect_sound(network, machine);
  }
}

INSTANTIATE_TEST_SUITE_P(Onnx, Models, testing::Values("mobilenetv2-qdq.onnx", "efficientnet-lite0-qdq-u8s8.onnx"));

class SingleConvolutions : public testing::TestWithParam<const char*> {};

TEST_P(SingleConvolutions, GiveTheirDefinition) {
  const std::string path = model_path(GetParam());
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there (INTLOOM_MODELS names the folder)";
  const quant::Network network = quant::lower(graph::import_onnx(path));
  const isa::MachineDescription machine = small_buffers();
  test::Random random(3);
  const auto inputs = test::random_inputs(random, network);
  const compile::Program program = compile::compile(network, machine);
  test::ProgramExecutor executor(network, program, machine);
  executor.run(inputs);
  EXPECT_TRUE(executor.complaints().empty()) << executor.complaints().front();
  const auto expected = test::run_directly(network, machine, inputs);
  for (const quant::Boundary& output : network.outputs)
    EXPECT_TRUE(executor.output(output.tensor) == expected[static_cast<std::size_t>(output.tensor)]) << output.name;
}

INSTANTIATE_TEST_SUITE_P(Onnx, SingleConvolutions,
                         testing::Values("conv_qdq_u8u8.onnx", "conv_qdq_s8s8.onnx", "conv_qdq_s8s8_perchannel.onnx"));

}  // namespace
}  // namespace intloom
