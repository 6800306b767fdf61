#include "rtl_models/vector/vector_walk.h"

#include <algorithm>

namespace intloom::hw {
namespace {

std::uint32_t pixel_address(const isa::MapRegion& map, std::uint32_t block, std::uint32_t y, std::uint32_t x) {
  return map.address + block * map.block_pitch + y * map.row_pitch + x * map.pixel_pitch;
}

}  // namespace

VectorWalk::VectorWalk(const isa::Vector& command, const isa::MachineDescription& machine)
    : command_(&command),
      rows_(static_cast<std::uint32_t>(machine.array.rows)),
      unit_lanes_(static_cast<std::uint32_t>(machine.vector.lanes)),
      blocks_((command.channels + rows_ - 1) / rows_),
      taps_h_(is_pool(command.op) ? command.window.kernel_h : 1),
      taps_w_(is_pool(command.op) ? command.window.kernel_w : 1),
      block_lanes_(std::min(rows_, command.channels)) {}

std::uint32_t VectorWalk::chunk_lanes() const {
  std::uint32_t out_lane = lane_ + command_->out_lane;
  while (out_lane >= rows_) out_lane -= rows_;
  return std::min({unit_lanes_, block_lanes_ - lane_, rows_ - out_lane});
}

void VectorWalk::read_addresses(VectorStep& step) const {
  if (!is_pool(command_->op)) {
    step.a_address = pixel_address(command_->a, block_, y_, x_);
    step.b_address = pixel_address(command_->b, block_, y_, x_);
    return;
  }
  const isa::Window& window = command_->window;
  const std::int64_t y = std::int64_t{y_} * window.stride_h + std::int64_t{ky_} * window.dilation_h - window.pad_top;
  const std::int64_t x = std::int64_t{x_} * window.stride_w + std::int64_t{kx_} * window.dilation_w - window.pad_left;
  step.inside = y >= 0 && y < command_->a.height && x >= 0 && x < command_->a.width;
  if (step.inside)
    step.a_address = pixel_address(command_->a, block_, static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(x));
}

VectorStep VectorWalk::next() {
  VectorStep step;
  step.valid = true;
  step.word_begins = lane_ == 0;
  step.first_tap = ky_ == 0 && kx_ == 0;
  step.last_tap = ky_ + 1 == taps_h_ && kx_ + 1 == taps_w_;
  step.lane = static_cast<std::uint16_t>(lane_);
  const std::uint32_t lanes = chunk_lanes();
  step.lanes = static_cast<std::uint16_t>(lanes);
  read_addresses(step);
  if (step.word_begins) {
    if (step.first_tap) counted_taps_ = 0;
    if (step.inside || command_->count_padding) ++counted_taps_;
  }
  step.counted_taps = counted_taps_;
  if (step.last_tap) {
    const std::uint32_t channel = lane_ + command_->out_lane;
    step.out_address = pixel_address(command_->out, block_ + channel / rows_, y_, x_) + channel % rows_;
  }
  advance(lanes);
  step.last = ended();
  return step;
}

void VectorWalk::advance(std::uint32_t lanes) {
  lane_ += lanes;
  if (lane_ < block_lanes_) return;
  lane_ = 0;
  if (++kx_ < taps_w_) return;
  kx_ = 0;
  if (++ky_ < taps_h_) return;
  ky_ = 0;
  if (++x_ < command_->out.width) return;
  x_ = 0;
  if (++y_ < command_->out.height) return;
  y_ = 0;
  ++block_;
  if (!ended()) block_lanes_ = std::min(rows_, command_->channels - block_ * rows_);
}

}  // namespace intloom::hw
