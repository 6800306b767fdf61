// One edge of the weight-stationary array without SystemC: a row enters, all PEs work, sums leave, weights of the next
// block shift in behind. Arguments: rows = columns, activation rows a block.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <vector>

#include "rtl_models/mac_array/systolic_grid.h"
#include "rtl_models/mac_array/weight_grid.h"

namespace {

void array_edge(benchmark::State& state) {
  const int size = static_cast<int>(state.range(0)), rows_per_block = static_cast<int>(state.range(1));
  intloom::hw::SystolicGrid grid(size, size);
  intloom::hw::WeightGrid weights(size, size);
  std::vector<std::int16_t> row(static_cast<std::size_t>(size), 3);
  std::vector<std::int32_t> sums(static_cast<std::size_t>(size));
  int in_block = 0;
  for (auto _ : state) {
    if (in_block == 0) weights.swap();
    if (in_block < size) weights.load(in_block, false, row.data());
    if (weights.moving()) weights.advance();
    grid.advance();
    grid.enter(row.data());
    grid.multiply(weights.active());
    grid.collect(sums.data());
    benchmark::DoNotOptimize(sums.data());
    in_block = in_block + 1 == rows_per_block ? 0 : in_block + 1;
  }
  state.counters["macs_per_second"] =
      benchmark::Counter(static_cast<double>(size) * size, benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(array_edge)
    ->ArgNames({"size", "rows"})
    ->Args({8, 49})
    ->Args({16, 16})
    ->Args({16, 49})
    ->Args({32, 49})
    ->Args({64, 196})
    ->Args({256, 256});

}  // namespace

BENCHMARK_MAIN();
