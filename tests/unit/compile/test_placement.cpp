// Who stays on chip, and who has which bytes of the buffers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/compile/compile.h"
#include "runtime/compile/placement.h"
#include "tests/unit/compile/direct_layers.h"
#include "tests/unit/compile/program_executor.h"
#include "tests/unit/compile/random_network.h"

namespace intloom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

isa::MachineDescription machine_with_banks(int banks, std::int64_t bytes) {
  isa::MachineDescription machine;
  machine.array.rows = machine.array.cols = 4;
  machine.scratchpad = {banks, bytes, 1};
  machine.weight_buffer = {4, bytes, 1};
  machine.requant.scaling.rounding = machine.vector.scaling.rounding = isa::Rounding::half_even;
  return machine;
}

TEST(ScratchpadBanks, TheTightestRunOfBanks) {
  compile::ScratchpadBanks banks(machine_with_banks(8, 100));
  EXPECT_EQ(banks.allocate(300), 0U);
  EXPECT_EQ(banks.allocate(100), 300U);
  EXPECT_EQ(banks.allocate(150), 400U);
  banks.release(300, 100);
  EXPECT_EQ(banks.allocate(1), 300U) << "one bank between two owners, not one of the two at the end";
  EXPECT_FALSE(banks.allocate(201));
  EXPECT_EQ(banks.free_banks(), 2);
  const mapping::FreeSpace space = banks.free_space(4);
  ASSERT_EQ(space.spans.size(), 1U);
  EXPECT_EQ(space.spans[0].begin, 600U);
  EXPECT_EQ(space.spans[0].size, 200U);
}

TEST(ScratchpadBanks, AddressesRunOverWholeWords) {
  compile::ScratchpadBanks banks(machine_with_banks(4, 10));  // 8 usable bytes
  EXPECT_EQ(banks.allocate(9), 0U);
  EXPECT_EQ(banks.allocate(8), 16U);
}

TEST(BankRing, LayersTakeTurns) {
  compile::BankRing ring(machine_with_banks(8, 100), isa::Buffer::weights);
  EXPECT_EQ(ring.allocate(150), 0U);
  EXPECT_EQ(ring.allocate(100), 200U);
  EXPECT_EQ(ring.allocate(101), 0U) << "two banks, not the last and the first";
  EXPECT_EQ(ring.allocate(200), 200U);
}

// t0 (input), t1, t2, t3 by rescales, then Adds of t1, t2 and t0 in this order.
quant::Network four_tensors() {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  const quant::TensorId t0 = builder.add_input({1, 4, 5, 5});
  const quant::TensorId t1 = builder.add_rescale(t0), t2 = builder.add_rescale(t1), t3 = builder.add_rescale(t2);
  quant::TensorId sum = t3;
  for (const quant::TensorId other : {t1, t2, t0}) sum = builder.add_binary(sum, other, quant::Op::add);
  builder.add_output(sum);
  return std::move(builder.network());
}

TEST(Placement, TheFarthestNextUseGivesWayAndInputsLast) {
  const quant::Network network = four_tensors();
  const isa::MachineDescription machine = machine_with_banks(16, 100);
  compile::Context context(network, machine, compile::CompileOptions{},
                           std::vector<bool>(network.layers.size(), false));
  std::vector<compile::StorageId> ids;
  for (quant::TensorId tensor = 0; tensor < 4; ++tensor) {
    ids.push_back(context.storages.id(tensor));
    compile::Storage& storage = context.storages[ids.back()];
    storage.buffer_address = *context.scratchpad.allocate(storage.bytes);
    storage.on_chip = true;
  }
  context.now = 3;  // t4 = t3 + t1: t2 is used by layer 4, t0 by layer 5
  EXPECT_THAT(compile::eviction_order(context, {ids[3], ids[1]}), ElementsAre(ids[0], ids[2], ids[1], ids[3]));
  const auto placement = compile::make_placement(context, context.storages.id(4), {ids[0], ids[2]}, 1, true, 4);
  ASSERT_TRUE(placement);
  EXPECT_FALSE(placement->resident(context, ids[0]));
  EXPECT_TRUE(placement->resident(context, ids[2]));
}

// Banks for three of the tensors: one is stored before its use and loaded again. 100 bytes each, one bank.
TEST(Placement, AnEvictedTensorComesBackTileByTile) {
  const quant::Network network = four_tensors();
  for (const int banks : {3, 4, 5, 6, 8}) {
    const isa::MachineDescription machine = machine_with_banks(banks, 100);
    const compile::Program program = compile::compile(network, machine);
    test::Random random(7);
    const auto inputs = test::random_inputs(random, network);
    test::ProgramExecutor executor(network, program, machine);
    executor.run(inputs);
    EXPECT_TRUE(executor.complaints().empty()) << executor.complaints().front();
    const auto expected = test::run_directly(network, machine, inputs);
    const quant::TensorId output = network.outputs[0].tensor;
    EXPECT_TRUE(executor.output(output) == expected[static_cast<std::size_t>(output)]) << banks << " banks";
    std::int64_t stores = 0;
    for (const isa::Command& command : program.commands)
      stores += !std::holds_alternative<isa::End>(command.body) && command.unit == isa::Unit::store ? 1 : 0;
    EXPECT_TRUE(banks != 8 || stores == 1) << "all stay on chip; only the output is stored";
    EXPECT_TRUE(banks != 3 || stores > 1);
  }
}

TEST(Placement, OutputsStayOnChipWhereTheyFit) {
  test::Random random(1);
  test::NetworkBuilder builder(random);
  builder.add_output(builder.add_rescale(builder.add_rescale(builder.add_input({1, 4, 5, 5}))));
  const compile::Program program = compile::compile(builder.network(), machine_with_banks(8, 100));
  ASSERT_EQ(program.layers.size(), 4U);
  EXPECT_THAT(program.layers[1].mapping, HasSubstr("output on chip"));
  EXPECT_THAT(program.layers[2].mapping, HasSubstr("output on chip"));
}

}  // namespace
}  // namespace intloom
