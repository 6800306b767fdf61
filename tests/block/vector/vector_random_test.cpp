// Random commands on random machines: every output byte against vector_expected.h, duration against rtl_models/timing.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/timing/vector_counts.h"
#include "rtl_models/timing/vector_timing.h"
#include "tests/block/vector/vector_bench.h"
#include "tests/block/vector/vector_expected.h"

namespace intloom::test {
namespace {

using isa::VectorOp;
using Random = std::mt19937_64;
using Records = VectorRecords;

int pick(Random& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

isa::MachineDescription random_machine(Random& random) {
  isa::MachineDescription machine;
  machine.array.rows = pick(random, 1, 20);
  machine.vector.lanes = pick(random, 1, 24);
  machine.vector.table_lanes = pick(random, 1, 24);
  machine.vector.latency_cycles = pick(random, 0, 7);
  machine.scratchpad.read_latency_cycles = pick(random, 1, 5);
  machine.parameter_buffer.read_latency_cycles = pick(random, 1, 5);
  isa::ScalingDescription& scaling = machine.vector.scaling;
  scaling.multiplier = pick(random, 0, 2) == 0 ? isa::Multiplier::float32 : isa::Multiplier::fixed;
  scaling.multiplier_bits = pick(random, 1, 32);
  scaling.rounding = static_cast<isa::Rounding>(pick(random, 1, 5));
  scaling.out_of_range = pick(random, 0, 3) == 0 ? isa::OutOfRange::wrap : isa::OutOfRange::saturate;
  return machine;
}

bool pools(const isa::Vector& command) {
  return command.op == VectorOp::max_pool || command.op == VectorOp::average_pool;
}

// A region of `blocks` blocks behind the bytes that are in use.
isa::MapRegion random_region(Random& random, std::uint32_t word, std::uint32_t height, std::uint32_t width,
                             std::uint32_t blocks, std::uint32_t& used) {
  isa::MapRegion map;
  map.height = height;
  map.width = width;
  map.pixel_pitch = word * static_cast<std::uint32_t>(pick(random, 1, 3));
  map.row_pitch = map.pixel_pitch * width + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  map.block_pitch = map.row_pitch * height + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  map.address = used + word * static_cast<std::uint32_t>(pick(random, 0, 3));
  map.is_signed = pick(random, 0, 1) == 0;
  used = map.address + map.block_pitch * blocks + word;
  return map;
}

void broadcast_randomly(Random& random, isa::MapRegion& map) {
  if (pick(random, 0, 3) == 0) map.pixel_pitch = 0;
  if (pick(random, 0, 3) == 0) map.row_pitch = 0;
  if (pick(random, 0, 5) == 0) map.block_pitch = 0;
}

isa::Vector random_command(Random& random, const isa::MachineDescription& machine, std::uint32_t& used) {
  const auto word = static_cast<std::uint32_t>(machine.array.rows);
  isa::Vector command;
  command.op = static_cast<VectorOp>(pick(random, 0, 8));
  command.channels = static_cast<std::uint32_t>(pick(random, 1, 45));
  command.out_lane = pick(random, 0, 1) == 0 ? 0 : static_cast<std::uint32_t>(pick(random, 0, machine.array.rows - 1));
  const bool one_operand = command.op == VectorOp::rescale || command.op == VectorOp::lookup;
  if (one_operand && pick(random, 0, 1) == 0)
    command.in_lane = static_cast<std::uint32_t>(pick(random, 0, machine.array.rows - 1));
  const std::uint32_t blocks = (command.channels + word - 1) / word;
  const auto height = static_cast<std::uint32_t>(pick(random, 1, 4)),
             width = static_cast<std::uint32_t>(pick(random, 1, 5));
  if (pools(command)) {
    command.window = {pick(random, 1, 3), pick(random, 1, 3), pick(random, 1, 2),  pick(random, 1, 3),
                      pick(random, 1, 2), pick(random, 1, 2), pick(random, -1, 2), pick(random, -1, 2)};
    command.a = random_region(random, word, static_cast<std::uint32_t>(pick(random, 1, 7)),
                              static_cast<std::uint32_t>(pick(random, 1, 7)), blocks, used);
    command.count_padding = pick(random, 0, 2) == 0;
  } else {
    command.a = random_region(random, word, height, width, blocks + 1, used);
    command.b = random_region(random, word, height, width, blocks, used);
    broadcast_randomly(random, command.a);
    broadcast_randomly(random, command.b);
  }
  command.out = random_region(random, word, height, width, blocks + 1, used);
  // In place: a channel that does not move up is read before its lane is written.
  if (!pools(command) && pick(random, 0, 4) == 0) {
    command.out_lane = static_cast<std::uint32_t>(pick(random, 0, static_cast<int>(command.in_lane)));
    command.a = command.out;
  }
  const auto zero_point = [&](bool is_signed) {
    return static_cast<std::int16_t>(pick(random, 0, 255) - (is_signed ? 128 : 0));
  };
  command.za = zero_point(command.a.is_signed);
  command.zb = zero_point(command.b.is_signed);
  command.zy = zero_point(command.out.is_signed);
  const int bottom = command.out.is_signed ? -128 : 0;
  command.lo = static_cast<std::int16_t>(bottom + pick(random, 0, 60));
  command.hi = static_cast<std::int16_t>(bottom + pick(random, 200, 255));
  return command;
}

isa::ParameterRecord float_record(float value) {
  isa::ParameterRecord record;
  std::memcpy(&record.m0, &value, 4);
  return record;
}

// Multipliers of a size that gives results around the output's range.
Records random_records(Random& random, const isa::Vector& command, const isa::ScalingDescription& scaling) {
  const int taps = command.window.kernel_h * command.window.kernel_w;
  const bool by_count = command.op == VectorOp::average_pool && pick(random, 0, 2) != 0;
  const bool sum = command.op == VectorOp::add || command.op == VectorOp::subtract;
  const bool extremum = command.op == VectorOp::maximum || command.op == VectorOp::minimum;
  const int count = command.op == VectorOp::lookup ? pick(random, 22, 25)
                    : sum                          ? 3
                    : extremum                     ? 2
                    : by_count                     ? taps
                                                   : 1;
  const int size = command.op == VectorOp::multiply ? -7 : command.op == VectorOp::average_pool ? -2 : 0;
  Records records;
  for (int i = 0; i < count; ++i) {
    const float mantissa = 1.0F + static_cast<float>(random() % 8388608) / 8388608.0F;
    const bool subtracted = i == 1 && command.op == VectorOp::subtract;  // float32: its sign is the multiplier's
    const float value = std::ldexp(subtracted ? -mantissa : mantissa, size - pick(random, 0, 3));
    if (scaling.multiplier == isa::Multiplier::float32) {
      records.push_back(float_record(i == 2 ? 100.0F * (mantissa - 1.5F) : value));
    } else {
      const int n = std::max(0, scaling.multiplier_bits - size + pick(random, 0, 3));
      const std::uint64_t top = std::uint64_t{1} << (scaling.multiplier_bits - 1);
      records.push_back({99, static_cast<std::uint32_t>(top + random() % top), static_cast<std::uint8_t>(n)});
    }
  }
  return records;
}

struct RandomRun {
  VectorScene scene;
  std::vector<Records> records;
  std::vector<VectorTable> tables;  // empty but for lookup
  const isa::Vector& command(std::size_t i) const { return std::get<isa::Vector>(scene.program[i].body); }
};

RandomRun random_run(std::uint64_t seed) {
  Random random(seed);
  RandomRun run;
  run.scene.machine = random_machine(random);
  std::uint32_t used = 0;
  for (int i = 0; i < 3; ++i) {
    isa::Vector command = random_command(random, run.scene.machine, used);
    run.records.push_back(random_records(random, command, run.scene.machine.vector.scaling));
    run.tables.emplace_back();
    if (command.op == VectorOp::lookup)
      for (int entry = 0; entry < 256; ++entry) run.tables.back().push_back(static_cast<std::uint8_t>(random()));
    command.parameter_address = static_cast<std::uint32_t>(run.scene.parameters.size());
    command.parameter_records = static_cast<std::uint32_t>(run.records.back().size());
    const std::vector<std::uint8_t> bytes = parameter_bytes(run.records.back(), run.tables.back());
    run.scene.parameters.insert(run.scene.parameters.end(), bytes.begin(), bytes.end());
    run.scene.program.push_back({0, 0, isa::Unit::vector, 0, 0, command});
    run.scene.gaps.push_back(pick(random, 0, 3) == 0 ? pick(random, 0, 30) : 0);
  }
  run.scene.activations.resize(used);
  for (std::uint8_t& byte : run.scene.activations) byte = static_cast<std::uint8_t>(random());
  return run;
}

void check_values(const RandomRun& run) {
  const VectorLog log = run_vector(run.scene);
  RC_ASSERT(log.ends.size() == 3U);
  std::vector<std::uint8_t> memory = run.scene.activations;
  std::uint64_t elements = 0, saturations = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const isa::Vector& command = run.command(i);
    saturations += apply_vector(command, run.records[i], run.scene.machine, memory, run.tables[i]);
    elements += std::uint64_t{command.channels} * command.out.height * command.out.width;
    RC_ASSERT(log.elements[i] == elements);
    RC_ASSERT(log.saturations[i] == saturations);
  }
  RC_ASSERT(log.activations == memory);
  const auto word = static_cast<std::uint32_t>(run.scene.machine.array.rows);
  std::uint64_t written = 0;
  for (const VectorWrite& write : log.writes) {
    RC_ASSERT(write.bytes.size() <= static_cast<std::size_t>(run.scene.machine.vector.lanes));
    RC_ASSERT(write.address / word == (write.address + write.bytes.size() - 1) / word);
    written += write.bytes.size();
  }
  RC_ASSERT(written == elements);  // none written twice
}

RC_GTEST_PROP(VectorRandom, ValuesAreTheFormulas, (std::uint64_t seed)) {
  for (std::uint64_t i = 0; i < 4; ++i) check_values(random_run(seed + i));
}

void check_time(const RandomRun& run) {
  const VectorLog log = run_vector(run.scene);
  RC_ASSERT(log.ends.size() == 3U);
  timing::VectorCycles sum;
  std::int64_t operand_words = 0, lookups = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const timing::VectorCycles cycles = timing::vector_cycles(run.command(i), run.scene.machine);
    RC_ASSERT(log.ends[i] - log.starts[i] == cycles.total());
    RC_ASSERT(timing::vector_duration(run.command(i), run.scene.machine) == cycles.total());
    sum.steps += cycles.steps;
    sum.parameter_wait += cycles.parameter_wait;
    sum.drain += cycles.drain;
    operand_words += timing::vector_operand_words(run.command(i), run.scene.machine);
    lookups += timing::vector_lookups(run.command(i));
  }
  RC_ASSERT(log.counters.at("step_cycles") == static_cast<std::uint64_t>(sum.steps));
  RC_ASSERT(log.counters.at("parameter_wait_cycles") == static_cast<std::uint64_t>(sum.parameter_wait));
  RC_ASSERT(log.counters.at("drain_cycles") == static_cast<std::uint64_t>(sum.drain));
  RC_ASSERT(log.counters.at("active_cycles") == static_cast<std::uint64_t>(sum.total()));
  RC_ASSERT(log.counters.at("operand_words") == log.a_reads.size() + log.b_reads.size());
  RC_ASSERT(log.counters.at("operand_words") == static_cast<std::uint64_t>(operand_words));
  RC_ASSERT(log.counters.at("lookups") == static_cast<std::uint64_t>(lookups));
  RC_ASSERT(log.counters.at("parameter_words") == log.parameter_reads.size());
}

RC_GTEST_PROP(VectorRandom, TimeIsThePureFunction, (std::uint64_t seed)) {
  for (std::uint64_t i = 0; i < 4; ++i) check_time(random_run(seed + i));
}

}  // namespace
}  // namespace intloom::test
