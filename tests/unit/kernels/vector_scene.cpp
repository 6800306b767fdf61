#include "tests/unit/kernels/vector_scene.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace intloom::test {

using isa::VectorOp;

int pick(VectorRandom& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

isa::MapRegion region(std::uint32_t address, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                      bool is_signed) {
  return {address, word, word * width, word * width * height, height, width, is_signed};
}

isa::ParameterRecord float_record(float value) {
  isa::ParameterRecord record;
  std::memcpy(&record.m0, &value, 4);
  return record;
}

namespace {

bool pools(VectorOp op) { return op == VectorOp::max_pool || op == VectorOp::average_pool; }

// A region of `blocks` blocks behind the bytes that are in use.
isa::MapRegion random_region(VectorRandom& random, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                             std::uint32_t blocks, std::uint32_t& used) {
  isa::MapRegion map = region(0, word, height, width, pick(random, 0, 1) == 0);
  map.pixel_pitch = word * static_cast<std::uint32_t>(std::max(1, pick(random, -3, 3)));
  map.row_pitch = map.pixel_pitch * width + word * static_cast<std::uint32_t>(std::max(0, pick(random, -3, 2)));
  map.block_pitch = map.row_pitch * height + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  map.address = used + word * static_cast<std::uint32_t>(pick(random, 0, 3));
  used = map.address + map.block_pitch * blocks + word;
  return map;
}

void broadcast_randomly(VectorRandom& random, isa::MapRegion& map) {
  if (pick(random, 0, 3) == 0) map.pixel_pitch = 0;
  if (pick(random, 0, 3) == 0) map.row_pitch = 0;
  if (pick(random, 0, 5) == 0) map.block_pitch = 0;
}

void choose_regions(VectorRandom& random, VectorKernelScene& scene) {
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
    command.a = random_region(random, word, height, width, blocks + 1, used);
    command.b = random_region(random, word, height, width, blocks, used);
    broadcast_randomly(random, command.a);
    broadcast_randomly(random, command.b);
  }
  command.out = random_region(random, word, height, width, blocks + 1, used);
  // In place: a channel that does not move up is read before its lane is written.
  if (!pools(command.op) && pick(random, 0, 4) == 0) {
    command.out_lane = static_cast<std::uint32_t>(pick(random, 0, static_cast<int>(command.in_lane)));
    (pick(random, 0, 1) == 0 ? command.a : command.b) = command.out;
  }
  scene.activations.resize(used);
  for (std::uint8_t& byte : scene.activations) byte = static_cast<std::uint8_t>(random());
}

// Multipliers of a size that gives results around the output's range.
void choose_records(VectorRandom& random, VectorKernelScene& scene) {
  const isa::Vector& command = scene.command;
  const isa::ScalingDescription& scaling = scene.machine.vector.scaling;
  const int taps = command.window.kernel_h * command.window.kernel_w;
  const bool by_count = command.op == VectorOp::average_pool && pick(random, 0, 2) != 0;
  const bool sum = command.op == VectorOp::add || command.op == VectorOp::subtract;
  const bool extremum = command.op == VectorOp::maximum || command.op == VectorOp::minimum;
  const int count = command.op == VectorOp::lookup ? 22 : sum ? 3 : extremum ? 2 : by_count ? taps : 1;
  if (command.op == VectorOp::lookup)
    for (int entry = 0; entry < 256; ++entry) scene.table.push_back(static_cast<std::uint8_t>(random()));
  const int size = command.op == VectorOp::multiply ? -7 : command.op == VectorOp::average_pool ? -2 : 0;
  for (int i = 0; i < count; ++i) {
    const float mantissa = 1.0F + static_cast<float>(random() % 8388608) / 8388608.0F;
    const bool subtracted = i == 1 && command.op == VectorOp::subtract;  // float32: its sign is the multiplier's
    const float value = std::ldexp(subtracted ? -mantissa : mantissa, size - pick(random, 0, 3));
    if (scaling.multiplier == isa::Multiplier::float32) {
      scene.records.push_back(float_record(i == 2 ? 100.0F * (mantissa - 1.5F) : value));
    } else {
      const int n = std::max(0, scaling.multiplier_bits - size + pick(random, -1, 3));
      const std::uint64_t top = std::uint64_t{1} << std::max(scaling.multiplier_bits - 1, 0);
      scene.records.push_back({99, static_cast<std::uint32_t>(top + random() % top), static_cast<std::uint8_t>(n)});
    }
  }
}

}  // namespace

VectorKernelScene random_vector_scene(std::uint64_t seed) {
  VectorRandom random(seed);
  VectorKernelScene scene;
  isa::MachineDescription& machine = scene.machine;
  machine.array.rows = pick(random, 0, 1) == 0 ? 16 : pick(random, 1, 40);
  machine.vector.lanes = pick(random, 1, 24);
  machine.vector.table_lanes = pick(random, 1, 24);
  machine.vector.latency_cycles = pick(random, 0, 7);
  isa::ScalingDescription& scaling = machine.vector.scaling;
  scaling.multiplier = pick(random, 0, 2) == 0 ? isa::Multiplier::float32 : isa::Multiplier::fixed;
  scaling.multiplier_bits = pick(random, 0, 32);
  scaling.rounding = kVectorRoundings[pick(random, 0, 4)];
  scaling.out_of_range = pick(random, 0, 3) == 0 ? isa::OutOfRange::wrap : isa::OutOfRange::saturate;
  isa::Vector& command = scene.command;
  command.op = static_cast<VectorOp>(pick(random, 0, 8));
  command.channels = static_cast<std::uint32_t>(pick(random, 1, 70));
  command.parameter_address = 12 * static_cast<std::uint32_t>(pick(random, 0, 3));
  command.out_lane = pick(random, 0, 1) == 0 ? 0 : static_cast<std::uint32_t>(pick(random, 0, machine.array.rows - 1));
  const bool one_operand = command.op == VectorOp::rescale || command.op == VectorOp::lookup;
  if (one_operand && pick(random, 0, 1) == 0)
    command.in_lane = static_cast<std::uint32_t>(pick(random, 0, machine.array.rows - 1));
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

}  // namespace intloom::test
