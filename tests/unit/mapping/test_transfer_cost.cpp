// The closed form against the walk over all bursts (rtl_models/timing/dma_timing.h).
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "rtl_models/timing/dma_timing.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom {
namespace {

isa::MachineDescription random_machine(std::mt19937& random) {
  const auto pick = [&](std::initializer_list<int> values) {
    return *(values.begin() + static_cast<std::ptrdiff_t>(random() % values.size()));
  };
  isa::MachineDescription machine;
  machine.array.rows = pick({8, 12, 16, 32});
  machine.dma.bytes_per_cycle = pick({4, 16, 32});
  machine.dma.outstanding_bursts = pick({1, 4, 8, 32});
  machine.memory.bytes_per_cycle = pick({4, 16});
  machine.memory.read_latency_cycles = pick({10, 100, 300});
  machine.memory.write_latency_cycles = pick({10, 50});
  machine.memory.burst_bytes = pick({32, 64, 128});
  machine.memory.clock_period_ps = pick({500, 1000, 2000});
  return machine;
}

TEST(TransferCost, IsNearTheExactTime) {
  std::mt19937 random(1);
  double worst = 0, sum = 0;
  constexpr int kCases = 600;
  for (int i = 0; i < kCases; ++i) {
    const isa::MachineDescription machine = random_machine(random);
    const auto word = static_cast<std::uint32_t>(machine.array.rows);
    const auto up_to = [&](unsigned most) { return static_cast<std::uint32_t>(1 + random() % most); };
    isa::Transfer transfer;
    transfer.extents = {word * up_to(60), up_to(12), up_to(4)};
    const std::int64_t row = transfer.extents[0], gap = machine.memory.burst_bytes * 7;
    transfer.memory_strides = {1, row + gap, (row + gap) * transfer.extents[1]};
    transfer.buffer_strides = {1, row, row * transfer.extents[1]};
    const mapping::TransferShape shape{std::int64_t{transfer.extents[1]} * transfer.extents[2], row, word};
    const bool is_load = random() % 2 == 0;
    const double exact = static_cast<double>(is_load ? timing::load_duration(transfer, machine)
                                                     : timing::store_duration(transfer, machine));
    const double estimate = is_load ? mapping::load_cycles(shape, machine) : mapping::store_cycles(shape, machine);
    const double error = std::abs(estimate - exact) / exact;
    worst = std::max(worst, error);
    sum += error;
  }
  EXPECT_LT(sum / kCases, 0.15);
  EXPECT_LT(worst, 0.7) << "short runs that straddle bursts are the worst";
}

TEST(TransferCost, LongRunsAreExactToAFewCycles) {
  const isa::MachineDescription machine;
  isa::Transfer transfer;
  transfer.extents[0] = 64 * 800;
  const auto exact = static_cast<double>(timing::load_duration(transfer, machine));
  EXPECT_NEAR(mapping::load_cycles({1, 64 * 800, 16}, machine), exact, exact * 0.02);
}

}  // namespace
}  // namespace intloom
