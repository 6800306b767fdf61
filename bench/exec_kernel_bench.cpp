// EXEC on the host for tiles of MobileNetV2 and ResNet-50 on a 16x16 machine: products a clock cycle of the core.
//
// `kept`: packed weights are served from the inference before; else each command packs its own. The clock is measured
// before and after each repetition, by a chain of additions; take the median of some:
//   bench_exec_kernel --benchmark_repetitions=7
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/kernels/exec_kernel.h"

namespace {

using intloom::isa::Exec;

// Outputs of at most the 1024 rows of an accumulator bank, so pixels * groups of 16 channels.
struct Tile {
  const char* name;
  bool depthwise;
  std::uint32_t height, width, channels, outputs;
  int kernel, stride;
};

constexpr Tile kTiles[] = {
    {"mobilenet_stem_3x3s2", false, 9, 56, 3, 32, 3, 2},    {"mobilenet_expand_56", false, 18, 56, 24, 16, 1, 1},
    {"mobilenet_project_56", false, 9, 56, 144, 24, 1, 1},  {"mobilenet_expand_28", false, 7, 28, 32, 80, 1, 1},
    {"mobilenet_project_28", false, 18, 28, 192, 32, 1, 1}, {"mobilenet_expand_14", false, 14, 14, 96, 80, 1, 1},
    {"mobilenet_project_14", false, 14, 14, 576, 80, 1, 1}, {"mobilenet_expand_7", false, 7, 7, 160, 320, 1, 1},
    {"mobilenet_project_7", false, 7, 7, 960, 320, 1, 1},   {"mobilenet_classifier", false, 1, 1, 1280, 1000, 1, 1},
    {"mobilenet_depthwise_56", true, 18, 56, 16, 16, 3, 1}, {"mobilenet_depthwise_56s2", true, 14, 28, 32, 32, 3, 2},
    {"mobilenet_depthwise_14", true, 14, 14, 80, 80, 3, 1}, {"mobilenet_depthwise_7", true, 7, 7, 320, 320, 3, 1},
    {"resnet_stem_7x7s2", false, 9, 56, 3, 32, 7, 2},       {"resnet_3x3_28", false, 9, 28, 64, 64, 3, 1},
    {"resnet_3x3_14", false, 14, 14, 256, 80, 3, 1},        {"resnet_3x3_7", false, 7, 7, 512, 128, 3, 1},
    {"resnet_1x1_14", false, 14, 14, 1024, 80, 1, 1},
};

// Additions of a chain a second of processor time: one a cycle, so the clock that the core gives to this thread now.
double core_clock() {
  constexpr int kAdditions = 20'000'000;
  std::uint64_t sum = 0;
  const std::clock_t start = std::clock();
  for (int i = 0; i < kAdditions / 10; ++i) {
    for (int step = 0; step < 10; ++step) {
      sum += 1;
      asm volatile("" : "+r"(sum));  // in its register, and not added up by the compiler
    }
  }
  return static_cast<double>(kAdditions) * CLOCKS_PER_SEC / static_cast<double>(std::clock() - start);
}

Exec exec_of(const Tile& tile) {
  Exec exec;
  exec.depthwise = tile.depthwise;
  exec.channels = tile.channels;
  exec.output_channels = tile.outputs;
  exec.out_height = tile.height;
  exec.out_width = tile.width;
  exec.window.kernel_h = exec.window.kernel_w = tile.kernel;
  exec.window.stride_h = exec.window.stride_w = tile.stride;
  exec.window.pad_top = exec.window.pad_left = tile.kernel / 2;
  exec.x.height = tile.height * static_cast<std::uint32_t>(tile.stride);
  exec.x.width = tile.width * static_cast<std::uint32_t>(tile.stride);
  exec.x.pixel_pitch = 16;
  exec.x.row_pitch = 16 * exec.x.width;
  exec.x.block_pitch = exec.x.row_pitch * exec.x.height;
  exec.x.is_signed = false;
  exec.zx = 3;
  return exec;
}

void run_tile(benchmark::State& state, const Tile& tile, bool kept, int threads) {
  const Exec exec = exec_of(tile);
  intloom::isa::MachineDescription machine;
  const std::uint32_t pixels = tile.height * tile.width, groups = (tile.outputs + 15) / 16;
  const std::uint32_t blocks = (tile.channels + 15) / 16, taps = static_cast<std::uint32_t>(tile.kernel * tile.kernel);
  machine.accumulator.banks = 1;
  machine.accumulator.rows_per_bank = static_cast<int>(pixels * groups);
  std::vector<std::uint8_t> activations(std::size_t{blocks} * exec.x.block_pitch, 5);
  std::vector<std::uint8_t> weights(std::size_t{groups} * taps * (tile.depthwise ? 1 : tile.channels) * 16, 7);
  intloom::kernels::AccumulatorBanks banks(machine);
  intloom::kernels::ThreadPool pool(threads);
  intloom::kernels::ExecKernel kernel(machine);
  kernel.keep_weights(kept);
  const double clock_before = core_clock();
  for (auto _ : state) {
    if (!kept) kernel.keep_weights(false);  // forgets what it packed
    kernel.run(exec, 0, activations.data(), weights.data(), banks, pool);
  }
  const double clock = (clock_before + core_clock()) / 2;
  const double macs = static_cast<double>(pixels) * taps * tile.outputs * (tile.depthwise ? 1 : tile.channels);
  state.counters["macs_per_cycle"] = benchmark::Counter(macs / clock, benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int argc, char** argv) {
  for (const Tile& tile : kTiles) {
    const auto add = [&tile](const char* suffix, bool kept, int threads) {
      auto* bench =
          benchmark::RegisterBenchmark((std::string(tile.name) + suffix).c_str(), run_tile, tile, kept, threads);
      bench->Unit(benchmark::kMicrosecond);
      if (threads > 1) bench->UseRealTime();
    };
    add("/packed", false, 1);
    add("/kept", true, 1);
    add("/kept/2_threads", true, 2);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
