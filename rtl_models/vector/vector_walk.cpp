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
      longest_chunk_(isa::longest_chunk(command.op, machine.vector)),
      blocks_(isa::blocks_read(command, rows_)),
      taps_h_(isa::is_pool(command.op) ? command.window.kernel_h : 1),
      taps_w_(isa::is_pool(command.op) ? command.window.kernel_w : 1) {
  begin_block();
}

void VectorWalk::begin_block() {
  block_lanes_ = isa::block_lanes(*command_, block_, rows_);
  lane_ = block_lanes_.begin;
}

// Lane of the current chunk, counted from lane 0 of output block 0.
std::uint32_t VectorWalk::out_lane() const { return block_ * rows_ + lane_ - command_->in_lane + command_->out_lane; }

std::uint32_t VectorWalk::chunk_lanes() const {
  return std::min({longest_chunk_, block_lanes_.end - lane_, rows_ - out_lane() % rows_});
}

void VectorWalk::read_addresses(VectorStep& step) const {
  if (!isa::is_pool(command_->op)) {
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
  step.word_begins = lane_ == block_lanes_.begin;
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
    step.out_address = pixel_address(command_->out, out_lane() / rows_, y_, x_) + out_lane() % rows_;
  }
  advance(lanes);
  step.last = ended();
  return step;
}

void VectorWalk::advance(std::uint32_t lanes) {
  lane_ += lanes;
  if (lane_ < block_lanes_.end) return;
  lane_ = block_lanes_.begin;
  if (++kx_ < taps_w_) return;
  kx_ = 0;
  if (++ky_ < taps_h_) return;
  ky_ = 0;
  if (++x_ < command_->out.width) return;
  x_ = 0;
  if (++y_ < command_->out.height) return;
  y_ = 0;
  ++block_;
  if (!ended()) begin_block();
}

}  // namespace intloom::hw
