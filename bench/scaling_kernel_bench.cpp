// The host kernels of REQUANT and VECTOR on one thread, by element of the result. Argument: channels; maps of 28 x 28
// pixels, 16 lanes a word, 31-bit multipliers, half_even, about one result in forty saturates.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/kernels/requant_kernel.h"
#include "rtl_models/kernels/vector_kernel.h"

namespace {

using namespace intloom;

constexpr std::uint32_t kRows = 16, kSide = 28;
constexpr std::uint32_t kBlockBytes = kRows * kSide * kSide;

isa::MachineDescription machine_of(std::uint32_t channels) {
  isa::MachineDescription machine;
  machine.accumulator.rows_per_bank = static_cast<int>(((channels - 1) / kRows + 1) * kSide * kSide);
  machine.requant.scaling.rounding = machine.vector.scaling.rounding = isa::Rounding::half_even;
  return machine;
}

isa::MapRegion map_at(std::uint32_t address) {
  return {address, kRows, kRows * kSide, kBlockBytes, kSide, kSide, true};
}

void report(benchmark::State& state, std::uint32_t channels) {
  const double elements = static_cast<double>(channels) * kSide * kSide;
  state.counters["time_per_element"] =
      benchmark::Counter(elements, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void requant(benchmark::State& state) {
  const auto channels = static_cast<std::uint32_t>(state.range(0));
  std::mt19937 random(1);
  const isa::MachineDescription machine = machine_of(channels);
  kernels::AccumulatorBanks accumulators(machine);
  std::normal_distribution<float> sums(0, 6000);
  const std::size_t rows = static_cast<std::size_t>(machine.accumulator.rows_per_bank);
  for (std::size_t i = 0; i < rows * kRows; ++i)
    accumulators.int32_row(0, 0)[i] = static_cast<std::int32_t>(sums(random));
  std::vector<std::uint8_t> parameters(channels * isa::kParameterRecordBytes), activations(rows * kRows);
  for (std::uint32_t c = 0; c < channels; ++c) {
    const isa::ParameterRecord record{static_cast<std::int32_t>(random() % 4096) - 2048,
                                      static_cast<std::uint32_t>(random() >> 2) | (1U << 30), 37};
    isa::write_parameter_record(record, parameters.data() + c * isa::kParameterRecordBytes);
  }
  isa::Requant command;
  command.channels = channels;
  command.group_channels = kRows;
  command.out = map_at(0);
  kernels::ThreadPool pool(1);
  for (auto _ : state)
    benchmark::DoNotOptimize(
        kernels::run_requant(command, machine, accumulators, parameters.data(), activations.data(), pool));
  report(state, channels);
}

void vector(benchmark::State& state, isa::VectorOp op) {
  const auto channels = static_cast<std::uint32_t>(state.range(0));
  const std::uint32_t map_bytes = ((channels - 1) / kRows + 1) * kBlockBytes;
  std::mt19937 random(1);
  const isa::MachineDescription machine = machine_of(channels);
  std::vector<std::uint8_t> activations(std::size_t{3} * map_bytes), parameters(2 * isa::kParameterRecordBytes);
  for (std::uint8_t& byte : activations) byte = static_cast<std::uint8_t>(random());
  // max_pool mostly keeps its scale; the others bring the result into eight bits.
  const std::uint32_t m0 = op == isa::VectorOp::max_pool ? 1U << 31 : 1876543210U;
  const std::uint8_t n = op == isa::VectorOp::multiply ? 38 : op == isa::VectorOp::average_pool ? 34 : 31;
  for (int i = 0; i < 2; ++i)
    isa::write_parameter_record({0, m0, n}, parameters.data() + i * isa::kParameterRecordBytes);
  isa::Vector command;
  command.op = op;
  command.channels = channels;
  command.a = map_at(0);
  command.b = map_at(map_bytes);
  command.out = map_at(2 * map_bytes);
  command.parameter_records = 2;
  if (op == isa::VectorOp::max_pool || op == isa::VectorOp::average_pool) command.window = {3, 3, 1, 1, 1, 1, 1, 1};
  kernels::ThreadPool pool(1);
  for (auto _ : state)
    benchmark::DoNotOptimize(kernels::run_vector(command, machine, parameters.data(), activations.data(), pool));
  report(state, channels);
}

BENCHMARK(requant)->Arg(32)->Arg(24)->Arg(8)->Arg(192);
BENCHMARK_CAPTURE(vector, rescale, isa::VectorOp::rescale)->Arg(32);
BENCHMARK_CAPTURE(vector, add, isa::VectorOp::add)->Arg(32)->Arg(24);
BENCHMARK_CAPTURE(vector, multiply, isa::VectorOp::multiply)->Arg(32);
BENCHMARK_CAPTURE(vector, max_pool_3x3, isa::VectorOp::max_pool)->Arg(32)->Arg(24);
BENCHMARK_CAPTURE(vector, average_pool_3x3, isa::VectorOp::average_pool)->Arg(32);

}  // namespace

BENCHMARK_MAIN();
