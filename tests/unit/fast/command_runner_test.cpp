#include "rtl_models/fast/command_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string>

#include "tests/unit/fast/small_program.h"

namespace intloom::fast {
namespace {

// Copies between cells of 1 KiB of the scratchpad, each a STORE or a LOAD by way of memory of its own: what a command
// leaves depends on the order of those that share a cell.
isa::CommandStream random_copies(unsigned seed, std::size_t count) {
  std::mt19937 random(seed);
  isa::CommandStream program;
  for (std::size_t i = 0; i < count; ++i) {
    const auto cell = static_cast<std::uint32_t>(random() % 12) * 1024;
    const std::uint64_t memory = (random() % 6) * 4096;
    program.push_back(test::transfer(random() % 2 == 0 ? isa::Unit::load : isa::Unit::store, isa::Buffer::activations,
                                     memory, cell, 16));
  }
  return program;
}

// A model of the copies without bytes: what each place holds is a number.
struct Places {
  std::vector<std::uint64_t> cells = std::vector<std::uint64_t>(12, 1), memory = std::vector<std::uint64_t>(6, 2);

  void run(const isa::CommandStream& program, std::uint32_t position) {
    const auto& transfer = std::get<isa::Transfer>(program[position].body);
    std::uint64_t& cell = cells[transfer.buffer_address / 1024];
    std::uint64_t& place = memory[transfer.memory_address / 4096];
    std::uint64_t& to = program[position].unit == isa::Unit::load ? cell : place;
    to = (cell ^ place) * 6364136223846793005ULL + position;
  }
};

std::vector<std::uint32_t> in_turn(std::size_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), 0U);
  return order;
}

TEST(CommandRunner, LeavesWhatOneThreadLeaves) {
  constexpr std::size_t kCommands = 400;
  for (const int threads : {1, 2, 3, 5}) {
    kernels::ThreadPool pool(threads);
    for (unsigned seed = 0; seed < 20; ++seed) {
      const isa::CommandStream program = random_copies(seed, kCommands);
      Places expected;
      for (std::uint32_t i = 0; i < kCommands; ++i) expected.run(program, i);
      CommandRunner runner(CommandOrder(program, in_turn(kCommands), test::small_machine()), kCommands);
      for (int run = 0; run < 3; ++run) {
        Places places;
        runner.run(pool, [&](std::uint32_t position) { places.run(program, position); });
        EXPECT_EQ(places.cells, expected.cells) << threads << " threads, seed " << seed;
        EXPECT_EQ(places.memory, expected.memory) << threads << " threads, seed " << seed;
      }
    }
  }
}

TEST(CommandRunner, ThrowsWhatTheEarliestCommandThrowsAndRunsAllBeforeIt) {
  constexpr std::size_t kCommands = 200;
  for (const int threads : {1, 2, 4}) {
    kernels::ThreadPool pool(threads);
    const isa::CommandStream program = random_copies(7, kCommands);
    CommandRunner runner(CommandOrder(program, in_turn(kCommands), test::small_machine()), kCommands);
    std::vector<std::atomic<int>> ran(kCommands);
    const auto execute = [&](std::uint32_t position) {
      if (position == 120 || position == 121 || position == 130) throw std::runtime_error(std::to_string(position));
      ++ran[position];
    };
    try {
      runner.run(pool, execute);
      ADD_FAILURE() << "no exception";
    } catch (const std::runtime_error& error) {
      EXPECT_EQ(std::string(error.what()), "120");
    }
    for (std::size_t i = 0; i < 120; ++i) EXPECT_EQ(ran[i].load(), 1) << i;
    std::atomic<int> count{0};
    runner.run(pool, [&](std::uint32_t) { ++count; });  // and it goes on
    EXPECT_EQ(count.load(), static_cast<int>(kCommands));
  }
}

}  // namespace
}  // namespace intloom::fast
