// EXEC on feeder, array and accumulator together: sums against a direct convolution, times against timing/.
#include "tests/block/feeder/exec_pipeline.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <random>
#include <vector>

#include "rtl_models/isa/banks.h"
#include "rtl_models/timing/exec_timing.h"
#include "tests/block/feeder/convolution.h"

namespace intloom::hw {
namespace {

// Random numbers of one generator, so that a failure is found again from its seed.
class Dice {
 public:
  explicit Dice(std::uint32_t seed) : random_(seed) {}
  int in(int first, int last) { return first + static_cast<int>(random_() % static_cast<unsigned>(last - first + 1)); }
  std::uint32_t size(int first, int last) { return static_cast<std::uint32_t>(in(first, last)); }
  bool once_in(int n) { return in(1, n) == 1; }
  int one_of(const std::vector<int>& values) {
    return values[static_cast<std::size_t>(in(0, static_cast<int>(values.size()) - 1))];
  }
  std::mt19937& generator() { return random_; }

 private:
  std::mt19937 random_;
};

isa::MachineDescription random_machine(Dice& dice) {
  isa::MachineDescription machine;
  machine.array.rows = dice.one_of({1, 2, 3, 5, 8, 12, 16, 20});
  machine.array.cols = dice.one_of({1, 2, 3, 5, 8, 12, 16, 20});
  machine.array.zero_point = dice.once_in(3) ? isa::ZeroPoint::folded : isa::ZeroPoint::operand;
  machine.scratchpad = {4, 4096, dice.in(1, 4)};
  machine.weight_buffer = {4, 8192, dice.in(1, 4)};
  machine.accumulator = {3, 400, 32, isa::Overflow::error};
  return machine;
}

isa::Window random_window(Dice& dice) {
  isa::Window window;
  window.kernel_h = dice.one_of({1, 1, 2, 3});
  window.kernel_w = dice.one_of({1, 2, 3, 5});
  window.stride_h = dice.in(1, 3);
  window.stride_w = dice.in(1, 3);
  window.dilation_h = dice.in(1, 2);
  window.dilation_w = dice.in(1, 3);
  window.pad_top = dice.in(-2, 3);
  window.pad_left = dice.in(-2, 3);
  return window;
}

// Where x lies: gaps between words, rows and blocks.
void place_map(isa::MapRegion& map, std::uint32_t word, Dice& dice) {
  map.address = word * dice.size(0, 5);
  map.pixel_pitch = word * dice.size(1, 2);
  map.row_pitch = map.pixel_pitch * map.width + word * dice.size(0, 2);
  map.block_pitch = map.row_pitch * map.height + word * dice.size(0, 2);
}

isa::Exec random_exec(const isa::MachineDescription& machine, Dice& dice) {
  isa::Exec exec;
  exec.depthwise = dice.once_in(3);
  exec.x.height = dice.once_in(4) ? 1 : dice.size(1, 6);  // 1: 1-D
  exec.x.width = dice.size(1, 7);
  exec.x.is_signed = dice.once_in(2);
  exec.weights_signed = dice.once_in(2);
  exec.window = random_window(dice);
  exec.out_height = dice.size(1, 4);
  exec.out_width = dice.size(1, 5);
  exec.channels = dice.size(1, 2 * machine.array.rows + 2);
  exec.output_channels = exec.depthwise ? exec.channels : dice.size(1, 2 * machine.array.cols + 2);
  exec.zx = static_cast<std::int16_t>(dice.in(0, 255) - (exec.x.is_signed ? 128 : 0));
  exec.zw = static_cast<std::int16_t>(dice.in(0, 255) - (exec.weights_signed ? 128 : 0));
  exec.pad_value = exec.zx;
  exec.acc_bank = dice.size(0, machine.accumulator.banks - 1);
  exec.acc_row = dice.size(0, 20);
  exec.accumulate = dice.once_in(3);
  exec.weight_address = static_cast<std::uint32_t>(machine.array.cols) * dice.size(0, 9);
  place_map(exec.x, static_cast<std::uint32_t>(machine.array.rows), dice);
  return exec;
}

Convolution random_convolution(const isa::MachineDescription& machine, Dice& dice) {
  for (;;) {
    isa::Command command;
    command.unit = isa::Unit::exec;
    command.body = random_exec(machine, dice);
    if (!isa::find_fault(command, machine).empty()) continue;
    Convolution conv;
    conv.exec = std::get<isa::Exec>(command.body);
    fill_randomly(conv, dice.generator());
    return conv;
  }
}

// Bytes that no channel owns are random: nothing of them may reach a sum.
void load(Scratchpad& scratchpad, const std::vector<PlacedByte>& bytes, Dice& dice) {
  std::vector<std::uint8_t> garbage(scratchpad.capacity_bytes());
  for (std::uint8_t& byte : garbage) byte = static_cast<std::uint8_t>(dice.generator()());
  for (const PlacedByte& byte : bytes) garbage[byte.address] = byte.value;
  scratchpad.poke(0, garbage.data(), garbage.size());
}

// Rows of the accumulator bank, in order of the rows.
using Bank = std::vector<std::vector<std::int64_t>>;

Bank random_bank(ExecPipeline& pipeline, std::uint32_t bank, const isa::MachineDescription& machine, Dice& dice) {
  Bank rows;
  for (std::uint32_t row = 0; row < static_cast<std::uint32_t>(machine.accumulator.rows_per_bank); ++row) {
    rows.emplace_back(static_cast<std::size_t>(machine.array.cols));
    for (std::int64_t& sum : rows.back()) sum = dice.in(-1000000, 1000000);
    pipeline.accumulator.poke(bank, row, rows.back());
  }
  return rows;
}

// What the rows hold after the command; columns without a channel get sums of zeros.
void add_expected(const Convolution& conv, bool folded, int group, Bank& rows) {
  const isa::Exec& exec = conv.exec;
  const int outputs = static_cast<int>(exec.output_channels);
  std::size_t row = exec.acc_row;
  for (int first = 0; first < outputs; first += group) {
    for (int oy = 0; oy < static_cast<int>(exec.out_height); ++oy) {
      for (int ox = 0; ox < static_cast<int>(exec.out_width); ++ox, ++row) {
        for (std::size_t column = 0; column < rows[row].size(); ++column) {
          const int n = first + static_cast<int>(column);
          const bool used = static_cast<int>(column) < group && n < outputs;
          const std::int64_t sum = used ? direct_sum(conv, folded, n, oy, ox) : 0;
          rows[row][column] = (exec.accumulate ? rows[row][column] : 0) + sum;
        }
      }
    }
  }
}

// Taps inside and outside of the map, times channels: useful and padding MACs.
std::pair<std::uint64_t, std::uint64_t> count_macs(const isa::Exec& exec) {
  std::uint64_t inside = 0, taps = 0;
  const isa::Window& w = exec.window;
  for (int oy = 0; oy < static_cast<int>(exec.out_height); ++oy)
    for (int ox = 0; ox < static_cast<int>(exec.out_width); ++ox)
      for (int ky = 0; ky < w.kernel_h; ++ky)
        for (int kx = 0; kx < w.kernel_w; ++kx, ++taps) {
          const int y = oy * w.stride_h + ky * w.dilation_h - w.pad_top,
                    x = ox * w.stride_w + kx * w.dilation_w - w.pad_left;
          inside +=
              y >= 0 && x >= 0 && y < static_cast<int>(exec.x.height) && x < static_cast<int>(exec.x.width) ? 1 : 0;
        }
  const std::uint64_t products = std::uint64_t{exec.output_channels} * (exec.depthwise ? 1 : exec.channels);
  return {inside * products, (taps - inside) * products};
}

void check_sums(Dice& dice) {
  const isa::MachineDescription machine = random_machine(dice);
  const bool folded = machine.array.zero_point == isa::ZeroPoint::folded;
  const Convolution conv = random_convolution(machine, dice);
  isa::Command command;
  command.unit = isa::Unit::exec;
  command.body = conv.exec;
  const isa::CommandStream program{command};
  const int group = isa::group_channels(conv.exec, machine);

  ExecPipeline pipeline(machine);
  load(pipeline.activations, place_activations(conv, machine), dice);
  load(pipeline.weights, place_weights(conv, machine, group), dice);
  Bank expected = random_bank(pipeline, conv.exec.acc_bank, machine, dice);
  add_expected(conv, folded, group, expected);
  pipeline.run(program, {0});

  RC_ASSERT(pipeline.machine.fault().message == "");
  for (std::uint32_t row = 0; row < expected.size(); ++row)
    RC_ASSERT(pipeline.accumulator.peek(conv.exec.acc_bank, row) == expected[row]);
  RC_ASSERT(std::make_pair(pipeline.feeder.useful_macs(), pipeline.feeder.padding_macs()) == count_macs(conv.exec));
}

RC_GTEST_PROP(ExecPipeline, SumsEqualADirectConvolution, ()) {
  Dice dice(*rc::gen::arbitrary<std::uint32_t>());
  for (int i = 0; i < 10; ++i) check_sums(dice);
}

std::int64_t logged_cycles(const std::vector<PhaseChange>& log, Phase phase, std::int64_t end) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < log.size(); ++i)
    if (log[i].phase == phase) total += (i + 1 < log.size() ? log[i + 1].cycle : end) - log[i].cycle;
  return total;
}

