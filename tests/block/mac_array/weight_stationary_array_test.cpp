#include "rtl_models/mac_array/weight_stationary_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "tests/block/mac_array/array_bench.h"
#include "tests/block/mac_array/register_model.h"

namespace intloom::hw {
namespace {

using testing::HasSubstr;

struct Size {
  int rows, cols;
};
constexpr Size kSizes[] = {{1, 1}, {1, 5}, {5, 1}, {2, 3}, {8, 8}, {12, 20}, {20, 12}, {16, 16}, {33, 7}};

Row random_row(std::mt19937& random, int size) {
  Row row(static_cast<std::size_t>(size));
  for (int& value : row) value = static_cast<int>(random() % 511) - 255;  // 9 bits
  return row;
}

// The weights of the 2x2 array of the page's example.
void load_two_by_two(ArrayBench& bench) {
  bench.send_weights(0, {1, 2}, false);
  bench.step();
  bench.send_weights(1, {10, 20}, true);
  bench.step();
}

// README.md, "Example": by hand 3*1 + 4*10 and 3*2 + 4*20.
TEST(WeightStationaryArray, TwoByTwoByHand) {
  ArrayBench bench(2, 2);
  load_two_by_two(bench);
  bench.send_activations({3, 4}, true, 77);
  bench.step();
  EXPECT_EQ(bench.dut.partial_sum(0, 0), 3);
  EXPECT_FALSE(bench.sum_valid.read());
  bench.step();
  EXPECT_EQ(bench.dut.partial_sum(1, 0), 43);
  EXPECT_EQ(bench.dut.partial_sum(0, 1), 6);
  EXPECT_FALSE(bench.sum_valid.read());
  bench.step();
  EXPECT_TRUE(bench.sum_valid.read());
  EXPECT_EQ(bench.sum_data.read()[0], 43);
  EXPECT_EQ(bench.sum_data.read()[1], 86);
  EXPECT_EQ(bench.sum_tag.read(), 77U);
  bench.step();
  EXPECT_FALSE(bench.sum_valid.read());
}

// M2: sums not rows + cols - 3 edges after the one that samples the row, but rows + cols - 2.
TEST(WeightStationaryArray, SumsLeaveAfterTheLatencyAndNotBefore) {
  for (const Size size : kSizes) {
    ArrayBench bench(size.rows, size.cols);
    bench.send_weights(0, Row(static_cast<std::size_t>(size.cols), 2), true);
    bench.step();
    bench.send_activations(Row(static_cast<std::size_t>(size.rows), 21), true, 1);
    bench.step();
    for (int edge = 0; edge < size.rows + size.cols - 2; ++edge) {
      EXPECT_FALSE(bench.sum_valid.read()) << size.rows << "x" << size.cols << " after " << edge;
      bench.step();
    }
    EXPECT_TRUE(bench.sum_valid.read()) << size.rows << "x" << size.cols;
    EXPECT_EQ(bench.dut.latency(), size.rows + size.cols - 2);
    for (int c = 0; c < size.cols; ++c) EXPECT_EQ(bench.sum_data.read()[c], 42);
  }
}

// M4: a row may swap at the edge after the last weight row, not at the same.
TEST(WeightStationaryArray, SwapAtTheEdgeOfTheLastWeightsIsAFault) {
  ArrayBench bench(2, 2);
  bench.send_weights(0, {1, 2}, false);
  bench.step();
  bench.send_weights(1, {10, 20}, true);
  bench.send_activations({3, 4}, true, 0);
  bench.step();
  EXPECT_THAT(bench.machine.fault().message, HasSubstr("swaps to weights"));
}

// M5: weights of the next block may come at the edge of the swap, not one edge before.
TEST(WeightStationaryArray, NextWeightsAtTheSwapAndNotBefore) {
  {
    ArrayBench bench(2, 2);
    load_two_by_two(bench);
    bench.send_activations({3, 4}, true, 0);
    bench.send_weights(0, {5, 6}, true);
    bench.step();
    bench.send_activations({1, 1}, true, 1);
    bench.step();
    bench.step();
    EXPECT_EQ(bench.sum_data.read()[0], 43);
    bench.step();
    EXPECT_EQ(bench.sum_data.read()[0], 5);  // rows that were not sent are zero
    EXPECT_EQ(bench.sum_data.read()[1], 6);
    EXPECT_FALSE(bench.machine.faulted());
  }
  ArrayBench bench(2, 2);
  load_two_by_two(bench);
  bench.send_weights(0, {5, 6}, true);
  bench.step();
  EXPECT_THAT(bench.machine.fault().message, HasSubstr("has not become active"));
}

TEST(WeightStationaryArray, WeightsForARowThatIsNotThereAreAFault) {
  ArrayBench bench(2, 2);
  bench.send_weights(2, {5, 6}, true);
  bench.step();
  EXPECT_THAT(bench.machine.fault().message, HasSubstr("row 2 of an array of 2 rows"));
}

TEST(WeightStationaryArray, SleepsWhenNothingMoves) {
  ArrayBench bench(3, 4);
  bench.send_weights(0, {1, 2, 3, 4}, true);
  for (int i = 0; i < 30; ++i) bench.step();
  const auto calls = bench.dut.tick_calls();
  EXPECT_LT(calls, 10U);
  bench.send_activations({1, 1, 1}, true, 0);
  for (int i = 0; i < 30; ++i) bench.step();
  EXPECT_EQ(bench.dut.tick_calls(), calls + 7);  // 1 + latency 5, and one that lowers sum_valid_o
}

TEST(WeightStationaryArray, ResetForgetsWhatIsInFlight) {
  ArrayBench bench(3, 4);
  bench.send_weights(0, {1, 2, 3, 4}, true);
  bench.step();
  bench.send_activations({1, 1, 1}, true, 0);
  bench.step();
  bench.reset_n.write(false);
  bench.step();
  bench.reset_n.write(true);
  for (int i = 0; i < 10; ++i) {
    bench.step();
    EXPECT_FALSE(bench.sum_valid.read());
  }
  bench.send_activations({1, 1, 1}, true, 0);
  bench.step();
  EXPECT_TRUE(bench.machine.faulted());  // the weights are gone too
}

// A random schedule of blocks: weights with gaps, at most one block ahead, activations with gaps, as rules M4 and M5
// allow it. Calls `edge` with what was sampled at each.
struct Sampled {
  Row activations, weights;
  bool swap = false, diagonal = false, last = false;
  int weight_row = 0;
  std::uint64_t tag = 0;
};

class Schedule {
 public:
  Schedule(std::mt19937& random, Size size, int gap_percent)
      : random_(random), size_(size), gap_percent_(gap_percent) {}

