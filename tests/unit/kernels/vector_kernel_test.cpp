// VECTOR on the host against the formulas above isa::Vector (tests/block/vector/vector_expected.h, which shares nothing
// with rtl_models): random commands, ties, overlapping regions, every instruction set, every number of threads.
#include "rtl_models/kernels/vector_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <stdexcept>

#include "rtl_models/isa/parameter_record.h"
#include "tests/block/vector/vector_expected.h"
#include "tests/unit/kernels/highway_targets.h"

namespace intloom::test {
namespace {

using isa::Rounding;
using isa::VectorOp;
using Random = std::mt19937_64;

constexpr Rounding kRoundings[] = {Rounding::half_even, Rounding::half_up, Rounding::half_away, Rounding::tflite_double,
                                   Rounding::floor};

int pick(Random& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

struct Scene {
  isa::MachineDescription machine;
  isa::Vector command;
  VectorRecords records;
  std::vector<std::uint8_t> activations;
};

struct Outcome {
  std::vector<std::uint8_t> activations;
  std::int64_t saturations = 0;
};

Outcome run_kernel(const Scene& scene, int threads = 1) {
  std::vector<std::uint8_t> parameters(scene.command.parameter_address + scene.records.size() * 12);
  for (std::size_t i = 0; i < scene.records.size(); ++i)
    isa::write_parameter_record(scene.records[i], parameters.data() + scene.command.parameter_address + 12 * i);
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
  outcome.saturations =
      static_cast<std::int64_t>(apply_vector(scene.command, scene.records, scene.machine, outcome.activations));
  return outcome;
}

void expect_equal(const Scene& scene, int threads = 1) {
  const Outcome wanted = expected(scene), result = run_kernel(scene, threads);
  EXPECT_EQ(result.saturations, wanted.saturations);
  EXPECT_TRUE(result.activations == wanted.activations);
}

isa::MapRegion region(std::uint32_t address, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                      bool is_signed = true) {
  return {address, word, word * width, word * width * height, height, width, is_signed};
}

isa::ParameterRecord float_record(float value) {
  isa::ParameterRecord record;
  std::memcpy(&record.m0, &value, 4);
  return record;
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
    for (const Rounding rounding : kRoundings) {
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
    for (const Rounding rounding : kRoundings) {
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

bool pools(VectorOp op) { return op == VectorOp::max_pool || op == VectorOp::average_pool; }

// A region of `blocks` blocks behind the bytes that are in use.
isa::MapRegion random_region(Random& random, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                             std::uint32_t blocks, std::uint32_t& used) {
  isa::MapRegion map = region(0, word, height, width, pick(random, 0, 1) == 0);
  map.pixel_pitch = word * static_cast<std::uint32_t>(std::max(1, pick(random, -3, 3)));
  map.row_pitch = map.pixel_pitch * width + word * static_cast<std::uint32_t>(std::max(0, pick(random, -3, 2)));
  map.block_pitch = map.row_pitch * height + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  map.address = used + word * static_cast<std::uint32_t>(pick(random, 0, 3));
  used = map.address + map.block_pitch * blocks + word;
  return map;
}

void broadcast_randomly(Random& random, isa::MapRegion& map) {
  if (pick(random, 0, 3) == 0) map.pixel_pitch = 0;
  if (pick(random, 0, 3) == 0) map.row_pitch = 0;
  if (pick(random, 0, 5) == 0) map.block_pitch = 0;
}

void choose_regions(Random& random, Scene& scene) {
  isa::Vector& command = scene.command;
  const auto word = static_cast<std::uint32_t>(scene.machine.array.rows);
  const std::uint32_t blocks = (command.channels + word - 1) / word;
  const auto height = static_cast<std::uint32_t>(pick(random, 1, 5)),
             width = static_cast<std::uint32_t>(pick(random, 1, 20));
  std::uint32_t used = 0;
  if (pools(command.op)) {
    command.window = {pick(random, 1, 3), pick(random, 1, 3), pick(random, 1, 3),  pick(random, 1, 3),
                      pick(random, 1, 2), pick(random, 1, 2), pick(random, -1, 2), pick(random, -1, 2)};
    command.a = random_region(random, word, static_cast<std::uint32_t>(pick(random, 1, 9)),
                              static_cast<std::uint32_t>(pick(random, 1, 30)), blocks, used);
    command.count_padding = pick(random, 0, 2) == 0;
  } else {
    command.a = random_region(random, word, height, width, blocks, used);
    command.b = random_region(random, word, height, width, blocks, used);
    broadcast_randomly(random, command.a);
    broadcast_randomly(random, command.b);
  }
  command.out = random_region(random, word, height, width, blocks + 1, used);
  if (!pools(command.op) && pick(random, 0, 4) == 0) {  // in place
    command.out_lane = 0;
    (pick(random, 0, 1) == 0 ? command.a : command.b) = command.out;
  }
  scene.activations.resize(used);
  for (std::uint8_t& byte : scene.activations) byte = static_cast<std::uint8_t>(random());
}

// Multipliers of a size that gives results around the output's range.
void choose_records(Random& random, Scene& scene) {
  const isa::Vector& command = scene.command;
  const isa::ScalingDescription& scaling = scene.machine.vector.scaling;
  const int taps = command.window.kernel_h * command.window.kernel_w;
  const bool by_count = command.op == VectorOp::average_pool && pick(random, 0, 2) != 0;
  const std::size_t count = command.op == VectorOp::add ? 3 : by_count ? static_cast<std::size_t>(taps) : 1;
  const int size = command.op == VectorOp::multiply ? -7 : command.op == VectorOp::average_pool ? -2 : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const float mantissa = 1.0F + static_cast<float>(random() % 8388608) / 8388608.0F;
    const float value = std::ldexp(mantissa, size - pick(random, 0, 3));
    if (scaling.multiplier == isa::Multiplier::float32) {
      scene.records.push_back(float_record(i == 2 ? 100.0F * (mantissa - 1.5F) : value));
    } else {
      const int n = std::max(0, scaling.multiplier_bits - size + pick(random, -1, 3));
      const std::uint64_t top = std::uint64_t{1} << std::max(scaling.multiplier_bits - 1, 0);
      scene.records.push_back({99, static_cast<std::uint32_t>(top + random() % top), static_cast<std::uint8_t>(n)});
    }
  }
}

Scene random_scene(std::uint64_t seed) {
  Random random(seed);
  Scene scene;
  isa::MachineDescription& machine = scene.machine;
  machine.array.rows = pick(random, 0, 1) == 0 ? 16 : pick(random, 1, 40);
  machine.vector.lanes = pick(random, 1, 24);
  machine.vector.latency_cycles = pick(random, 0, 7);
  isa::ScalingDescription& scaling = machine.vector.scaling;
  scaling.multiplier = pick(random, 0, 2) == 0 ? isa::Multiplier::float32 : isa::Multiplier::fixed;
  scaling.multiplier_bits = pick(random, 0, 32);
  scaling.rounding = kRoundings[pick(random, 0, 4)];
  scaling.out_of_range = pick(random, 0, 3) == 0 ? isa::OutOfRange::wrap : isa::OutOfRange::saturate;
  isa::Vector& command = scene.command;
  command.op = static_cast<VectorOp>(pick(random, 0, 4));
  command.channels = static_cast<std::uint32_t>(pick(random, 1, 70));
  command.parameter_address = 12 * static_cast<std::uint32_t>(pick(random, 0, 3));
  command.out_lane = pick(random, 0, 1) == 0 ? 0 : static_cast<std::uint32_t>(pick(random, 0, machine.array.rows - 1));
  choose_regions(random, scene);
  choose_records(random, scene);
  const auto zero_point = [&](bool is_signed) {
    return static_cast<std::int16_t>(pick(random, 0, 255) - (is_signed ? 128 : 0));
  };
  command.za = zero_point(command.a.is_signed);
  command.zb = zero_point(command.b.is_signed);
  command.zy = zero_point(command.out.is_signed);
  const int bottom = command.out.is_signed ? -128 : 0;
  command.lo = static_cast<std::int16_t>(bottom + pick(random, 0, 60));
  command.hi = static_cast<std::int16_t>(bottom + pick(random, 200, 255));
  return scene;
}

RC_GTEST_PROP(VectorKernel, EqualsTheFormulas, (std::uint64_t seed)) {
  on_each_target([&] {
    for (std::uint64_t i = 0; i < 5; ++i) {
      const Scene scene = random_scene(seed + i);
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
  for (const VectorOp op : {VectorOp::rescale, VectorOp::add, VectorOp::max_pool, VectorOp::average_pool}) {
    Scene scene;
    scene.machine.vector.scaling.rounding = Rounding::half_up;
    scene.command.op = op;
    scene.command.channels = 40;
    scene.command.a = scene.command.b = region(0, 16, 60, 61);
    scene.command.out = region(16 * 60 * 61 * 3, 16, 60, 61);
    scene.command.out_lane = 9;
    if (pools(op)) scene.command.window = {3, 3, 1, 1, 1, 1, 1, 1};
    scene.records = {{0, 1234567890U, 32}, {0, 1334567890U, 32}};
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
