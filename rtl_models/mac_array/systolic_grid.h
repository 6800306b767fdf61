// Activations and partial sums of a systolic array: PE(r, c) works on the row that entered r + c edges ago.
//
// Nothing is copied from PE to PE: each array row keeps a line of the activations that entered it, over which the
// window of its columns slides one element an edge; partial sums move down one row an edge by the order of the loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace intloom::hw {

// Columns are padded to vectors of this many int32.
inline constexpr int kVectorLanes = 8;
constexpr int padded_columns(int cols) { return (cols + kVectorLanes - 1) / kVectorLanes * kVectorLanes; }

class SystolicGrid {
 public:
  SystolicGrid(int rows, int cols);

  // One edge is advance(), then enter() if a row is sampled at it, then multiply(), then collect() if sums are due.
  void advance();
  // activations[rows]; row r reaches column 0 after r edges.
  void enter(const std::int16_t* activations);
  // weights[rows][padded_columns(cols)]: each PE adds its product to the partial sum from above.
  void multiply(const std::int32_t* weights);
  // sums[cols] of the row that entered rows + cols - 2 edges ago: column c was ready cols - 1 - c edges ago.
  void collect(std::int32_t* sums) const;

  std::int32_t activation(int row, int column) const { return line(row)[position_ + column]; }
  std::int32_t partial_sum(int row, int column) const;

 private:
  const std::int32_t* line(int row) const { return &lines_[static_cast<std::size_t>(row) * line_stride_]; }
  std::int32_t* line(int row) { return &lines_[static_cast<std::size_t>(row) * line_stride_]; }
  std::int32_t* bottom(int edge) {
    return &bottoms_[static_cast<std::size_t>(edge) * static_cast<std::size_t>(stride_)];
  }
  const std::int32_t* bottom(int edge) const {
    return &bottoms_[static_cast<std::size_t>(edge) * static_cast<std::size_t>(stride_)];
  }

  int rows_, cols_, stride_;
  // lines_[r][position_ + c] is the activation register of PE(r, c); [position_ - 1 - i] enters column 0 in i + 1
  // edges.
  std::size_t line_stride_;
  std::ptrdiff_t top_position_, position_;
  std::vector<std::int32_t> lines_;
  // above_[r][c]: partial sum that enters PE(r, c) from above; zero for r = 0.
  std::vector<std::int32_t> above_;
  // bottoms_[edge][c]: what left the bottom row at the latest `cols` edges, a ring, for the deskew.
  std::vector<std::int32_t> bottoms_;
  int newest_bottom_ = 0;
};

}  // namespace intloom::hw
