#include "rtl_models/kernels/exec_kernel.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tests/unit/kernels/exec_scene.h"
#include "tests/unit/kernels/highway_targets.h"
#include "tests/unit/kernels/random_exec.h"

namespace intloom::test {
namespace {

void expect_equal(const ExecOutcome& found, const ExecOutcome& expected) {
  RC_ASSERT(found.result.overflows == expected.result.overflows);
  const auto &a = found.result.first_overflow, &b = expected.result.first_overflow;
  RC_ASSERT(a.has_value() == b.has_value());
  if (!b) {  // what is written after the fault does not matter
    RC_ASSERT(found.sums == expected.sums);
    return;
  }
  RC_ASSERT(a->write == b->write);
  RC_ASSERT(a->row == b->row);
  RC_ASSERT(a->column == b->column);
  RC_ASSERT(a->sum == b->sum);
}

// A 1x1 kernel, one pixel, K channels of value x with weights w to one output channel.
ExecScene dot_product(std::uint32_t channels, std::uint8_t x, std::uint8_t w, int width_bits, isa::Overflow rule) {
  ExecScene scene;
  scene.machine.accumulator = {1, 1, width_bits, rule};
  scene.command.channels = channels;
  scene.command.x.block_pitch = 16;
  scene.activations.assign(activation_bytes(scene), x);
  scene.weights.assign(weight_bytes(scene), w);
  scene.sums.assign(16, 77);
  return scene;
}

TEST(ExecKernel, RandomCommandsOnEachTargetAndAnyNumberOfThreads) {
  const bool holds = rc::check([] {
    const ExecScene scene = random_exec();
    const ExecOutcome expected = expected_exec(scene);
    RC_CLASSIFY(scene.command.depthwise, "depthwise");
    RC_CLASSIFY(expected.result.overflows > 0, "overflows");
    on_each_target([&] { expect_equal(run_exec_kernel(scene), expected); });
    expect_equal(run_exec_kernel(scene, 2), expected);
    expect_equal(run_exec_kernel(scene, 3), expected);
  });
  EXPECT_TRUE(holds);
}

TEST(ExecKernel, TargetsThatTheTestsRan) {
  std::string names;
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets())
    names += std::string(names.empty() ? "" : " ") + hwy::TargetName(target);
  RecordProperty("targets", names);
  std::cout << "Highway targets: " << names << '\n';
  EXPECT_FALSE(names.empty());
}

// By hand: 2 blocks of 16 products 127 * 127 = 16129 are 258064 each. 19 bits hold -262144..262143, so the second write
// (516128) does not fit: it wraps to 516128 - 524288 = -8160.
TEST(ExecKernel, SecondBlockOverflows) {
  on_each_target([] {
    const ExecOutcome wrapped = run_exec_kernel(dot_product(32, 127, 127, 19, isa::Overflow::wrap));
    EXPECT_EQ(wrapped.sums[0], -8160);
    EXPECT_EQ(wrapped.result.overflows, 1);
    const ExecOutcome saturated = run_exec_kernel(dot_product(32, 127, 127, 19, isa::Overflow::saturate));
    EXPECT_EQ(saturated.sums[0], 262143);
    EXPECT_EQ(saturated.result.overflows, 1);
    const ExecOutcome failed = run_exec_kernel(dot_product(32, 127, 127, 19, isa::Overflow::error));
    ASSERT_TRUE(failed.result.first_overflow.has_value());
    EXPECT_EQ(failed.result.first_overflow->write, 1);
    EXPECT_EQ(failed.result.first_overflow->column, 0);
    EXPECT_EQ(failed.result.first_overflow->sum, 516128);
  });
}

// Saturation in the middle of a sum does not undo itself: 262143 - 258064 = 4079, where the exact sum is 258064.
TEST(ExecKernel, SaturatesInTheMiddleOfASum) {
  ExecScene scene = dot_product(48, 127, 127, 19, isa::Overflow::saturate);
  for (std::size_t channel = 32; channel < 48; ++channel) scene.activations[channel] = 0x81;  // -127
  const ExecOutcome outcome = run_exec_kernel(scene);
  EXPECT_EQ(outcome.sums[0], 4079);
  EXPECT_EQ(outcome.result.overflows, 1);
  EXPECT_EQ(outcome.sums[1], 0);  // a column without a channel
}

// Beyond int32: 140000 products of 255 * 127 in an accumulator of 40 bits.
TEST(ExecKernel, WideAccumulatorHoldsMoreThanInt32) {
  ExecScene scene = dot_product(140000, 255, 127, 40, isa::Overflow::error);
  scene.command.x.block_pitch = 0;
  scene.command.x.is_signed = false;
  const ExecOutcome outcome = run_exec_kernel(scene, 2);
  EXPECT_EQ(outcome.sums[0], std::int64_t{140000} * 255 * 127);
  EXPECT_EQ(outcome.result.overflows, 0);
}

// Parts of a large command, in pixels and in channels, on several threads.
TEST(ExecKernel, LargeCommandIsTheSameOnAnyNumberOfThreads) {
  for (const bool depthwise : {false, true}) {
    ExecScene scene;
    scene.machine.accumulator.rows_per_bank = 8192;
    isa::Exec& exec = scene.command;
    exec.depthwise = depthwise;
    exec.channels = 40;
    exec.output_channels = depthwise ? 40 : 100;
    exec.window = {3, 3, 1, 1, 1, 1, 1, 1};
    exec.out_height = exec.out_width = 33;
    exec.x = {0, 16, 16 * 33, 16 * 33 * 33, 33, 33, true};
    exec.zx = 7;
    scene.activations.resize(activation_bytes(scene));
    scene.weights.resize(weight_bytes(scene));
    std::uint32_t state = 1;
    for (auto* bytes : {&scene.activations, &scene.weights})
      for (std::uint8_t& byte : *bytes)
        byte = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
    scene.sums.resize(2 * 8192 * 16, 5);
    const ExecOutcome expected = expected_exec(scene);
    for (const int threads : {1, 2, 3, 8}) {
      const ExecOutcome found = run_exec_kernel(scene, threads);
      EXPECT_TRUE(found.sums == expected.sums) << threads << " threads, depthwise " << depthwise;
    }
  }
}

// Kept weights are packed anew exactly where their bytes or their layout change, whichever command asks.
TEST(ExecKernel, KeptWeightsFollowTheBuffer) {
  const bool holds = rc::check([] {
    const bool keep = *rc::gen::arbitrary<bool>();
    ExecScene scene = random_exec();
    kernels::ExecKernel kernel(scene.machine);
    kernels::ThreadPool pool(1);
    kernel.keep_weights(keep);
    expect_equal(run_exec_kernel(scene, 3, kernel, pool), expected_exec(scene));
    expect_equal(run_exec_kernel(scene, 3, kernel, pool), expected_exec(scene));
    expect_equal(run_exec_kernel(scene, 4, kernel, pool), expected_exec(scene));  // shares them
    scene.weights.back() = static_cast<std::uint8_t>(scene.weights.back() + 1);
    expect_equal(run_exec_kernel(scene, 3, kernel, pool), expected_exec(scene));
    scene.command.weights_signed = !scene.command.weights_signed;
    scene.command.zw = 3;
    expect_equal(run_exec_kernel(scene, 3, kernel, pool), expected_exec(scene));
    expect_equal(run_exec_kernel(scene, 4, kernel, pool), expected_exec(scene));
  });
  EXPECT_TRUE(holds);
}

// What is kept of a command's geometry is of use for that geometry only, whichever command had it before.
TEST(ExecKernel, KeptPlansFollowTheCommand) {
  const bool holds = rc::check([] {
    ExecScene scene = random_exec();
    kernels::ExecKernel kernel(scene.machine);
    kernels::ThreadPool pool(1);
    kernel.keep_weights(*rc::gen::arbitrary<bool>());
    const auto expect_same = [&] {
      expect_equal(run_exec_kernel(scene, 3, kernel, pool), expected_exec(scene));
      expect_equal(run_exec_kernel(scene, 4, kernel, pool), expected_exec(scene));
    };
    expect_same();
    const isa::Exec before = scene.command;
    const std::vector<std::function<void(isa::Exec&)>> changes{
        [](isa::Exec& exec) { ++exec.window.pad_top; },
        [](isa::Exec& exec) { --exec.window.pad_left; },
        [](isa::Exec& exec) { ++exec.window.stride_h; },
        [](isa::Exec& exec) { ++exec.window.stride_w; },
        [](isa::Exec& exec) { ++exec.window.dilation_h; },
        [](isa::Exec& exec) { ++exec.window.dilation_w; },
        [](isa::Exec& exec) { std::swap(exec.window.kernel_h, exec.window.kernel_w); },
        [](isa::Exec& exec) { std::swap(exec.out_height, exec.out_width); },
        [](isa::Exec& exec) { exec.x.height = std::max(1U, exec.x.height - 1); },
        [](isa::Exec& exec) { exec.x.width = std::max(1U, exec.x.width - 1); },
        [](isa::Exec& exec) { exec.x.row_pitch = 0; },
        [](isa::Exec& exec) { exec.x.pixel_pitch = 0; },
        [](isa::Exec& exec) { exec.x.block_pitch = 0; },
        [](isa::Exec& exec) { exec.x.is_signed = !exec.x.is_signed; },
        [](isa::Exec& exec) { exec.zx = static_cast<std::int16_t>(exec.zx ^ 1); },
        [](isa::Exec& exec) { exec.pad_value = static_cast<std::int16_t>(exec.pad_value ^ 1); },
        [](isa::Exec& exec) { exec.accumulate = !exec.accumulate; },
    };
    (*rc::gen::elementOf(changes))(scene.command);
    expect_same();
    scene.command = before;
    expect_same();
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace intloom::test
