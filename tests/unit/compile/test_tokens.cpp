// Tokens of programs made by hand, against orders worked out by hand; and of random programs, against a check of every
// pair of commands.
#include <gtest/gtest.h>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "runtime/compile/compile.h"
#include "runtime/compile/tokens.h"
#include "tests/unit/compile/random_network.h"
#include "tests/unit/compile/token_order.h"

namespace intloom {
namespace {

using isa::Unit;

// 4 scratchpad banks of 64 bytes: words of 4 bytes.
isa::MachineDescription small_machine() {
  isa::MachineDescription machine;
  machine.array.rows = machine.array.cols = 4;
  machine.scratchpad = {4, 64, 1};
  machine.weight_buffer = {2, 64, 1};
  machine.parameter_buffer = {1, 240, 1};
  return machine;
}

isa::Command transfer(Unit unit, std::uint64_t memory, std::uint32_t address, std::uint32_t bytes) {
  isa::Transfer body;
  body.memory_address = memory;
  body.buffer_address = address;
  body.extents[0] = bytes;
  isa::Command command;
  command.unit = unit;
  command.body = body;
  return command;
}

isa::Command vector(std::uint32_t from, std::uint32_t to) {
  isa::Vector body;
  body.a = {from, 4, 4, 4, 1, 1, true};
  body.out = {to, 4, 4, 4, 1, 1, true};
  isa::Command command;
  command.unit = Unit::vector;
  command.body = body;
  return command;
}

isa::Command exec(std::uint32_t acc_bank) {
  isa::Exec body;
  body.x = {0, 4, 4, 4, 1, 1, true};
  body.acc_bank = acc_bank;
  isa::Command command;
  command.unit = Unit::exec;
  command.body = body;
  return command;
}

isa::Command requant(std::uint32_t acc_bank, std::uint32_t to) {
  isa::Requant body;
  body.acc_bank = acc_bank;
  body.out = {to, 4, 4, 4, 1, 1, true};
  isa::Command command;
  command.unit = Unit::requant;
  command.body = body;
  return command;
}

unsigned bits(std::initializer_list<Unit> units) {
  unsigned mask = 0;
  for (const Unit unit : units) mask |= isa::unit_bit(unit);
  return mask;
}

TEST(Tokens, AChainWaitsFromCommandToCommand) {
  isa::CommandStream commands{transfer(Unit::load, 0, 0, 4), exec(0), requant(0, 64),
                              transfer(Unit::store, 100, 64, 4)};
  compile::insert_tokens(commands, small_machine(), 0);
  EXPECT_EQ(commands[0].signals, bits({Unit::exec}));
  EXPECT_EQ(commands[1].waits, bits({Unit::load}));
  EXPECT_EQ(commands[1].signals, bits({Unit::requant}));
  EXPECT_EQ(commands[2].waits, bits({Unit::exec}));
  EXPECT_EQ(commands[2].signals, bits({Unit::store}));
  EXPECT_EQ(commands[3].waits, bits({Unit::requant}));
  EXPECT_EQ(commands[3].signals, 0);
}

TEST(Tokens, CommandsThatShareNothingDoNotWait) {
  isa::CommandStream commands{transfer(Unit::load, 0, 0, 4), vector(64, 128), transfer(Unit::store, 500, 192, 4)};
  compile::insert_tokens(commands, small_machine(), 0);
  for (const isa::Command& command : commands) EXPECT_EQ(command.waits | command.signals, 0);
}

TEST(Tokens, ReadersOfOneBankAreOrderedToo) {
  // VECTOR and STORE both only read bank 0, at different words; a bank has one owner at a time.
  isa::CommandStream commands{vector(0, 64), transfer(Unit::store, 500, 8, 4)};
  compile::insert_tokens(commands, small_machine(), 0);
  EXPECT_EQ(commands[1].waits, bits({Unit::vector}));
}

TEST(Tokens, WhatIsImpliedIsNotWaitedFor) {
  // The STORE follows the LOAD through the VECTOR; the second LOAD follows the VECTOR through the STORE.
  isa::CommandStream commands{transfer(Unit::load, 0, 0, 4), vector(0, 4), transfer(Unit::store, 500, 0, 8),
                              transfer(Unit::load, 0, 0, 4)};
  compile::insert_tokens(commands, small_machine(), 0);
  EXPECT_EQ(commands[2].waits, bits({Unit::vector}));
  EXPECT_EQ(commands[3].waits, bits({Unit::store}));
  EXPECT_EQ(commands[0].signals, bits({Unit::vector}));
  EXPECT_EQ(commands[1].signals, bits({Unit::store}));
}

TEST(Tokens, MemoryIsOrderedByBytes) {
  isa::CommandStream commands{transfer(Unit::store, 100, 0, 16), transfer(Unit::load, 112, 64, 8),
                              transfer(Unit::load, 200, 128, 8), transfer(Unit::store, 204, 192, 4)};
  compile::insert_tokens(commands, small_machine(), 0);
  EXPECT_EQ(commands[1].waits, bits({Unit::store})) << "reads 112..115, which the STORE wrote";
  EXPECT_EQ(commands[2].waits, 0U);
  EXPECT_EQ(commands[3].waits, bits({Unit::load})) << "overwrites what the LOAD read";
}

TEST(Tokens, ConstantsAreNotOrdered) {
  isa::CommandStream commands{transfer(Unit::load, 0, 0, 64), transfer(Unit::load, 0, 64, 64)};
  compile::insert_tokens(commands, small_machine(), 64);
  EXPECT_EQ(commands[0].signals | commands[1].waits, 0);
}

TEST(Tokens, ASecondConsumerOfOneProducerNeedsNoSecondToken) {
  isa::CommandStream commands{transfer(Unit::load, 0, 0, 64), vector(0, 64), vector(4, 128)};
  compile::insert_tokens(commands, small_machine(), 0);
  EXPECT_EQ(commands[1].waits, bits({Unit::load}));
  EXPECT_EQ(commands[2].waits, 0U) << "the first VECTOR has waited for it";
}

// Whether two commands of different units need an order: written pair by pair, from accesses() and banks_held().
bool conflict(const isa::Command& a, const isa::Command& b, const isa::MachineDescription& machine) {
  if ((isa::banks_held(a, machine) & isa::banks_held(b, machine)) != 0) return true;
  for (const isa::Access& x : isa::accesses(a, machine))
    for (const isa::Access& y : isa::accesses(b, machine))
      if (x.space == y.space && (x.write || y.write) && x.begin < y.end && y.begin < x.end) return true;
  return false;
}

// Conflicting pairs of different units; -1 in `unordered` where all are ordered.
struct Pairs {
  std::int64_t count = 0, unordered = -1;
};

Pairs check_pairs(const isa::CommandStream& commands, const isa::MachineDescription& machine) {
  const test::TokenOrder order(commands);
  EXPECT_TRUE(order.complaints().empty()) << order.complaints().front();
  Pairs pairs;
  for (std::size_t j = 0; j + 1 < commands.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (commands[i].unit == commands[j].unit || !conflict(commands[i], commands[j], machine)) continue;
      ++pairs.count;
      if (!order.ends_before_start(static_cast<std::int64_t>(i), static_cast<std::int64_t>(j)))
        pairs.unordered = static_cast<std::int64_t>(j);
    }
  }
  return pairs;
}

TEST(Tokens, OrderEveryConflictingPairOfRandomPrograms) {
  int programs = 0;
  std::int64_t pairs = 0;
  for (unsigned seed = 0; programs < 25; ++seed) {
    test::Random random(seed);
    const quant::Network network = test::random_network(random, 3);
    const isa::MachineDescription machine = test::random_machine(random);
    compile::Program program;
    try {
      program = compile::compile(network, machine);
    } catch (const compile::CompileError&) {
      continue;
    }
    if (program.commands.size() > 200) continue;
    ++programs;
    const Pairs checked = check_pairs(program.commands, machine);
    EXPECT_EQ(checked.unordered, -1) << "seed " << seed;
    pairs += checked.count;
  }
  EXPECT_GT(pairs, 1000);
}

// Takes out one wait of `consumer`, and the token it took: the n-th taken from `unit` is the n-th given.
isa::CommandStream without_wait(isa::CommandStream commands, std::size_t consumer, unsigned unit) {
  const unsigned to = static_cast<unsigned>(commands[consumer].unit);
  int number = 0;
  for (std::size_t i = 0; i < consumer; ++i)
    if (static_cast<unsigned>(commands[i].unit) == to && (commands[i].waits >> unit & 1U) != 0) ++number;
  commands[consumer].waits = static_cast<std::uint8_t>(commands[consumer].waits & ~(1U << unit));
  for (isa::Command& command : commands) {
    if (static_cast<unsigned>(command.unit) != unit || (command.signals >> to & 1U) == 0 || number-- > 0) continue;
    command.signals = static_cast<std::uint8_t>(command.signals & ~(1U << to));
    break;
  }
  return commands;
}

TEST(Tokens, EveryWaitIsNeeded) {
  isa::MachineDescription machine = small_machine();
  machine.scratchpad = {8, 512, 1};
  machine.weight_buffer = {2, 1024, 1};
  test::Random random(5);
  test::NetworkBuilder builder(random);
  builder.add_output(builder.add_conv(builder.add_conv(builder.add_input({1, 6, 6, 6}))));
  const isa::CommandStream commands = compile::compile(builder.network(), machine).commands;
  ASSERT_EQ(check_pairs(commands, machine).unordered, -1);
  int removed = 0;
  for (std::size_t j = 0; j < commands.size(); ++j) {
    for (unsigned unit = 0; unit < isa::kUnits; ++unit) {
      if ((commands[j].waits >> unit & 1U) == 0) continue;
      EXPECT_NE(check_pairs(without_wait(commands, j, unit), machine).unordered, -1) << "command " << j;
      ++removed;
    }
  }
  EXPECT_GT(removed, 10);
}

}  // namespace
}  // namespace intloom
