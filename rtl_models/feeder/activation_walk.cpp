#include "rtl_models/feeder/activation_walk.h"

#include "rtl_models/feeder/accumulator_tag.h"

namespace intloom::hw {

void ActivationWalk::start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels) {
  exec_ = exec;
  blocks_.start(exec, rows, group_channels);
  blocks_started_ = 0;
  step_x_ = static_cast<std::uint32_t>(exec.window.stride_w) * exec.x.pixel_pitch;
  step_y_ = static_cast<std::uint32_t>(exec.window.stride_h) * exec.x.row_pitch;
  acc_row_ = exec.acc_row;  // enter_block() takes it for the first group
  enter_block();
}

void ActivationWalk::enter_block() {
  const isa::Window& window = exec_.window;
  if (blocks_.first_of_group()) group_acc_row_ = acc_row_;  // groups follow one another without gaps
  acc_row_ = group_acc_row_;
  accumulate_ = exec_.accumulate || !blocks_.first_of_group();
  iy_ = blocks_.ky() * window.dilation_h - window.pad_top;
  ix_ = first_ix_ = blocks_.kx() * window.dilation_w - window.pad_left;
  oy_ = ox_ = 0;
  address_ = line_address_ = exec_.x.address + blocks_.channel_block() * exec_.x.block_pitch +
                             static_cast<std::uint32_t>(iy_) * exec_.x.row_pitch +
                             static_cast<std::uint32_t>(ix_) * exec_.x.pixel_pitch;
  block_begins_ = true;
}

ActivationStep ActivationWalk::step(std::uint32_t blocks_weighted) {
  ActivationStep step;
  if (blocks_.done()) return step;
  if (block_begins_) {
    if (blocks_.index() >= blocks_weighted) {
      step.kind = ActivationStep::Kind::waiting;
      return step;
    }
    block_begins_ = false;
    ++blocks_started_;
    step.swap = true;
  }
  const bool inside =
      static_cast<std::uint32_t>(iy_) < exec_.x.height && static_cast<std::uint32_t>(ix_) < exec_.x.width;
  step.kind = inside ? ActivationStep::Kind::read : ActivationStep::Kind::padding;
  step.channels = static_cast<std::uint16_t>(blocks_.channels());
  step.address = address_;
  step.macs = blocks_.macs();
  const std::uint32_t row = acc_row_;
  const bool accumulate = accumulate_;
  advance();
  step.last = blocks_.done();
  step.tag = pack_accumulator_tag(row, exec_.acc_bank, accumulate, step.last);
  return step;
}

void ActivationWalk::advance() {
  ++acc_row_;
  if (++ox_ < exec_.out_width) {
    ix_ += exec_.window.stride_w;
    address_ += step_x_;
    return;
  }
  ox_ = 0;
  ix_ = first_ix_;
  if (++oy_ < exec_.out_height) {
    iy_ += exec_.window.stride_h;
    address_ = line_address_ += step_y_;
    return;
  }
  blocks_.next();
  if (!blocks_.done()) enter_block();
}

}  // namespace intloom::hw
