// Commands: encoding both ways, what they touch, which are illegal. Expected ranges are worked out by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/disassembly.h"
#include "rtl_models/isa/encoding.h"
#include "rtl_models/isa/parameter_record.h"

namespace intloom::isa {
namespace {

using ::testing::HasSubstr;

MachineDescription machine_of(int rows, int cols) {
  MachineDescription machine;
  machine.array.rows = rows;
  machine.array.cols = cols;
  return machine;
}

Command exec_command() {
  Command command;
  command.unit = Unit::exec;
  Exec exec;
  exec.x = {0, 16, 160, 1600, 10, 10, true};
  exec.window = {3, 3, 1, 1, 1, 1, 1, 1};
  exec.out_height = exec.out_width = 10;
  exec.channels = 20;
  exec.output_channels = 40;
  command.body = exec;
  return command;
}

TEST(Accesses, ExecReadsItsMapAndWeightsAndWritesItsBank) {
  const MachineDescription machine = machine_of(16, 16);
  const auto list = accesses(exec_command(), machine);
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[0].begin, 0U);  // block 0: 10 rows of 160 bytes
  EXPECT_EQ(list[0].end, 1600U);
  EXPECT_EQ(list[1].begin, 1600U);
  EXPECT_EQ(list[1].end, 3200U);
  EXPECT_EQ(list[2].space, Space::weights);
  EXPECT_EQ(list[2].end, 3U * 9U * 20U * 16U);  // 3 groups of 16 columns, 9 taps, 20 channels
  EXPECT_EQ(list[3].space, Space::accumulator);
  EXPECT_TRUE(list[3].write);
}

TEST(Accesses, BanksHeldAreThoseOfTheRanges) {
  const MachineDescription machine = machine_of(16, 16);  // 16 activation banks of 16384 bytes, 4 weight banks of 32768
  Command command = exec_command();
  std::get<Exec>(command.body).x.address = 16384 - 160;
  const BankMask held = banks_held(command, machine);
  EXPECT_EQ(held & 0xFFFFU, 0b11U);
  EXPECT_EQ(held >> 16U, 0b1U);
}

TEST(Accesses, WordsThatDoNotDivideABankLeaveItsTailUnused) {
  const MachineDescription machine = machine_of(12, 20);
  EXPECT_EQ(usable_bank_bytes(machine, Buffer::activations), 16380U);
  EXPECT_EQ(capacity_bytes(machine, Buffer::activations), 16U * 16380U);
}

TEST(Accesses, LoadWithNegativeStridesCoversItsBox) {
  Command command;
  command.unit = Unit::load;
  Transfer transfer;
  transfer.memory_address = 1000;
  transfer.buffer_address = 64;
  transfer.extents = {4, 3, 1};
  transfer.memory_strides = {-1, 10, 0};
  transfer.buffer_strides = {16, 1, 0};
  command.body = transfer;
  const auto list = accesses(command, machine_of(16, 16));
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].begin, 997U);
  EXPECT_EQ(list[0].end, 1021U);
  EXPECT_EQ(list[1].begin, 64U);
  EXPECT_EQ(list[1].end, 64U + 3U * 16U + 2U + 1U);
}

TEST(DepthwiseGroup, IsTheLargestDivisorOfTheRowsThatFitsTheColumns) {
  EXPECT_EQ(depthwise_group(machine_of(16, 16)), 16);
  EXPECT_EQ(depthwise_group(machine_of(12, 20)), 12);
  EXPECT_EQ(depthwise_group(machine_of(20, 12)), 10);
  EXPECT_EQ(depthwise_group(machine_of(17, 8)), 1);
}

TEST(FindFault, AcceptsALegalCommand) { EXPECT_EQ(find_fault(exec_command(), machine_of(16, 16)), ""); }

