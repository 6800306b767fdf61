#include "rtl_models/kernels/vector_in_order.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>

#include "rtl_models/kernels/map_address.h"

namespace intloom::kernels {
namespace {

using Lanes = std::array<std::uint8_t, isa::kMaxLanes>;

class InOrder {
 public:
  InOrder(const VectorArithmetic& arithmetic, const isa::MachineDescription& machine, std::uint8_t* activations)
      : arithmetic_(arithmetic),
        command_(arithmetic.command()),
        rows_(static_cast<std::uint32_t>(machine.array.rows)),
        longest_chunk_(isa::longest_chunk(command_.op, machine.vector)),
        delay_(machine.vector.latency_cycles + machine.scratchpad.read_latency_cycles + 2),
        activations_(activations) {}

  std::int64_t run() {
    for (std::uint32_t block = 0; block < isa::blocks_read(command_, rows_); ++block)
      for (std::uint32_t y = 0; y < command_.out.height; ++y)
        for (std::uint32_t x = 0; x < command_.out.width; ++x) pixel(block, y, x);
    while (!writes_.empty()) land_first();
    return saturations_;
  }

 private:
  struct Write {
    std::int64_t seen_by = 0;  // step
    std::uint32_t address = 0, lanes = 0;
    Lanes bytes;
  };

  void pixel(std::uint32_t block, std::uint32_t y, std::uint32_t x) {
    const isa::Window& window = command_.window;
    const bool pools = isa::is_pool(command_.op);
    const int taps_h = pools ? window.kernel_h : 1, taps_w = pools ? window.kernel_w : 1;
    maximum_.fill(command_.a.is_signed ? 0x80 : 0);
    sum_.fill(0);
    counted_ = 0;
    for (int ky = 0; ky < taps_h; ++ky) {
      for (int kx = 0; kx < taps_w; ++kx) {
        std::int64_t ay = y, ax = x;
        if (pools) {
          ay = ay * window.stride_h + std::int64_t{ky} * window.dilation_h - window.pad_top;
          ax = ax * window.stride_w + std::int64_t{kx} * window.dilation_w - window.pad_left;
        }
        tap(block, y, x, ay, ax, ky + 1 == taps_h && kx + 1 == taps_w);
      }
    }
  }

  // All chunks of one tap, a step each.
  void tap(std::uint32_t block, std::uint32_t y, std::uint32_t x, std::int64_t ay, std::int64_t ax, bool last) {
    const bool inside =
        !isa::is_pool(command_.op) || (ay >= 0 && ay < command_.a.height && ax >= 0 && ax < command_.a.width);
    while (!writes_.empty() && writes_.front().seen_by <= step_) land_first();
    if (inside) read(block, static_cast<std::uint32_t>(ay), static_cast<std::uint32_t>(ax));
    if (inside || command_.count_padding) ++counted_;
    const isa::BlockLanes lanes = isa::block_lanes(command_, block, rows_);
    for (std::uint32_t lane = lanes.begin; lane < lanes.end; ++step_) {
      const std::uint32_t to = block * rows_ + lane - command_.in_lane + command_.out_lane, out_lane = to % rows_;
      const std::uint32_t chunk = std::min({longest_chunk_, lanes.end - lane, rows_ - out_lane});
      if (inside && isa::is_pool(command_.op)) take(lane, chunk);
      if (last) write(pixel_offset(command_.out, to / rows_, y, x) + out_lane, lane, chunk);
      lane += chunk;
    }
  }

  void read(std::uint32_t block, std::uint32_t ay, std::uint32_t ax) {
    std::memcpy(a_.data(), activations_ + pixel_offset(command_.a, block, ay, ax), rows_);
    if (isa::has_second_operand(command_.op))
      std::memcpy(b_.data(), activations_ + pixel_offset(command_.b, block, ay, ax), rows_);
  }

  void take(std::uint32_t lane, std::uint32_t lanes) {
    const int sign = sign_of(command_.a.is_signed);
    for (std::uint32_t i = lane; i < lane + lanes; ++i) {
      if (value_of(a_[i], sign) > value_of(maximum_[i], sign)) maximum_[i] = a_[i];
      sum_[i] += value_of(a_[i], sign) - command_.za;
    }
  }

  void write(std::uint32_t address, std::uint32_t lane, std::uint32_t lanes) {
    Write& result = writes_.emplace_back();
    result.seen_by = step_ + delay_;
    result.address = address;
    result.lanes = lanes;
    const Lanes& a = command_.op == isa::VectorOp::max_pool ? maximum_ : a_;
    saturations_ += command_.op == isa::VectorOp::average_pool
                        ? arithmetic_.average(&sum_[lane], counted_, lanes, result.bytes.data())
                        : arithmetic_.elementwise(&a[lane], &b_[lane], lanes, result.bytes.data());
  }

  void land_first() {
    const Write& first = writes_.front();
    std::memcpy(activations_ + first.address, first.bytes.data(), first.lanes);
    writes_.pop_front();
  }

  const VectorArithmetic& arithmetic_;
  const isa::Vector& command_;
  std::uint32_t rows_, longest_chunk_;
  std::int64_t delay_;  // steps until a write is seen
  std::uint8_t* activations_;

  std::int64_t step_ = 0;
  std::deque<Write> writes_;  // on their way
  Lanes a_{}, b_{}, maximum_{};
  std::array<std::int32_t, isa::kMaxLanes> sum_{};
  std::size_t counted_ = 0;  // taps of the window so far
  std::int64_t saturations_ = 0;
};

}  // namespace

std::int64_t run_vector_in_order(const VectorArithmetic& arithmetic, const isa::MachineDescription& machine,
                                 std::uint8_t* activations) {
  return InOrder(arithmetic, machine, activations).run();
}

}  // namespace intloom::kernels
