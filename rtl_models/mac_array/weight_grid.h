// Active and shadow weights of a systolic array.
//
// A weight word moves down its columns, column c delayed by c edges, and PE(r, c) takes its weight into the shadow
// register at edge t + r + c. A swap moves the same way: at edge t + r + c the shadow becomes active and zero stays.
// So what is in order at the array's edge is in order at every PE.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace intloom::hw {

class WeightGrid {
 public:
  WeightGrid(int rows, int cols);

  // One edge is swap() and load() of what is sampled at it, then advance().
  void swap();
  // Row `row` takes lanes[cols]; with `diagonal` PE(row + c, c) takes lane c.
  void load(int row, bool diagonal, const std::int16_t* lanes);
  void advance();
  bool moving() const { return swaps_moving_ > 0 || runs_moving_ > 0; }
  void clear();

  const std::int32_t* active() const { return active_.data(); }  // [rows][padded_columns(cols)]
  std::int32_t active(int row, int column) const { return active_[index(row, column)]; }
  std::int32_t shadow(int row, int column) const { return shadow_[index(row, column)]; }

 private:
  // Words for consecutive rows that came in at consecutive edges, or one word for a diagonal. Lane c of word i arrives
  // at its PE(first_row + i, c) 2*i + first_row + c edges after the run began, of a diagonal at PE(first_row + c, c)
  // first_row + 2*c edges after.
  struct Run {
    int age = 0;  // edges since its first word came in
    int words = 0, first_row = 0;
    bool diagonal = false;
    int first_slot = 0;
  };

  std::size_t index(int row, int column) const {
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(stride_) + static_cast<std::size_t>(column);
  }
  bool continues_run(int row, bool diagonal) const;
  Run& newest_run() { return runs_[static_cast<std::size_t>(oldest_run_ + runs_moving_ - 1) % runs_.size()]; }
  const Run& newest_run() const {
    return runs_[static_cast<std::size_t>(oldest_run_ + runs_moving_ - 1) % runs_.size()];
  }
  void move_swap(int age);
  void move_rows(const Run& run);
  void move_diagonal(const Run& run);
  int edges_of(const Run& run) const;  // from the first word coming in to the last lane's arrival

  int rows_, cols_, stride_;
  std::vector<std::int32_t> active_, shadow_;
  std::vector<int> swap_ages_;  // ring: edges since each swap came in
  int oldest_swap_ = 0, swaps_moving_ = 0;
  std::vector<Run> runs_;  // ring
  int oldest_run_ = 0, runs_moving_ = 0;
  std::vector<std::int16_t> slots_;  // ring: lanes[cols] of the words of the moving runs
  int slot_count_, next_slot_ = 0;
};

}  // namespace intloom::hw
