#include "tests/unit/kernels/exec_scene.h"

#include <algorithm>

#include "rtl_models/kernels/accumulator_banks.h"
#include "rtl_models/kernels/thread_pool.h"

namespace intloom::test {

namespace {

std::uint32_t group_size(const ExecScene& scene) {
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  const auto cols = static_cast<std::uint32_t>(scene.machine.array.cols);
  if (!scene.command.depthwise) return cols;
  std::uint32_t group = std::min(rows, cols);
  while (rows % group != 0) --group;
  return group;
}

std::uint32_t groups(const ExecScene& scene) {
  return (scene.command.output_channels + group_size(scene) - 1) / group_size(scene);
}

// The accumulators during the walk.
class Accumulators {
 public:
  explicit Accumulators(const ExecScene& scene) : scene_(scene), outcome_{scene.sums, {}} {}

  // Under `error` nothing counts after the first write that does not fit.
  void write(std::uint32_t row, const std::vector<std::int64_t>& partial, bool add) {
    const std::int64_t write = writes_++;
    if (outcome_.result.first_overflow) return;
    const int bits = scene_.machine.accumulator.width_bits;
    const isa::Overflow rule = scene_.machine.accumulator.overflow;
    const std::int64_t modulus = std::int64_t{1} << bits, highest = modulus / 2 - 1, lowest = -modulus / 2;
    const std::size_t first =
        (std::size_t{scene_.command.acc_bank} * static_cast<std::size_t>(scene_.machine.accumulator.rows_per_bank) +
         row) *
        partial.size();
    for (std::size_t c = 0; c < partial.size(); ++c) {
      const std::int64_t exact = (add ? outcome_.sums[first + c] : 0) + partial[c];
      std::int64_t stored = exact;
      if (exact < lowest || exact > highest) {
        ++outcome_.result.overflows;
        if (rule == isa::Overflow::error && !outcome_.result.first_overflow)
          outcome_.result.first_overflow = kernels::Overflow{write, row, static_cast<int>(c), exact};
        if (rule == isa::Overflow::saturate) stored = exact < 0 ? lowest : highest;
        while (stored < lowest) stored += modulus;
        while (stored > highest) stored -= modulus;
      }
      outcome_.sums[first + c] = stored;
    }
    if (outcome_.result.first_overflow)
      outcome_.result.overflows -= overflows_before_;
    else
      overflows_before_ = outcome_.result.overflows;
  }
  const ExecOutcome& outcome() const { return outcome_; }

 private:
  const ExecScene& scene_;
  ExecOutcome outcome_;
  std::int64_t writes_ = 0, overflows_before_ = 0;
};

// One activation row and one weight block of the walk.
class Operands {
 public:
  explicit Operands(const ExecScene& scene)
      : scene_(scene), folded_(scene.machine.array.zero_point == isa::ZeroPoint::folded) {}

  std::int64_t x(int oy, int ox, int ky, int kx, std::uint32_t block, std::uint32_t lane) const {
    const isa::Exec& exec = scene_.command;
    const isa::Window& w = exec.window;
    const int iy = oy * w.stride_h + ky * w.dilation_h - w.pad_top;
    const int ix = ox * w.stride_w + kx * w.dilation_w - w.pad_left;
    if (iy < 0 || ix < 0 || iy >= static_cast<int>(exec.x.height) || ix >= static_cast<int>(exec.x.width))
      return folded_ ? exec.pad_value : 0;
    const std::size_t address = std::size_t{exec.x.address} + std::size_t{block} * exec.x.block_pitch +
                                static_cast<std::size_t>(iy) * exec.x.row_pitch +
                                static_cast<std::size_t>(ix) * exec.x.pixel_pitch + lane;
    return value(scene_.activations.at(address), exec.x.is_signed) - (folded_ ? 0 : exec.zx);
  }
  std::int64_t weight(std::size_t address) const {
    const isa::Exec& exec = scene_.command;
    return value(scene_.weights.at(address), exec.weights_signed) - (folded_ ? 0 : exec.zw);
  }

 private:
  static std::int64_t value(std::uint8_t byte, bool is_signed) { return is_signed && byte > 127 ? byte - 256 : byte; }