TEST(FindFault, NamesWhatIsWrong) {
  const MachineDescription machine = machine_of(16, 16);
  Command command = exec_command();
  std::get<Exec>(command.body).x.address = 16 * 16384 - 16;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("outside of activations"));
  command = exec_command();
  std::get<Exec>(command.body).x.row_pitch = 161;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("multiples of the word"));
  command = exec_command();
  std::get<Exec>(command.body).acc_row = 1000;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("outside of a bank of 1024 rows"));
  command = exec_command();
  std::get<Exec>(command.body).acc_bank = 2;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("accumulator banks"));
  command = exec_command();
  command.waits = unit_bit(Unit::exec);
  EXPECT_THAT(find_fault(command, machine), HasSubstr("to itself"));
  command = exec_command();
  command.unit = Unit::vector;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("unit vector cannot run"));
}

Command vector_command(VectorOp op, std::uint32_t records) {
  Command command;
  command.unit = Unit::vector;
  Vector vector;
  vector.op = op;
  vector.a.block_pitch = vector.out.block_pitch = 16;
  vector.out.address = 1024;
  vector.channels = 20;
  vector.parameter_records = records;
  command.body = vector;
  return command;
}

TEST(Accesses, APartOfTheChannelsTouchesTheBlocksItLiesIn) {
  Command command = vector_command(VectorOp::lookup, kTableRecords);
  std::get<Vector>(command.body).in_lane = 13;  // 3 + 16 + 1 channels
  const auto list = accesses(command, machine_of(16, 16));
  ASSERT_EQ(list.size(), 6U);
  EXPECT_EQ(list[2].begin, 32U);  // block 2 of a
  EXPECT_EQ(list[2].end, 48U);
  EXPECT_FALSE(list[2].write);
  EXPECT_EQ(list[3].space, Space::parameters);
  EXPECT_EQ(list[3].end, 264U);
  EXPECT_EQ(list[5].begin, 1040U);
}

TEST(FindFault, OfLanesAndRecordsOfVectors) {
  MachineDescription machine = machine_of(16, 16);
  Command command = vector_command(VectorOp::rescale, 1);
  std::get<Vector>(command.body).in_lane = 15;
  EXPECT_EQ(find_fault(command, machine), "");
  std::get<Vector>(command.body).in_lane = 16;
  EXPECT_EQ(find_fault(command, machine), "in_lane 16 of 16 lanes");
  for (const VectorOp op : {VectorOp::maximum, VectorOp::max_pool}) {
    command = vector_command(op, 2);
    EXPECT_EQ(find_fault(command, machine), "");
    std::get<Vector>(command.body).in_lane = 1;
    EXPECT_THAT(find_fault(command, machine), HasSubstr("which reads its operands from lane 0 on"));
  }
  EXPECT_EQ(find_fault(vector_command(VectorOp::lookup, 22), machine), "");
  EXPECT_EQ(find_fault(vector_command(VectorOp::lookup, 21), machine), "lookup takes 22 parameter records, it has 21");
  EXPECT_EQ(find_fault(vector_command(VectorOp::minimum, 1), machine), "minimum takes 2 parameter records, it has 1");
  EXPECT_EQ(find_fault(vector_command(VectorOp::subtract, 2), machine), "");
  machine.vector.scaling.multiplier = Multiplier::float32;
  EXPECT_EQ(find_fault(vector_command(VectorOp::subtract, 2), machine), "subtract takes 3 parameter records, it has 2");
  command = vector_command(VectorOp::subtract, 3);
  std::get<Vector>(command.body).b.row_pitch = 8;
  EXPECT_THAT(find_fault(command, machine), HasSubstr("pitches of b"));
}

rc::Gen<MapRegion> any_map() {
  return rc::gen::build<MapRegion>(rc::gen::set(&MapRegion::address), rc::gen::set(&MapRegion::pixel_pitch),
                                   rc::gen::set(&MapRegion::row_pitch), rc::gen::set(&MapRegion::block_pitch),
                                   rc::gen::set(&MapRegion::height), rc::gen::set(&MapRegion::width),
                                   rc::gen::set(&MapRegion::is_signed));
}

