// REQUANT on the host against requant_scene.h: random commands, ties and what lies next to them, every instruction set
// of the machine, every number of threads.
#include "rtl_models/kernels/requant_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include "tests/unit/kernels/highway_targets.h"
#include "tests/unit/kernels/requant_scene.h"

namespace intloom::test {
namespace {

using isa::Rounding;
using Random = std::mt19937_64;

constexpr Rounding kRoundings[] = {Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::tflite_double,
                                   Rounding::floor};

int pick(Random& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

void expect_equal(const RequantScene& scene, int threads = 1) {
  const RequantOutcome expected = expected_requant(scene), result = run_requant_kernel(scene, threads);
  EXPECT_EQ(result.saturations, expected.saturations);
  EXPECT_TRUE(result.activations == expected.activations);
}

// sums 1, 3, 5, -1, -3, -5 and 4 of halves: 0.5, 1.5, 2.5, -0.5, -1.5, -2.5, 2.
TEST(RequantKernel, RoundsTiesAsTheModeSays) {
  const std::vector<std::pair<Rounding, std::vector<int>>> expected = {
      {Rounding::half_even, {0, 2, 2, 0, -2, -2, 2}},
      {Rounding::half_up, {1, 2, 3, 0, -1, -2, 2}},
      {Rounding::half_away, {1, 2, 3, -1, -2, -3, 2}},
      {Rounding::floor, {0, 1, 2, -1, -2, -3, 2}},
  };
  const int sums[] = {1, 3, 5, -1, -3, -5, 4};
  for (const auto& [rounding, values] : expected) {
    RequantScene scene = requant_scene(8, 7, 1);
    scene.machine.requant.scaling.rounding = rounding;
    scene.records.assign(7, {0, 1U << 30, 31});
    for (std::uint32_t c = 0; c < 7; ++c) requant_sum(scene, c, 0) = sums[c];
    const RequantOutcome result = run_requant_kernel(scene);
    for (std::size_t c = 0; c < 7; ++c) EXPECT_EQ(static_cast<std::int8_t>(result.activations[c]), values[c]) << c;
    EXPECT_EQ(result.activations[7], 0xA5);  // no channel of the command
    EXPECT_EQ(result.saturations, 0);
  }
}

// The bias joins without wrapping: 2^31 - 1 + 2^31 - 1 times 2^-26 is 64 (63.99...), and -2^32 times 2^-26 is -64.
TEST(RequantKernel, SumAndBiasDoNotWrap) {
  RequantScene scene = requant_scene(8, 8, 2);
  const std::int32_t top = std::numeric_limits<std::int32_t>::max(), bottom = std::numeric_limits<std::int32_t>::min();
  for (int c = 0; c < 8; ++c) scene.records.push_back({c % 2 == 0 ? top : bottom, 1U << 30, 56});
  for (std::uint32_t c = 0; c < 8; ++c) requant_sum(scene, c, 0) = c % 2 == 0 ? top : bottom;
  const RequantOutcome result = run_requant_kernel(scene);
  for (std::size_t c = 0; c < 8; ++c) EXPECT_EQ(static_cast<std::int8_t>(result.activations[c]), c % 2 == 0 ? 64 : -64);
  expect_equal(scene);
}

// Multipliers of all widths; sums the nearest to each tie of the output's range (floor: to each integer), and up to two
// beside. What lies next to a tie differs from it by far less than float32 resolves.
RequantScene scene_of_ties(Rounding rounding, int bits, Random& random) {
  RequantScene scene = requant_scene(16, 16, 5 * 259);
  scene.machine.requant.scaling.rounding = rounding;
  scene.machine.requant.scaling.multiplier_bits = bits;
  scene.command.zy = static_cast<std::int16_t>(pick(random, -20, 20));
  for (std::uint32_t c = 0; c < 16; ++c) {
    const std::uint64_t top = std::uint64_t{1} << std::max(bits - 1, 0);
    const auto m0 = static_cast<std::uint32_t>(top + (c % 4 == 0 ? 0 : random() % top));
    const int n = bits + pick(random, 1, 21), bias = pick(random, -100000, 100000);
    scene.records.push_back({bias, m0, static_cast<std::uint8_t>(n)});
    for (std::uint32_t p = 0; p < 5 * 259; ++p) {
      const double decision = static_cast<double>(p / 5) - 129.5 + (rounding == Rounding::floor ? 0.5 : 0.0);
      const auto nearest = static_cast<std::int64_t>(std::llround(decision * std::ldexp(1.0, n) / m0));
      const std::int64_t sum = nearest + static_cast<int>(p % 5) - 2 - bias;
      requant_sum(scene, c, p) = std::clamp<std::int64_t>(sum, std::numeric_limits<std::int32_t>::min(),
                                                          std::numeric_limits<std::int32_t>::max());
    }
  }
  return scene;
}

TEST(RequantKernel, HoldsAtTiesAndNextToThem) {
  on_each_target([] {
    Random random(11);
    for (const Rounding rounding : kRoundings)
      for (const int bits : {1, 8, 15, 24, 31, 32}) expect_equal(scene_of_ties(rounding, bits, random));
  });
}

// Exact ties with 31 bits: odd * 2^24 times odd * 2^(n - 25) is odd * odd / 2 * 2^n.
TEST(RequantKernel, HoldsAtExactTiesOf31Bits) {
  on_each_target([] {
    for (const Rounding rounding : kRoundings) {
      RequantScene scene = requant_scene(16, 16, 6);
      scene.machine.requant.scaling.rounding = rounding;
      for (std::uint32_t c = 0; c < 16; ++c) {
        scene.records.push_back({1000, (65U + 4 * c) << 24, 40});
        for (std::uint32_t p = 0; p < 6; ++p)
          requant_sum(scene, c, p) = (p % 2 == 0 ? 1 : -1) * (1 << 15) - 1000 + (static_cast<int>(p / 2) - 1);
      }
      expect_equal(scene);
    }
  });
}

RequantScene random_scene(std::uint64_t seed) {
  Random random(seed);
  RequantScene scene;
  isa::MachineDescription& machine = scene.machine;
  machine.array.rows = pick(random, 0, 1) == 0 ? 16 : pick(random, 1, 40);
  machine.array.cols = pick(random, 0, 1) == 0 ? 16 : pick(random, 1, 40);
  machine.accumulator.width_bits = pick(random, 0, 2) == 0 ? 48 : 32;
  isa::ScalingDescription& scaling = machine.requant.scaling;
  scaling.multiplier = pick(random, 0, 3) == 0 ? isa::Multiplier::float32 : isa::Multiplier::fixed;
  scaling.multiplier_bits = pick(random, 0, 32);
  scaling.rounding = kRoundings[pick(random, 0, 4)];
  scaling.out_of_range = pick(random, 0, 3) == 0 ? isa::OutOfRange::wrap : isa::OutOfRange::saturate;
  isa::Requant& command = scene.command;
  command.acc_bank = static_cast<std::uint32_t>(pick(random, 0, 1));
  command.acc_row = static_cast<std::uint32_t>(pick(random, 0, 5));
  command.channels = static_cast<std::uint32_t>(pick(random, 1, 90));
  command.group_channels = static_cast<std::uint32_t>(pick(random, 1, machine.array.cols));
  if (pick(random, 0, 1) == 0) command.group_channels = static_cast<std::uint32_t>(machine.array.cols);
  command.parameter_address = 12 * static_cast<std::uint32_t>(pick(random, 0, 3));
  command.per_channel = pick(random, 0, 2) != 0;
  command.out.is_signed = pick(random, 0, 1) == 0;
  const int bottom = command.out.is_signed ? -128 : 0;
  command.zy = static_cast<std::int16_t>(bottom + pick(random, 0, 255));
  command.lo = static_cast<std::int16_t>(bottom + pick(random, 0, 100));
  command.hi = static_cast<std::int16_t>(bottom + pick(random, 150, 255));
  const auto word = static_cast<std::uint32_t>(machine.array.rows);
  isa::MapRegion& out = command.out;
  out.height = static_cast<std::uint32_t>(pick(random, 1, 6));
  out.width = static_cast<std::uint32_t>(pick(random, 1, 40));
  out.address = word * static_cast<std::uint32_t>(pick(random, 0, 9));
  out.pixel_pitch = word * static_cast<std::uint32_t>(pick(random, 0, 1) == 0 ? 1 : pick(random, 1, 3));
  out.row_pitch = out.pixel_pitch * out.width + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  out.block_pitch = out.row_pitch * out.height + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  const std::size_t blocks = (command.channels - 1) / word + 1;
  scene.activations.assign(out.address + blocks * out.block_pitch, 0x5A);

  const int size = pick(random, 4, 40);  // of the sums, in bits; the multiplier brings most of them to eight
  for (std::uint32_t c = 0; c < command.channels; ++c) {
    isa::ParameterRecord record;
    record.bias = static_cast<std::int32_t>(random()) >> std::min(31, pick(random, 32 - std::min(size, 32), 32));
    const int shift = std::max(0, size - 8 + pick(random, -2, 2)), bits = scaling.multiplier_bits;
    if (scaling.multiplier == isa::Multiplier::float32) {
      const float m = std::ldexp(1.0F + static_cast<float>(random() % 8388608) / 8388608.0F, -shift);
      std::memcpy(&record.m0, &m, 4);
    } else {
      const std::uint64_t top = std::uint64_t{1} << std::max(bits - 1, 0);
      record.m0 = static_cast<std::uint32_t>(top + random() % top);
      record.n = static_cast<std::uint8_t>(pick(random, 0, 20) == 0 ? pick(random, 0, 255) : bits + shift);
    }
    if (!command.per_channel && c > 0) {
      record.m0 = scene.records[0].m0;
      record.n = scene.records[0].n;
    }
    scene.records.push_back(record);
  }
  const std::size_t groups = (command.channels - 1) / command.group_channels + 1;
  const std::size_t rows = command.acc_row + groups * out.height * out.width;
  machine.accumulator.rows_per_bank = static_cast<int>(rows);
  scene.sums.resize(rows * static_cast<std::size_t>(machine.array.cols));
  const int width = std::min(size, machine.accumulator.width_bits);
  for (std::int64_t& sum : scene.sums) sum = static_cast<std::int64_t>(random()) >> (64 - pick(random, 2, width));
  return scene;
}

RC_GTEST_PROP(RequantKernel, EqualsTheFormula, (std::uint64_t seed)) {
  on_each_target([&] {
    for (std::uint64_t i = 0; i < 2; ++i) {
      const RequantScene scene = random_scene(seed + i);
      const RequantOutcome expected = expected_requant(scene), result = run_requant_kernel(scene);
      RC_ASSERT(result.saturations == expected.saturations);
      RC_ASSERT(result.activations == expected.activations);
    }
  });
}

// Infinite and undefined multipliers saturate as the unit's conversion does: NaN and +inf to hi, -inf to lo; 0 * inf is
// NaN.
TEST(RequantKernel, SaturatesFloatMultipliersThatAreNotFinite) {
  RequantScene scene = requant_scene(8, 8, 1);
  scene.machine.requant.scaling.multiplier = isa::Multiplier::float32;
  for (int c = 0; c < 8; ++c) scene.records.push_back({0, c == 4 ? 0x7FC00000U : 0x7F800000U, 0});
  const int sums[] = {1, -1, 0, 5, 1, -5, 1, -1};
  for (std::uint32_t c = 0; c < 8; ++c) requant_sum(scene, c, 0) = sums[c];
  const RequantOutcome result = run_requant_kernel(scene);
  const int expected[] = {127, -128, 127, 127, 127, -128, 127, -128};
  for (std::size_t c = 0; c < 8; ++c) EXPECT_EQ(static_cast<std::int8_t>(result.activations[c]), expected[c]) << c;
  EXPECT_EQ(result.saturations, 8);
}

// Pixels that share a word: the last one in the unit's order stays.
TEST(RequantKernel, WritesSharedWordsInOrder) {
  RequantScene scene = requant_scene(16, 16, 4000);
  scene.records.assign(16, {0, 1U << 30, 30});
  scene.command.out.pixel_pitch = 0;
  for (std::uint32_t p = 0; p < 4000; ++p)
    for (std::uint32_t c = 0; c < 16; ++c) requant_sum(scene, c, p) = static_cast<int>((p + c) % 100);
  const RequantOutcome result = run_requant_kernel(scene, 3);
  for (std::size_t c = 0; c < 16; ++c) EXPECT_EQ(result.activations[c], (3999 + c) % 100);
}

TEST(RequantKernel, IsTheSameOnAnyNumberOfThreads) {
  Random random(5);
  RequantScene scene = requant_scene(16, 72, 3000);
  for (std::uint32_t c = 0; c < 72; ++c)
    scene.records.push_back({pick(random, -5000, 5000), static_cast<std::uint32_t>(random() >> 33) | (1U << 30), 38});
  for (std::int64_t& sum : scene.sums) sum = pick(random, -20000, 20000);
  for (const int threads : {1, 2, 3}) expect_equal(scene, threads);
}

}  // namespace
}  // namespace intloom::test