  const ExecScene& scene_;
  bool folded_;
};

}  // namespace

std::uint32_t accumulator_rows(const ExecScene& scene) {
  return scene.command.acc_row + groups(scene) * scene.command.out_height * scene.command.out_width;
}

std::size_t activation_bytes(const ExecScene& scene) {
  const isa::MapRegion& x = scene.command.x;
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  const std::uint32_t blocks = (scene.command.channels + rows - 1) / rows;
  return std::size_t{x.address} + std::size_t{blocks - 1} * x.block_pitch + std::size_t{x.height - 1} * x.row_pitch +
         std::size_t{x.width - 1} * x.pixel_pitch + rows;
}

std::size_t weight_bytes(const ExecScene& scene) {
  const isa::Exec& exec = scene.command;
  const auto taps = static_cast<std::size_t>(exec.window.kernel_h * exec.window.kernel_w);
  return exec.weight_address + groups(scene) * taps * (exec.depthwise ? 1 : exec.channels) *
                                   static_cast<std::size_t>(scene.machine.array.cols);
}

ExecOutcome expected_exec(const ExecScene& scene) {
  const isa::Exec& exec = scene.command;
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  const auto cols = static_cast<std::size_t>(scene.machine.array.cols);
  const std::uint32_t group_channels = group_size(scene),
                      blocks = exec.depthwise ? 1 : (exec.channels + rows - 1) / rows;
  const std::uint32_t pixels = exec.out_height * exec.out_width;
  Accumulators accumulators(scene);
  const Operands operands(scene);
  std::size_t word = exec.weight_address;
  for (std::uint32_t g = 0; g < groups(scene); ++g) {
    const std::uint32_t used = std::min(group_channels, exec.output_channels - g * group_channels);
    for (std::uint32_t b = 0; b < blocks; ++b) {
      const std::uint32_t lanes = exec.depthwise ? 1 : std::min(rows, exec.channels - b * rows);
      for (int tap = 0; tap < exec.window.kernel_h * exec.window.kernel_w; ++tap) {
        const int ky = tap / exec.window.kernel_w, kx = tap % exec.window.kernel_w;
        for (std::uint32_t p = 0; p < pixels; ++p) {
          const int oy = static_cast<int>(p / exec.out_width), ox = static_cast<int>(p % exec.out_width);
          std::vector<std::int64_t> partial(cols, 0);
          for (std::uint32_t lane = 0; lane < lanes && !exec.depthwise; ++lane) {
            const std::int64_t x = operands.x(oy, ox, ky, kx, b, lane);
            for (std::uint32_t c = 0; c < used; ++c) partial[c] += x * operands.weight(word + lane * cols + c);
          }
          for (std::uint32_t c = 0; c < used && exec.depthwise; ++c)
            partial[c] = operands.x(oy, ox, ky, kx, g * group_channels / rows, g * group_channels % rows + c) *
                         operands.weight(word + c);
          accumulators.write(exec.acc_row + g * pixels + p, partial, exec.accumulate || b > 0 || tap > 0);
        }
        word += lanes * cols;
      }
    }
  }
  return accumulators.outcome();
}

ExecOutcome run_exec_kernel(const ExecScene& scene, int threads) {
  kernels::ExecKernel kernel(scene.machine);
  kernels::ThreadPool pool(threads);
  return run_exec_kernel(scene, 0, kernel, pool);
}

ExecOutcome run_exec_kernel(const ExecScene& scene, std::uint32_t number, kernels::ExecKernel& kernel,
                            kernels::ThreadPool& pool) {
  kernels::AccumulatorBanks banks(scene.machine);
  ExecOutcome outcome{scene.sums, {}};
  if (banks.wide())
    std::copy(scene.sums.begin(), scene.sums.end(), banks.int64_row(0, 0));
  else
    std::transform(scene.sums.begin(), scene.sums.end(), banks.int32_row(0, 0),
                   [](std::int64_t sum) { return static_cast<std::int32_t>(sum); });
  outcome.result = kernel.run(scene.command, number, scene.activations.data(), scene.weights.data(), banks, pool);
  for (std::size_t i = 0; i < outcome.sums.size(); ++i)
    outcome.sums[i] = banks.wide() ? banks.int64_row(0, 0)[i] : banks.int32_row(0, 0)[i];
  return outcome;
}

}  // namespace intloom::test
