#include "rtl_models/feeder/block_walk.h"

#include <algorithm>

namespace intloom::hw {

void BlockWalk::start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels) {
  depthwise_ = exec.depthwise;
  rows_ = rows;
  group_channels_ = group_channels;
  kernel_h_ = exec.window.kernel_h;
  kernel_w_ = exec.window.kernel_w;
  index_ = channel_block_ = first_row_ = 0;
  ky_ = kx_ = 0;
  all_channels_ = channels_left_ = exec.channels;
  outputs_left_ = exec.output_channels;
  first_of_group_ = true;
  done_ = false;
  enter_block();
}

void BlockWalk::next() {
  ++index_;
  first_of_group_ = false;
  if (++kx_ < kernel_w_) return;
  kx_ = 0;
  if (++ky_ < kernel_h_) return;
  ky_ = 0;
  if (!depthwise_ && channels_left_ > rows_) {
    ++channel_block_;
    channels_left_ -= rows_;
  } else {
    next_group();
  }
  if (!done_) enter_block();
}

void BlockWalk::next_group() {
  if (outputs_left_ <= group_channels_) {
    done_ = true;
    return;
  }
  outputs_left_ -= group_channels_;
  first_of_group_ = true;
  if (!depthwise_) {
    channel_block_ = 0;
    channels_left_ = all_channels_;
    return;
  }
  first_row_ += group_channels_;
  if (first_row_ < rows_) return;
  first_row_ = 0;  // a group never straddles channel blocks: rows is a multiple of it
  ++channel_block_;
  channels_left_ -= rows_;
}

void BlockWalk::enter_block() {
  channels_ = std::min(channels_left_, rows_);
  columns_ = std::min(outputs_left_, group_channels_);
}

}  // namespace intloom::hw