// Several commands, each as early as allowed or later, beside those whose last rows are still inside the array.
void check_times(Dice& dice) {
  const isa::MachineDescription machine = random_machine(dice);
  isa::CommandStream program(dice.size(1, 4));
  std::vector<int> gaps;
  for (isa::Command& command : program) {
    command.unit = isa::Unit::exec;
    command.body = random_convolution(machine, dice).exec;
    gaps.push_back(dice.once_in(2) ? 0 : dice.in(0, 30));
  }
  ExecPipeline pipeline(machine);
  const auto times = pipeline.run(program, gaps);
  RC_ASSERT(pipeline.machine.fault().message == "");
  timing::ExecCycles sum;
  std::int64_t words = 0, rows = 0, blocks = 0;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const auto& exec = std::get<isa::Exec>(program[i].body);
    const timing::ExecCycles cycles = timing::exec_cycles(exec, machine);
    RC_ASSERT(times[i].feed_done - times[i].start == cycles.feed());
    RC_ASSERT(times[i].exec_done - times[i].feed_done == cycles.drain);
    RC_ASSERT(times[i].exec_done - times[i].start == cycles.total());
    sum.compute += cycles.compute;
    sum.weights += cycles.weights;
    sum.fill_drain += cycles.fill_drain;
    const timing::ExecBlocks work = timing::exec_blocks(exec, machine);
    words += work.weight_words;
    rows += work.activation_rows;
    blocks += work.blocks;
  }
  const auto& log = pipeline.feeder.phase_log();
  const std::int64_t end = pipeline.machine.cycle() + 1;
  RC_ASSERT(logged_cycles(log, Phase::compute, end) == sum.compute);
  RC_ASSERT(logged_cycles(log, Phase::weights, end) == sum.weights);
  RC_ASSERT(logged_cycles(log, Phase::fill_drain, end) == sum.fill_drain);
  RC_ASSERT(pipeline.feeder.phase_cycles(Phase::compute) == static_cast<std::uint64_t>(sum.compute));
  for (const Counter& counter : pipeline.feeder.counters()) {
    if (counter.name == "weight_reads") RC_ASSERT(counter.value == static_cast<std::uint64_t>(words));
    if (counter.name == "blocks") RC_ASSERT(counter.value == static_cast<std::uint64_t>(blocks));
  }
  for (const Counter& counter : pipeline.array.counters())
    if (counter.name == "activation_rows") RC_ASSERT(counter.value == static_cast<std::uint64_t>(rows));
}

RC_GTEST_PROP(ExecPipeline, TimesEqualTiming, ()) {
  Dice dice(*rc::gen::arbitrary<std::uint32_t>());
  for (int i = 0; i < 5; ++i) check_times(dice);
}

// Time does not depend on what the bytes are (rule of time 9).
TEST(ExecPipeline, TimesDoNotDependOnData) {
  Dice dice(7);
  const isa::MachineDescription machine = random_machine(dice);
  const Convolution conv = random_convolution(machine, dice);
  isa::Command command;
  command.unit = isa::Unit::exec;
  command.body = conv.exec;
  std::vector<std::int64_t> ends;
  for (int i = 0; i < 3; ++i) {
    ExecPipeline pipeline(machine);
    load(pipeline.activations, {}, dice);
    load(pipeline.weights, {}, dice);
    ends.push_back(pipeline.run({command}, {0})[0].exec_done);
  }
  EXPECT_EQ(ends[0], ends[1]);
  EXPECT_EQ(ends[0], ends[2]);
}

}  // namespace
}  // namespace intloom::hw
