// Random commands on random machines: values against rounding by division (exact_rounding.h) and <cmath>, duration
// against rtl_models/timing, every byte written once and none beside.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <random>

#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/timing/requant_timing.h"
#include "tests/block/requant/requant_bench.h"
#include "tests/unit/arith/exact_rounding.h"

namespace intloom::test {
namespace {

using Random = std::mt19937_64;

int pick(Random& random, int lowest, int highest) {
  return std::uniform_int_distribution<int>(lowest, highest)(random);
}

isa::MachineDescription random_machine(Random& random) {
  isa::MachineDescription machine;
  machine.array.rows = pick(random, 1, 20);
  machine.array.cols = pick(random, 1, 20);
  machine.requant.lanes = pick(random, 1, 20);
  machine.requant.latency_cycles = pick(random, 0, 7);
  machine.parameter_buffer.read_latency_cycles = pick(random, 1, 5);
  isa::ScalingDescription& scaling = machine.requant.scaling;
  scaling.multiplier = pick(random, 0, 3) == 0 ? isa::Multiplier::float32 : isa::Multiplier::fixed;
  scaling.multiplier_bits = pick(random, 0, 32);
  scaling.rounding = static_cast<isa::Rounding>(pick(random, 1, 5));
  scaling.out_of_range = pick(random, 0, 3) == 0 ? isa::OutOfRange::wrap : isa::OutOfRange::saturate;
  return machine;
}

isa::Requant random_command(Random& random, const isa::MachineDescription& machine) {
  isa::Requant command;
  command.acc_bank = static_cast<std::uint32_t>(pick(random, 0, 1));
  command.acc_row = static_cast<std::uint32_t>(pick(random, 0, 5));
  command.channels = static_cast<std::uint32_t>(pick(random, 1, 45));
  command.group_channels = static_cast<std::uint32_t>(pick(random, 1, machine.array.cols));
  command.per_channel = pick(random, 0, 2) != 0;
  command.out.is_signed = pick(random, 0, 1) == 0;
  const int bottom = command.out.is_signed ? -128 : 0;
  command.zy = static_cast<std::int16_t>(bottom + pick(random, 0, 255));
  command.lo = static_cast<std::int16_t>(bottom + pick(random, 0, 100));
  command.hi = static_cast<std::int16_t>(bottom + pick(random, 150, 255));
  const auto word = static_cast<std::uint32_t>(machine.array.rows);
  command.out.height = static_cast<std::uint32_t>(pick(random, 1, 4));
  command.out.width = static_cast<std::uint32_t>(pick(random, 1, 5));
  if (pick(random, 0, 3) == 0) command.out.height = command.out.width = 1;
  command.out.address = word * static_cast<std::uint32_t>(pick(random, 0, 9));
  command.out.pixel_pitch = word * static_cast<std::uint32_t>(pick(random, 1, 3));
  command.out.row_pitch =
      command.out.pixel_pitch * command.out.width + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  command.out.block_pitch =
      command.out.row_pitch * command.out.height + word * static_cast<std::uint32_t>(pick(random, 0, 2));
  return command;
}

// By channel.
using Records = std::vector<isa::ParameterRecord>;

isa::ParameterRecord random_record(Random& random, const isa::ScalingDescription& scaling) {
  isa::ParameterRecord record;
  record.bias = static_cast<std::int32_t>(random()) >> pick(random, 0, 31);
  if (scaling.multiplier == isa::Multiplier::float32) {
    const float m = std::ldexp(1.0F + static_cast<float>(random() % 8388608) / 8388608.0F, pick(random, -30, 0));
    std::memcpy(&record.m0, &m, 4);
    return record;
  }
  const int bits = scaling.multiplier_bits;
  const std::uint64_t top = std::uint64_t{1} << (bits == 0 ? 0 : bits - 1);
  record.m0 = static_cast<std::uint32_t>(top + random() % top);
  record.n = static_cast<std::uint8_t>(pick(random, bits / 2, bits + 31));
  return record;
}

Records random_records(Random& random, const isa::Requant& command, const isa::ScalingDescription& scaling) {
  Records records(command.channels);
  for (isa::ParameterRecord& record : records) record = random_record(random, scaling);
  if (command.per_channel) return records;
  for (isa::ParameterRecord& record : records) {
    record.m0 = records[0].m0;
    record.n = records[0].n;
  }
  return records;
}

void append_parameters(const isa::Requant& command, const Records& records, std::vector<std::uint8_t>& memory) {
  const auto append_record = [&](const isa::ParameterRecord& record) {
    memory.resize(memory.size() + 12);
    isa::write_parameter_record(record, memory.data() + memory.size() - 12);
  };
  if (command.per_channel) {
    for (const isa::ParameterRecord& record : records) append_record(record);
    return;
  }
  append_record({-7, records[0].m0, records[0].n});  // its bias must not matter
  for (const isa::ParameterRecord& record : records) {
    std::uint8_t bytes[4];
    std::memcpy(bytes, &record.bias, 4);
    memory.insert(memory.end(), bytes, bytes + 4);
  }
  while (memory.size() % 12 != 0) memory.push_back(0xEE);
}

struct Expected {
  std::map<std::uint32_t, std::uint8_t> bytes;
  std::uint64_t saturations = 0;
};

// The real value's integer, before the zero point; long double holds every case exactly enough to be clamped.
Wide scaled(std::int64_t sum, const isa::ParameterRecord& record, const isa::ScalingDescription& scaling) {
  if (scaling.multiplier == isa::Multiplier::fixed) {
    const Wide exact = exact_requantize(sum, record.m0, record.n, scaling.rounding, scaling.multiplier_bits);
    // The unit hands on 64 bits, saturated: seen only with out_of_range: wrap.
    return std::clamp<Wide>(exact, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  }
  volatile float product = static_cast<float>(sum) * record.multiplier_as_float();
  return static_cast<Wide>(std::nearbyint(static_cast<long double>(product)));
}

Expected expected_of(const RequantScene& scene, const isa::Requant& command, const Records& records) {
  Expected expected;
  const isa::ScalingDescription& scaling = scene.machine.requant.scaling;
  const std::uint32_t pixels = command.out.height * command.out.width;
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  for (std::uint32_t c = 0; c < command.channels; ++c) {
    for (std::uint32_t p = 0; p < pixels; ++p) {
      const std::uint32_t row = command.acc_row + c / command.group_channels * pixels + p;
      const std::int64_t sum = scene.accumulators[command.acc_bank][row][c % command.group_channels] + records[c].bias;
      const Wide y = scaled(sum, records[c], scaling) + command.zy;
      const bool wrap = scaling.out_of_range == isa::OutOfRange::wrap;
      const int lo = wrap ? (command.out.is_signed ? -128 : 0) : command.lo;
      const int hi = wrap ? lo + 255 : command.hi;
      const Wide clamped = y < lo ? lo : y > hi ? hi : y;
      expected.saturations += clamped != y;
      const std::uint32_t address = command.out.address + c / rows * command.out.block_pitch +
                                    p / command.out.width * command.out.row_pitch +
                                    p % command.out.width * command.out.pixel_pitch + c % rows;
      expected.bytes[address] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(wrap ? y : clamped));
    }
  }
  return expected;
}

void fill_accumulators(Random& random, RequantScene& scene) {
  const auto columns = static_cast<std::size_t>(scene.machine.array.cols);
  const int widest = pick(random, 0, 1) == 0 ? 32 : 48;
  scene.accumulators.assign(2, std::vector<std::vector<std::int64_t>>(950, std::vector<std::int64_t>(columns)));
  for (auto& bank : scene.accumulators)
    for (auto& row : bank)
      for (std::int64_t& sum : row) sum = static_cast<std::int64_t>(random()) >> (64 - pick(random, 2, widest));
}

struct RandomRun {
  RequantScene scene;
  std::vector<Records> records;
  const isa::Requant& command(std::size_t i) const { return std::get<isa::Requant>(scene.program[i].body); }
};

RandomRun random_run(std::uint64_t seed) {
  Random random(seed);
  RandomRun run;
  run.scene.machine = random_machine(random);
  for (int i = 0; i < 3; ++i) {
    isa::Requant command = random_command(random, run.scene.machine);
    command.parameter_address = static_cast<std::uint32_t>(run.scene.parameters.size());
    run.records.push_back(random_records(random, command, run.scene.machine.requant.scaling));
    append_parameters(command, run.records.back(), run.scene.parameters);
    run.scene.program.push_back({0, 0, isa::Unit::requant, 0, 0, command});
    run.scene.gaps.push_back(pick(random, 0, 3) == 0 ? pick(random, 0, 30) : 0);
  }
  fill_accumulators(random, run.scene);
  return run;
}

void check_values(const RandomRun& run) {
  const RequantLog log = run_requant(run.scene);
  RC_ASSERT(log.ends.size() == 3U);
  std::size_t write = 0;
  std::uint64_t elements = 0, saturations = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Expected expected = expected_of(run.scene, run.command(i), run.records[i]);
    std::map<std::uint32_t, std::uint8_t> written;
    const auto word = static_cast<std::uint32_t>(run.scene.machine.array.rows);
    for (; write < log.writes.size() && log.writes[write].edge < log.ends[i]; ++write) {
      const RequantWrite& each = log.writes[write];
      RC_ASSERT(each.bytes.size() <= static_cast<std::size_t>(run.scene.machine.requant.lanes));
      RC_ASSERT(each.address / word == (each.address + each.bytes.size() - 1) / word);
      for (std::size_t b = 0; b < each.bytes.size(); ++b)
        RC_ASSERT(written.emplace(each.address + b, each.bytes[b]).second);
    }
    RC_ASSERT(written == expected.bytes);
    elements += expected.bytes.size();
    saturations += expected.saturations;
    RC_ASSERT(log.elements[i] == elements);
    RC_ASSERT(log.saturations[i] == saturations);
  }
  RC_ASSERT(write == log.writes.size());
}

RC_GTEST_PROP(RequantRandom, ValuesAreTheFormula, (std::uint64_t seed)) {
  for (std::uint64_t i = 0; i < 4; ++i) check_values(random_run(seed + i));
}

void check_time(const RandomRun& run) {
  const RequantLog log = run_requant(run.scene);
  RC_ASSERT(log.ends.size() == 3U);
  timing::RequantCycles sum;
  for (std::size_t i = 0; i < 3; ++i) {
    const timing::RequantCycles cycles = timing::requant_cycles(run.command(i), run.scene.machine);
    RC_ASSERT(log.ends[i] - log.starts[i] == cycles.total());
    RC_ASSERT(timing::requant_duration(run.command(i), run.scene.machine) == cycles.total());
    sum.rows += cycles.rows;
    sum.parameter_wait += cycles.parameter_wait;
    sum.drain += cycles.drain;
  }
  RC_ASSERT(log.counters.at("row_cycles") == static_cast<std::uint64_t>(sum.rows));
  RC_ASSERT(log.counters.at("parameter_wait_cycles") == static_cast<std::uint64_t>(sum.parameter_wait));
  RC_ASSERT(log.counters.at("drain_cycles") == static_cast<std::uint64_t>(sum.drain));
  RC_ASSERT(log.counters.at("active_cycles") == static_cast<std::uint64_t>(sum.total()));
  RC_ASSERT(log.rows.size() == log.counters.at("row_cycles"));
  RC_ASSERT(log.parameter_requests.size() == log.counters.at("parameter_words"));
}

RC_GTEST_PROP(RequantRandom, TimeIsThePureFunction, (std::uint64_t seed)) {
  for (std::uint64_t i = 0; i < 4; ++i) check_time(random_run(seed + i));
}

}  // namespace
}  // namespace intloom::test
