#include "rtl_models/mac_array/systolic_grid.h"

#include <algorithm>

#include "rtl_models/mac_array/systolic_kernel.h"

namespace intloom::hw {

namespace {

// Room to slide in before the lines are moved back, and an odd number of cache lines, so that rows do not collide.
std::size_t length_of_line(int rows, int stride) {
  constexpr std::size_t kSlide = 128, kCacheLine = 16;
  const std::size_t length = static_cast<std::size_t>(rows + stride) + kSlide;
  return ((length + kCacheLine - 1) / kCacheLine | 1U) * kCacheLine;
}

}  // namespace

SystolicGrid::SystolicGrid(int rows, int cols)
    : rows_(rows),
      cols_(cols),
      stride_(padded_columns(cols)),
      line_stride_(length_of_line(rows, stride_)),
      top_position_(static_cast<std::ptrdiff_t>(line_stride_) - stride_),
      position_(top_position_),
      lines_(static_cast<std::size_t>(rows) * line_stride_),
      above_(static_cast<std::size_t>(rows * stride_)),
      bottoms_(static_cast<std::size_t>(cols * stride_)) {}

void SystolicGrid::advance() {
  newest_bottom_ = newest_bottom_ + 1 == cols_ ? 0 : newest_bottom_ + 1;
  if (position_ < rows_) {  // the last row still writes rows - 1 elements ahead
    const std::ptrdiff_t ahead = rows_ - 1;
    for (int r = 0; r < rows_; ++r) {
      std::int32_t* elements = line(r);
      std::copy_backward(elements + position_ - ahead, elements + position_ + cols_, elements + top_position_ + cols_);
    }
    position_ = top_position_;
  }
  --position_;
}

void SystolicGrid::enter(const std::int16_t* activations) {
  std::int32_t* element = line(0) + position_;
  for (int r = 0; r < rows_; ++r, element += line_stride_ - 1) *element = activations[r];
}

void SystolicGrid::multiply(const std::int32_t* weights) {
  systolic_step({rows_, stride_, line(0) + position_, line_stride_, weights, above_.data(), bottom(newest_bottom_)});
}

void SystolicGrid::collect(std::int32_t* sums) const {
  // Column c of the edge c edges behind the oldest, which is the ring's next.
  const int oldest = newest_bottom_ + 1, before_wrap = cols_ - oldest;
  const std::int32_t* sum = &bottoms_[static_cast<std::size_t>(oldest % cols_) * static_cast<std::size_t>(stride_)];
  int c = 0;
  for (; c < before_wrap; ++c, sum += stride_ + 1) sums[c] = *sum;
  sum = &bottoms_[static_cast<std::size_t>(c)];
  for (; c < cols_; ++c, sum += stride_ + 1) sums[c] = *sum;
}

std::int32_t SystolicGrid::partial_sum(int row, int column) const {
  return row + 1 < rows_ ? above_[static_cast<std::size_t>(row + 1) * static_cast<std::size_t>(stride_) +
                                  static_cast<std::size_t>(column)]
                         : bottom(newest_bottom_)[column];
}

}  // namespace intloom::hw
