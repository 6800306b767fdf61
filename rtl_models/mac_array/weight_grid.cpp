#include "rtl_models/mac_array/weight_grid.h"

#include <algorithm>

#include "rtl_models/mac_array/systolic_grid.h"

namespace intloom::hw {

WeightGrid::WeightGrid(int rows, int cols)
    : rows_(rows),
      cols_(cols),
      stride_(padded_columns(cols)),
      active_(static_cast<std::size_t>(rows * stride_)),
      shadow_(static_cast<std::size_t>(rows * stride_)),
      swap_ages_(static_cast<std::size_t>(rows + cols)),
      runs_(static_cast<std::size_t>(2 * rows + cols)),
      slots_(static_cast<std::size_t>((2 * rows + cols) * cols)),
      slot_count_(2 * rows + cols) {}

void WeightGrid::clear() {
  runs_moving_ = swaps_moving_ = 0;
  std::fill(active_.begin(), active_.end(), 0);
  std::fill(shadow_.begin(), shadow_.end(), 0);
}

void WeightGrid::swap() {
  swap_ages_[static_cast<std::size_t>(oldest_swap_ + swaps_moving_) % swap_ages_.size()] = 0;
  ++swaps_moving_;
}

bool WeightGrid::continues_run(int row, bool diagonal) const {
  if (runs_moving_ == 0 || diagonal) return false;
  const Run& run = newest_run();
  return !run.diagonal && run.age == run.words && row == run.first_row + run.words;
}

void WeightGrid::load(int row, bool diagonal, const std::int16_t* lanes) {
  if (continues_run(row, diagonal)) {
    ++newest_run().words;
  } else {
    ++runs_moving_;
    newest_run() = {0, 1, row, diagonal, next_slot_};
  }
  std::copy_n(lanes, cols_, &slots_[static_cast<std::size_t>(next_slot_) * static_cast<std::size_t>(cols_)]);
  next_slot_ = next_slot_ + 1 == slot_count_ ? 0 : next_slot_ + 1;
}

int WeightGrid::edges_of(const Run& run) const {
  if (run.diagonal) return run.first_row + 2 * (std::min(cols_, rows_ - run.first_row) - 1);
  return 2 * (run.words - 1) + run.first_row + cols_ - 1;
}

void WeightGrid::advance() {
  for (int i = 0, moving = swaps_moving_, at = oldest_swap_; i < moving; ++i) {
    const int age = swap_ages_[static_cast<std::size_t>(at)]++;
    move_swap(age);
    at = at + 1 == static_cast<int>(swap_ages_.size()) ? 0 : at + 1;
    if (age < rows_ + cols_ - 2) continue;  // only the oldest can be the one that leaves
    oldest_swap_ = at;
    --swaps_moving_;
  }
  bool oldest = true;  // all runs before this one are through: the ring gives room in order
  for (int i = 0, moving = runs_moving_, at = oldest_run_; i < moving; ++i) {
    Run& run = runs_[static_cast<std::size_t>(at)];
    run.diagonal ? move_diagonal(run) : move_rows(run);
    at = at + 1 == static_cast<int>(runs_.size()) ? 0 : at + 1;
    oldest = run.age++ >= edges_of(run) && oldest;
    if (!oldest) continue;
    oldest_run_ = at;
    --runs_moving_;
  }
}

void WeightGrid::move_swap(int age) {
  const int first = std::max(0, age - (cols_ - 1)), last = std::min(rows_ - 1, age);
  std::size_t pe = index(first, age - first);
  for (int r = first; r <= last; ++r, pe += static_cast<std::size_t>(stride_ - 1)) {
    active_[pe] = shadow_[pe];
    shadow_[pe] = 0;
  }
}

// Word i takes lane age - first_row - 2*i: of the next word the lane two to the left, one row down.
void WeightGrid::move_rows(const Run& run) {
  const int lane_of_first = run.age - run.first_row;
  if (lane_of_first < 0) return;
  const int first = std::max(0, (lane_of_first - cols_ + 2) / 2), last = std::min(run.words - 1, lane_of_first / 2);
  int lane = lane_of_first - 2 * first;
  int slot = run.first_slot + first;
  if (slot >= slot_count_) slot -= slot_count_;
  std::size_t pe = index(run.first_row + first, lane);
  for (int i = first; i <= last; ++i, lane -= 2, pe += static_cast<std::size_t>(stride_ - 2)) {
    shadow_[pe] =
        slots_[static_cast<std::size_t>(slot) * static_cast<std::size_t>(cols_) + static_cast<std::size_t>(lane)];
    slot = slot + 1 == slot_count_ ? 0 : slot + 1;
  }
}

void WeightGrid::move_diagonal(const Run& run) {
  const int lane = (run.age - run.first_row) / 2, row = run.first_row + lane;
  if (run.age < run.first_row || (run.age - run.first_row) % 2 != 0 || lane >= cols_ || row >= rows_) return;
  shadow_[index(row, lane)] = slots_[static_cast<std::size_t>(run.first_slot) * static_cast<std::size_t>(cols_) +
                                     static_cast<std::size_t>(lane)];
}

}  // namespace intloom::hw
