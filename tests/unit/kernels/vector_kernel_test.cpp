// VECTOR on the host against the formulas above isa::Vector (tests/block/vector/vector_expected.h, which shares nothing
// with rtl_models): random commands, ties, overlapping regions, every instruction set, every number of threads.
#include "rtl_models/kernels/vector_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/isa/vector_operation.h"
#include "tests/unit/kernels/highway_targets.h"
#include "tests/unit/kernels/vector_scene.h"

namespace intloom::test {
namespace {

using isa::Rounding;
using isa::VectorOp;
using Random = VectorRandom;
using Scene = VectorKernelScene;

struct Outcome {
  std::vector<std::uint8_t> activations;
  std::int64_t saturations = 0;
};

Outcome run_kernel(const Scene& scene, int threads = 1) {
  std::vector<std::uint8_t> parameters(scene.command.parameter_address);
  const std::vector<std::uint8_t> own = parameter_bytes(scene.records, scene.table);
  parameters.insert(parameters.end(), own.begin(), own.end());
  isa::Vector command = scene.command;
  command.parameter_records = static_cast<std::uint32_t>(scene.records.size());
  Outcome outcome{scene.activations, 0};
  kernels::ThreadPool pool(threads);
  outcome.saturations =
      kernels::run_vector(command, scene.machine, parameters.data(), outcome.activations.data(), pool);
  return outcome;
}

Outcome expected(const Scene& scene) {
  Outcome outcome{scene.activations, 0};
  outcome.saturations = static_cast<std::int64_t>(
      apply_vector(scene.command, scene.records, scene.machine, outcome.activations, scene.table));
  return outcome;
}

void expect_equal(const Scene& scene, int threads = 1) {
  const Outcome wanted = expected(scene), result = run_kernel(scene, threads);
  EXPECT_EQ(result.saturations, wanted.saturations);
  EXPECT_TRUE(result.activations == wanted.activations);
}

// All 65536 pairs of bytes; a from 0 on, b behind it, the result behind that.
Scene scene_of_pairs(VectorOp op, Rounding rounding) {
  Scene scene;
  scene.machine.vector.scaling.rounding = rounding;
  scene.command.op = op;
  scene.command.channels = 16;
  scene.command.a = region(0, 16, 64, 64);
  scene.command.b = region(65536, 16, 64, 64);
  scene.command.out = region(131072, 16, 64, 64);
  scene.activations.resize(3 * 65536);
  for (std::size_t i = 0; i < 65536; ++i) {
    scene.activations[i] = static_cast<std::uint8_t>(i % 256);
    scene.activations[65536 + i] = static_cast<std::uint8_t>(i / 256);
  }
  return scene;
}

// Multipliers that make every second, fourth, ... pair a tie, and their neighbours, 2^-30 beside the tie.
TEST(VectorKernel, AddsAndMultipliesAtTiesAndNextToThem) {
  on_each_target([] {
    for (const Rounding rounding : kVectorRoundings) {
      for (const int beside : {-1, 0, 1}) {
        Scene add = scene_of_pairs(VectorOp::add, rounding);
        const auto quarter = static_cast<std::uint32_t>((1 << 30) + beside);
        add.records = {{0, quarter, 31}, {0, quarter / 2, 31}};
        add.command.za = -3;
        add.command.zb = 8;
        expect_equal(add);
        Scene multiply = scene_of_pairs(VectorOp::multiply, rounding);
        multiply.records = {{0, quarter, 36}};
        multiply.command.zy = 5;
        expect_equal(multiply);
      }
    }
  });
}

// Random multipliers chosen so that one pair's sum is as near to a tie (floor: to an integer) as integers come, which
// float32 cannot tell from the other side of it.
TEST(VectorKernel, AddsPairsNextToATieOfAnyMultipliers) {
  on_each_target([] {
    Random random(17);
    for (const Rounding rounding : kVectorRoundings) {
      for (int i = 0; i < 12; ++i) {
        Scene scene = scene_of_pairs(VectorOp::add, rounding);
        scene.command.a.height = scene.command.b.height = scene.command.out.height = 4;
        const int n = 31, b = pick(random, 64, 120), integer = pick(random, 100, 120);
        for (std::size_t y = 0; y < 4; ++y)
          std::fill_n(scene.activations.begin() + static_cast<std::ptrdiff_t>(65536 + 1024 * y), 1024,
                      static_cast<std::uint8_t>(y % 2 == 0 ? b : -b));
        const std::uint32_t ma = (1U << 30) | static_cast<std::uint32_t>(random() >> 34);
        const double decision = std::ldexp(integer + (rounding == Rounding::floor ? 0.0 : 0.5), n);
        const double mb = (decision - pick(random, 10, 60) * static_cast<double>(ma)) / b;
        scene.records = {{0, ma, n}, {0, static_cast<std::uint32_t>(mb + pick(random, 0, 1)), n}};
        expect_equal(scene);
      }
    }
  });
}

// (3 + 5) / 2 + 1 = 5, (-3 + 4) / 2 = 0.5 to even 0, + 1 = 1; (127 + 127) / 2 + 1 saturates.
TEST(VectorKernel, AddsByHand) {
  Scene scene = scene_of_pairs(VectorOp::add, Rounding::half_even);
  scene.command.channels = 3;
  scene.command.a.height = scene.command.out.height = scene.command.out.width = 1;
  scene.command.zy = 1;
  scene.records = {{0, 1U << 30, 31}, {0, 1U << 30, 31}};
  const int a[] = {3, -3, 127}, b[] = {5, 4, 127}, out[] = {5, 1, 127};
  for (std::size_t i = 0; i < 3; ++i) {
    scene.activations[i] = static_cast<std::uint8_t>(a[i]);
    scene.activations[65536 + i] = static_cast<std::uint8_t>(b[i]);
  }
  const Outcome result = run_kernel(scene);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(static_cast<std::int8_t>(result.activations[131072 + i]), out[i]);
  EXPECT_EQ(result.saturations, 1);
}

// Ties of each operand, the smaller and the larger one, clamped and wrapped.
TEST(VectorKernel, SubtractsAndComparesAllPairs) {
  on_each_target([] {
    for (const VectorOp op : {VectorOp::subtract, VectorOp::maximum, VectorOp::minimum}) {
      for (const Rounding rounding : kVectorRoundings) {
        for (const isa::OutOfRange range : {isa::OutOfRange::saturate, isa::OutOfRange::wrap}) {
          Scene scene = scene_of_pairs(op, rounding);
          scene.machine.vector.scaling.out_of_range = range;
          scene.records = {{0, 1U << 30, 31}, {0, (1U << 29) + 1, 31}};
          scene.command.za = -3;
          scene.command.zb = 8;
          scene.command.zy = 60;
          scene.command.lo = -100;
          expect_equal(scene);
        }
      }
      Scene floats = scene_of_pairs(op, Rounding::half_even);
      floats.machine.vector.scaling.multiplier = isa::Multiplier::float32;
      floats.records = {float_record(0.737F), float_record(op == VectorOp::subtract ? -0.5F : 0.5F),
                        float_record(1.5F)};
      expect_equal(floats);
    }
  });
}

// Lanes 3, 0, 1 of three words; what lies before and behind them in the output stays.
TEST(VectorKernel, LooksUpAPartOfTheChannelsByHand) {
  Scene scene;
  scene.machine.array.rows = 4;
  scene.command.op = VectorOp::lookup;
  scene.command.channels = 3;
  scene.command.in_lane = 3;
  scene.command.out_lane = 1;
  scene.command.a = region(0, 4, 1, 1);
  scene.command.out = region(8, 4, 1, 1);
  scene.command.lo = scene.command.hi = 0;  // not looked at
  scene.records.resize(22);
  for (int entry = 0; entry < 256; ++entry) scene.table.push_back(static_cast<std::uint8_t>(entry ^ 0x81));
  scene.activations = {1, 2, 3, 0x80, 0xFF, 6, 7, 8, 50, 51, 52, 53};
  const Outcome result = run_kernel(scene);
  EXPECT_EQ(result.activations, (std::vector<std::uint8_t>{1, 2, 3, 0x80, 0xFF, 6, 7, 8, 50, 0x01, 0x7E, 0x87}));
  EXPECT_EQ(result.saturations, 0);
}

TEST(VectorKernel, AddsAndMultipliesFloatsOfAllPairs) {
  on_each_target([] {
    Scene add = scene_of_pairs(VectorOp::add, Rounding::half_even);
    add.machine.vector.scaling.multiplier = isa::Multiplier::float32;
    for (const float m : {0.5F, 0.25F, 0.737F}) {
      add.records = {float_record(m), float_record(0.5F), float_record(1.5F)};
      expect_equal(add);
      Scene multiply = scene_of_pairs(VectorOp::multiply, Rounding::half_even);
      multiply.machine.vector.scaling.multiplier = isa::Multiplier::float32;
      multiply.records = {float_record(m / 64)};
      multiply.command.zy = -7;
      expect_equal(multiply);
    }
  });
}

RC_GTEST_PROP(VectorKernel, EqualsTheFormulas, (std::uint64_t seed)) {
  on_each_target([&] {
    for (std::uint64_t i = 0; i < 5; ++i) {
      const Scene scene = random_vector_scene(seed + i);
      const Outcome wanted = expected(scene), result = run_kernel(scene);
      RC_ASSERT(result.saturations == wanted.saturations);
      RC_ASSERT(result.activations == wanted.activations);
    }
  });
}

// A copy of 40 words to `shift` words further on, over its own input. A result is seen by the reads of steps
// latency 3 + scratchpad latency 2 + 2 = 7 later: a shift of 5 copies what was there before, one of 7 or more repeats
// the first `shift` words.
TEST(VectorKernel, SeesItsOwnResultsAfterTheUnitsDelay) {
  for (const std::uint32_t shift : {1U, 5U, 7U, 9U}) {
    Scene scene;
    scene.machine.vector.scaling.rounding = Rounding::half_even;
    scene.machine.vector.latency_cycles = 3;
    scene.machine.scratchpad.read_latency_cycles = 2;
    scene.command.channels = 16;
    scene.command.a = region(0, 16, 1, 40);
    scene.command.out = region(16 * shift, 16, 1, 40);
    scene.records = {{0, 1U << 30, 30}};
    for (std::uint32_t i = 0; i < 16 * (40 + shift); ++i)
      scene.activations.push_back(static_cast<std::uint8_t>(i / 16));
    const Outcome result = run_kernel(scene);
    for (std::uint32_t word = shift; word < 40 + shift; ++word)
      EXPECT_EQ(result.activations[16 * word], shift < 7 ? word - shift : word % shift) << shift << ", word " << word;
  }
}

TEST(VectorKernel, IsTheSameOnAnyNumberOfThreads) {
  Random random(3);
  for (const VectorOp op : {VectorOp::rescale, VectorOp::lookup, VectorOp::add, VectorOp::minimum, VectorOp::max_pool,
                            VectorOp::average_pool}) {
    Scene scene;
    scene.machine.vector.scaling.rounding = Rounding::half_up;
    scene.command.op = op;
    scene.command.channels = 40;
    scene.command.a = scene.command.b = region(0, 16, 60, 61);
    scene.command.out = region(16 * 60 * 61 * 3, 16, 60, 61);
    scene.command.out_lane = 9;
    if (isa::is_pool(op)) scene.command.window = {3, 3, 1, 1, 1, 1, 1, 1};
    scene.records = {{0, 1234567890U, 32}, {0, 1334567890U, 32}};
    if (isa::takes_in_lane(op)) scene.command.in_lane = 5;
    if (op == VectorOp::lookup) {
      scene.records.resize(22);
      scene.table.resize(256);
      for (std::uint8_t& byte : scene.table) byte = static_cast<std::uint8_t>(random());
    }
    scene.activations.resize(16 * 60 * 61 * 7);
    for (std::uint8_t& byte : scene.activations) byte = static_cast<std::uint8_t>(random());
    for (const int threads : {1, 2, 3}) expect_equal(scene, threads);
  }
}

TEST(VectorKernel, RefusesACommandOfTooFewRecords) {
  Scene scene = scene_of_pairs(VectorOp::add, Rounding::half_even);
  scene.records = {{0, 1U << 30, 31}};
  EXPECT_THROW(run_kernel(scene), std::invalid_argument);
}

}  // namespace
}  // namespace intloom::test