RC_GTEST_PROP(Encoding, VectorCommandsSurvive, ()) {
  Command command;
  command.unit = Unit::vector;
  command.layer = *rc::gen::arbitrary<std::uint32_t>();
  command.tile = *rc::gen::arbitrary<std::uint32_t>();
  command.waits = *rc::gen::inRange<std::uint8_t>(0, 32);
  command.signals = *rc::gen::inRange<std::uint8_t>(0, 32);
  Vector body;
  body.op = static_cast<VectorOp>(*rc::gen::inRange(0, 9));
  body.a = *any_map();
  body.b = *any_map();
  body.out = *any_map();
  body.channels = *rc::gen::arbitrary<std::uint32_t>();
  body.in_lane = *rc::gen::arbitrary<std::uint32_t>();
  body.out_lane = *rc::gen::arbitrary<std::uint32_t>();
  body.window.pad_left = *rc::gen::inRange(-9, 9);
  body.count_padding = *rc::gen::arbitrary<bool>();
  body.za = *rc::gen::arbitrary<std::int16_t>();
  body.hi = *rc::gen::arbitrary<std::int16_t>();
  command.body = body;
  const Command back = decode(encode(command));
  RC_ASSERT(disassemble(back) == disassemble(command));
  RC_ASSERT(encode(back) == encode(command));
  RC_ASSERT(back.layer == command.layer && back.tile == command.tile);
}

RC_GTEST_PROP(Encoding, TransfersSurvive, ()) {
  Command command;
  command.unit = *rc::gen::element(Unit::load, Unit::store);
  Transfer body;
  body.buffer = static_cast<Buffer>(*rc::gen::inRange(0, 3));
  body.memory_address = *rc::gen::arbitrary<std::uint64_t>();
  for (auto& stride : body.memory_strides) stride = *rc::gen::arbitrary<std::int64_t>();
  for (auto& extent : body.extents) extent = *rc::gen::arbitrary<std::uint32_t>();
  command.body = body;
  const Command back = decode(encode(command));
  RC_ASSERT(back.unit == command.unit);
  RC_ASSERT(std::get<Transfer>(back.body).memory_address == body.memory_address);
  RC_ASSERT(std::get<Transfer>(back.body).memory_strides == body.memory_strides);
  RC_ASSERT(std::get<Transfer>(back.body).extents == body.extents);
}

TEST(Encoding, WordsLieAsDocumented) {
  Command command = exec_command();
  command.waits = unit_bit(Unit::load) | unit_bit(Unit::requant);
  command.signals = unit_bit(Unit::store);
  command.layer = 7;
  command.tile = 3;
  const EncodedCommand words = encode(command);
  EXPECT_EQ(words[0], 1U | 0b00101U << 8U | 0b10000U << 16U);
  EXPECT_EQ(words[1], 7U);
  EXPECT_EQ(words[2], 3U);
  EXPECT_EQ(words[3], 0U);    // dense
  EXPECT_EQ(words[5], 16U);   // x.pixel_pitch
  EXPECT_EQ(words[6], 160U);  // x.row_pitch
}

TEST(Disassembly, NamesTheFirstLaneReadWhereItIsNotTheFirst) {
  Command command = vector_command(VectorOp::lookup, 22);
  EXPECT_THAT(disassemble(command), testing::Not(HasSubstr("in_lane")));
  std::get<Vector>(command.body).in_lane = 5;
  EXPECT_THAT(disassemble(command), HasSubstr("VECTOR  lookup a="));
  EXPECT_THAT(disassemble(command), HasSubstr("in_lane=5"));
}

TEST(Encoding, UnknownOpcodeIsRefused) {
  EncodedCommand words{};
  words[0] = 9;
  EXPECT_THROW(decode(words), std::invalid_argument);
}

TEST(Disassembly, SaysWhatTheCommandDoes) {
  Command command = exec_command();
  command.waits = unit_bit(Unit::load);
  const std::string line = disassemble(command);
  EXPECT_THAT(line, HasSubstr("EXEC"));
  EXPECT_THAT(line, HasSubstr("K=20 N=40"));
  EXPECT_THAT(line, HasSubstr("wait=load"));
}

}  // namespace
}  // namespace intloom::isa
