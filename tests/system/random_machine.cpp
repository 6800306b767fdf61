#include "tests/system/random_machine.h"

#include <fmt/format.h>

#include <cstdlib>

#include "runtime/compile/compile.h"

namespace intloom::system_test {
namespace {

using test::between;
using test::chance;

int any(test::Random& random, std::initializer_list<int> values) {
  return *(values.begin() + between(random, 0, static_cast<std::int64_t>(values.size()) - 1));
}

int any_between(test::Random& random, int least, int most) { return static_cast<int>(between(random, least, most)); }

isa::BufferDescription any_buffer(test::Random& random, std::initializer_list<int> banks,
                                  std::initializer_list<int> bytes) {
  isa::BufferDescription buffer;
  buffer.banks = any(random, banks);
  buffer.bank_bytes = any(random, bytes);
  buffer.read_latency_cycles = any_between(random, 1, 4);
  return buffer;
}

isa::ScalingUnitDescription any_scaling_unit(test::Random& random) {
  isa::ScalingUnitDescription unit;
  unit.lanes = any(random, {1, 2, 3, 4, 8, 16, 40});
  unit.latency_cycles = any_between(random, 1, 9);
  isa::ScalingDescription& scaling = unit.scaling;
  scaling.rounding = isa::Rounding::half_even;
  if (chance(random, 0.2)) {
    scaling.multiplier = isa::Multiplier::float32;
  } else if (chance(random, 0.6)) {
    scaling.multiplier_bits = any(random, {0, 1, 2, 8, 15, 16, 24, 31, 32});
    scaling.rounding = static_cast<isa::Rounding>(any_between(random, 1, 5));
    const bool has_multiplier = scaling.multiplier_bits > 0;
    if (scaling.rounding == isa::Rounding::tflite_double && !has_multiplier) scaling.rounding = isa::Rounding::half_up;
    scaling.shift_max = any(random, {20, 40, 62});
  }
  if (chance(random, 0.2)) scaling.out_of_range = isa::OutOfRange::wrap;
  scaling.per_channel = chance(random, 0.9);
  return unit;
}

void set_times(test::Random& random, isa::MachineDescription& machine) {
  machine.clock_period_ps = any(random, {500, 1000, 1500});
  machine.dma.bytes_per_cycle = any(random, {1, 2, 4, 7, 16, 64});
  machine.dma.outstanding_bursts = any_between(random, 1, 9);
  isa::SequencerDescription& queues = machine.sequencer;
  for (int* depth : {&queues.load_queue_depth, &queues.exec_queue_depth, &queues.requant_queue_depth,
                     &queues.vector_queue_depth, &queues.store_queue_depth})
    *depth = any_between(random, 1, 8);
  machine.memory.clock_period_ps = any(random, {300, 1000, 1250, 3000});
  machine.memory.bytes_per_cycle = any(random, {1, 3, 4, 16, 64});
  machine.memory.read_latency_cycles = any(random, {1, 10, 100});
  machine.memory.write_latency_cycles = any(random, {1, 10, 100});
  machine.memory.burst_bytes = any(random, {8, 16, 64, 256});
  machine.memory.capacity_bytes = 1 << 24;
}

}  // namespace

isa::MachineDescription any_machine(test::Random& random) {
  isa::MachineDescription machine;
  machine.name = "random";
  machine.max_cycles = 20'000'000;
  machine.array.rows = any_between(random, 1, 20);
  machine.array.cols = any_between(random, 1, 20);
  if (chance(random, 0.15)) machine.array.zero_point = isa::ZeroPoint::folded;
  machine.accumulator.banks = any_between(random, 1, 4);
  machine.accumulator.rows_per_bank = any(random, {1, 3, 8, 16, 40, 100, 512});
  if (chance(random, 0.3)) machine.accumulator.width_bits = any_between(random, 12, 48);
  machine.accumulator.overflow = static_cast<isa::Overflow>(any_between(random, 0, 1));
  machine.scratchpad = any_buffer(random, {1, 2, 3, 4, 8, 16, 32}, {64, 200, 512, 1024, 4096});
  machine.weight_buffer = any_buffer(random, {1, 2, 4, 5}, {64, 256, 600, 2048, 8192});
  machine.parameter_buffer = any_buffer(random, {1, 2, 4, 5}, {64, 256, 300, 1024});
  machine.requant = any_scaling_unit(random);
  static_cast<isa::ScalingUnitDescription&>(machine.vector) = any_scaling_unit(random);
  machine.vector.table_lanes = any(random, {1, 2, 3, 4, 8, 16, 40});
  set_times(random, machine);
  return machine;
}

std::optional<RandomPair> random_pair(test::Random& random, int most_layers,
                                      const std::function<void(isa::MachineDescription&)>& adjust) {
  RandomPair pair;
  pair.network = test::random_network(random, any_between(random, 1, most_layers));
  pair.machine = any_machine(random);
  if (adjust) adjust(pair.machine);
  try {
    pair.program = compile::compile(pair.network, pair.machine);
  } catch (const compile::CompileError&) {
    return std::nullopt;
  }
  return pair;
}

std::string describe(const isa::MachineDescription& m) {
  const auto unit = [](const isa::ScalingUnitDescription& u) {
    const isa::ScalingDescription& s = u.scaling;
    return fmt::format("{} lanes, latency {}, {} {} bits, shift {}..{}, rounding {}, wrap {}, per channel {}", u.lanes,
                       u.latency_cycles, s.multiplier == isa::Multiplier::fixed ? "fixed" : "float32",
                       s.multiplier_bits, s.shift_min, s.shift_max, static_cast<int>(s.rounding),
                       s.out_of_range == isa::OutOfRange::wrap, s.per_channel);
  };
  const auto buffer = [](const isa::BufferDescription& b) {
    return fmt::format("{}x{} latency {}", b.banks, b.bank_bytes, b.read_latency_cycles);
  };
  return fmt::format(
      "array {}x{} folded {}, accumulator {}x{} of {} bits, overflow {}; scratchpad {}, weights {}, parameters {}; "
      "requant {}; vector {}, table {} lanes; dma {} B {} bursts; memory {} ps {} B latency {}/{} burst {}",
      m.array.rows, m.array.cols, m.array.zero_point == isa::ZeroPoint::folded, m.accumulator.banks,
      m.accumulator.rows_per_bank, m.accumulator.width_bits, static_cast<int>(m.accumulator.overflow),
      buffer(m.scratchpad), buffer(m.weight_buffer), buffer(m.parameter_buffer), unit(m.requant), unit(m.vector),
      m.vector.table_lanes, m.dma.bytes_per_cycle, m.dma.outstanding_bursts, m.memory.clock_period_ps,
      m.memory.bytes_per_cycle, m.memory.read_latency_cycles, m.memory.write_latency_cycles, m.memory.burst_bytes);
}

unsigned from_environment(const char* name, unsigned otherwise) {
  const char* given = std::getenv(name);
  return given != nullptr ? static_cast<unsigned>(std::stoul(given)) : otherwise;
}

}  // namespace intloom::system_test
