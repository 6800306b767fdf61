#include "tests/unit/kernels/requant_scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "rtl_models/kernels/requant_kernel.h"
#include "tests/unit/arith/exact_rounding.h"

namespace intloom::test {
namespace {

// The real value's integer, before the zero point. The unit hands on 64 bits, saturated: seen only with `wrap`.
Wide scaled(std::int64_t sum, const isa::ParameterRecord& record, const isa::ScalingDescription& scaling) {
  if (scaling.multiplier == isa::Multiplier::fixed) {
    const Wide exact = exact_requantize(sum, record.m0, record.n, scaling.rounding, scaling.multiplier_bits);
    return std::clamp<Wide>(exact, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  }
  volatile float product = static_cast<float>(sum) * record.multiplier_as_float();
  return static_cast<Wide>(std::nearbyint(static_cast<long double>(product)));
}

std::size_t sum_index(const RequantScene& scene, std::uint32_t c, std::uint32_t p) {
  const isa::Requant& command = scene.command;
  const std::size_t pixels = std::size_t{command.out.height} * command.out.width;
  const std::size_t row = command.acc_row + c / command.group_channels * pixels + p;
  return row * static_cast<std::size_t>(scene.machine.array.cols) + c % command.group_channels;
}

std::vector<std::uint8_t> parameter_bytes(const RequantScene& scene) {
  std::vector<std::uint8_t> bytes(scene.command.parameter_address);
  const auto append = [&](const isa::ParameterRecord& record) {
    bytes.resize(bytes.size() + 12);
    isa::write_parameter_record(record, bytes.data() + bytes.size() - 12);
  };
  if (scene.command.per_channel) {
    for (const isa::ParameterRecord& record : scene.records) append(record);
    return bytes;
  }
  append({-7, scene.records[0].m0, scene.records[0].n});  // its bias must not matter
  for (const isa::ParameterRecord& record : scene.records)
    for (int i = 0; i < 4; ++i)
      bytes.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(record.bias) >> (8 * i)));
  return bytes;
}

}  // namespace

RequantScene requant_scene(int size, std::uint32_t channels, std::uint32_t pixels) {
  RequantScene scene;
  const auto word = static_cast<std::uint32_t>(size);
  scene.machine.array.rows = scene.machine.array.cols = size;
  scene.machine.requant.scaling.rounding = isa::Rounding::half_even;
  scene.command.channels = channels;
  scene.command.group_channels = word;
  scene.command.out = {0, word, word * pixels, word * pixels, 1, pixels, true};
  const std::size_t blocks = (channels - 1) / word + 1;
  scene.machine.accumulator.rows_per_bank = static_cast<int>(blocks * pixels);
  scene.sums.assign(blocks * pixels * word, 0);
  scene.activations.assign(blocks * pixels * word, 0xA5);
  return scene;
}

std::int64_t& requant_sum(RequantScene& scene, std::uint32_t c, std::uint32_t p) {
  return scene.sums[sum_index(scene, c, p)];
}

std::size_t requant_address(const RequantScene& scene, std::uint32_t c, std::uint32_t p) {
  const isa::MapRegion& out = scene.command.out;
  const auto rows = static_cast<std::uint32_t>(scene.machine.array.rows);
  return out.address + c / rows * out.block_pitch + p / out.width * out.row_pitch + p % out.width * out.pixel_pitch +
         c % rows;
}

RequantOutcome expected_requant(const RequantScene& scene) {
  RequantOutcome outcome{scene.activations, 0};
  const isa::Requant& command = scene.command;
  const isa::ScalingDescription& scaling = scene.machine.requant.scaling;
  const bool wrap = scaling.out_of_range == isa::OutOfRange::wrap;
  const int lo = wrap ? (command.out.is_signed ? -128 : 0) : command.lo, hi = wrap ? lo + 255 : command.hi;
  for (std::uint32_t c = 0; c < command.channels; ++c) {
    for (std::uint32_t p = 0; p < command.out.height * command.out.width; ++p) {
      const isa::ParameterRecord& record = scene.records[c];
      const Wide y = scaled(scene.sums[sum_index(scene, c, p)] + record.bias, record, scaling) + command.zy;
      const Wide clamped = y < lo ? lo : y > hi ? hi : y;
      outcome.saturations += clamped != y;
      outcome.activations[requant_address(scene, c, p)] =
          static_cast<std::uint8_t>(static_cast<std::uint64_t>(wrap ? y : clamped));
    }
  }
  return outcome;
}

RequantOutcome run_requant_kernel(const RequantScene& scene, int threads) {
  RequantOutcome outcome{scene.activations, 0};
  kernels::AccumulatorBanks accumulators(scene.machine);
  for (std::size_t i = 0; i < scene.sums.size(); ++i) {
    if (accumulators.wide())
      accumulators.int64_row(scene.command.acc_bank, 0)[i] = scene.sums[i];
    else
      accumulators.int32_row(scene.command.acc_bank, 0)[i] = static_cast<std::int32_t>(scene.sums[i]);
  }
  std::int64_t bound = 0;
  for (const std::int64_t sum : scene.sums)
    bound = std::max(bound, sum == INT64_MIN ? INT64_MAX : sum < 0 ? -sum : sum);
  kernels::ThreadPool pool(threads);
  const std::vector<std::uint8_t> parameters = parameter_bytes(scene);
  // Once as it is, once with what the sums allow for, and with parameters that were read before.
  const kernels::RequantParameters read(scene.command, scene.machine, parameters.data());
  RequantOutcome bounded = outcome;
  accumulators.set_bound(scene.command.acc_bank, bound);
  bounded.saturations =
      kernels::run_requant(scene.command, scene.machine, accumulators, read, bounded.activations.data(), pool);
  accumulators.set_bound(scene.command.acc_bank, INT64_MAX);
  outcome.saturations = kernels::run_requant(scene.command, scene.machine, accumulators, parameters.data(),
                                             outcome.activations.data(), pool);
  EXPECT_EQ(bounded.saturations, outcome.saturations);
  EXPECT_EQ(bounded.activations, outcome.activations);
  return outcome;
}

}  // namespace intloom::test