  Sampled next() {
    Sampled now;
    const bool may_stream = complete_ > swapped_ || rows_left_ > 0;
    if (may_stream && !gap()) {
      now.activations = random_row(random_, size_.rows);
      now.tag = ++tag_;
      if (rows_left_ == 0) {
        now.swap = true;
        ++swapped_;
        rows_left_ = 1 + static_cast<int>(random_() % 9);
      }
      --rows_left_;
    }
    if (complete_ == swapped_ && !gap()) send_weights(now);
    return now;
  }

 private:
  bool gap() { return static_cast<int>(random_() % 100) < gap_percent_; }
  void send_weights(Sampled& now) {
    if (next_row_ == 0) {
      diagonal_ = random_() % 3 == 0;
      words_ = diagonal_ ? 1 : 1 + static_cast<int>(random_() % static_cast<unsigned>(size_.rows));
      first_ = diagonal_ ? static_cast<int>(random_() % static_cast<unsigned>(size_.rows)) : 0;
    }
    now.weights = random_row(random_, size_.cols);
    now.diagonal = diagonal_;
    now.weight_row = first_ + next_row_;
    now.last = ++next_row_ == words_;
    if (now.last) {
      next_row_ = 0;
      ++complete_;
    }
  }

  std::mt19937& random_;
  Size size_;
  int gap_percent_;
  int complete_ = 0, swapped_ = 0;
  int rows_left_ = 0, next_row_ = 0, words_ = 1, first_ = 0;
  bool diagonal_ = false;
  std::uint64_t tag_ = 0;
};

void drive(ArrayBench& bench, const Sampled& sampled) {
  if (!sampled.activations.empty()) bench.send_activations(sampled.activations, sampled.swap, sampled.tag);
  if (!sampled.weights.empty()) bench.send_weights(sampled.weight_row, sampled.weights, sampled.last, sampled.diagonal);
}

// Sums against plain matrix products, in order and at the edge of rule M2.
RC_GTEST_PROP(WeightStationaryArray, SumsEqualMatrixProducts, ()) {
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  const Size size = kSizes[*rc::gen::inRange<std::size_t>(0, std::size(kSizes))];
  Schedule schedule(random, size, *rc::gen::element(0, 10, 60));
  ArrayBench bench(size.rows, size.cols);
  std::vector<Row> active, shadow(static_cast<std::size_t>(size.rows), Row(static_cast<std::size_t>(size.cols)));
  const std::vector<Row> zeros = shadow;
  std::map<int, std::pair<std::uint64_t, Row>> due;
  for (int edge = 0; edge < 150; ++edge) {
    const Sampled now = schedule.next();
    if (now.swap) {
      active = shadow;
      shadow = zeros;
    }
    for (std::size_t c = 0; c < now.weights.size(); ++c) {
      const std::size_t r = static_cast<std::size_t>(now.weight_row) + (now.diagonal ? c : 0);
      if (r < shadow.size()) shadow[r][c] = now.weights[c];
    }
    if (!now.activations.empty()) {
      Row sums(static_cast<std::size_t>(size.cols));
      for (std::size_t r = 0; r < active.size(); ++r)
        for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += now.activations[r] * active[r][c];
      due[edge + size.rows + size.cols - 2] = {now.tag, sums};
    }
    drive(bench, now);
    bench.step();
    RC_ASSERT(bench.sum_valid.read() == (due.count(edge) > 0));
    if (due.count(edge) == 0) continue;
    RC_ASSERT(bench.sum_tag.read() == due[edge].first);
    for (int c = 0; c < size.cols; ++c)
      RC_ASSERT(bench.sum_data.read()[c] == due[edge].second[static_cast<std::size_t>(c)]);
  }
  RC_ASSERT(!bench.machine.faulted());
}

// Every register of every PE, edge by edge, against the model that moves them one by one.
RC_GTEST_PROP(WeightStationaryArray, RegistersEqualTheRegisterModel, ()) {
  std::mt19937 random(*rc::gen::arbitrary<std::uint32_t>());
  const Size size{*rc::gen::inRange(1, 10), *rc::gen::inRange(1, 10)};
  Schedule schedule(random, size, *rc::gen::element(0, 30));
  ArrayBench bench(size.rows, size.cols);
  RegisterModel model(size.rows, size.cols);
  for (int edge = 0; edge < 80; ++edge) {
    const Sampled now = schedule.next();
    model.step(now.activations, now.swap, now.weights, now.weight_row, now.diagonal);
    drive(bench, now);
    bench.step();
    for (int r = 0; r < size.rows; ++r) {
      for (int c = 0; c < size.cols; ++c) {
        const RegisterModel::Pe& pe = model.pe(r, c);
        RC_ASSERT(bench.dut.active_weight(r, c) == pe.active);
        RC_ASSERT(bench.dut.shadow_weight(r, c) == pe.shadow);
        if (!pe.activation.valid) continue;
        RC_ASSERT(bench.dut.activation(r, c) == pe.activation.value);
        RC_ASSERT(bench.dut.partial_sum(r, c) == pe.sum);
      }
    }
  }
}

// The largest array and operands: no partial sum overflows (256 * 255 * 255).
TEST(WeightStationaryArray, LargestArrayAndOperands) {
  ArrayBench bench(256, 256);
  for (int r = 0; r < 256; ++r) {
    bench.send_weights(r, Row(256, -255), r == 255);
    bench.step();
  }
  bench.send_activations(Row(256, 255), true, 5);
  for (int edge = 0; edge <= 510; ++edge) bench.step();
  ASSERT_TRUE(bench.sum_valid.read());
  for (int c = 0; c < 256; ++c) ASSERT_EQ(bench.sum_data.read()[c], -256 * 255 * 255);
}

}  // namespace
}  // namespace intloom::hw
