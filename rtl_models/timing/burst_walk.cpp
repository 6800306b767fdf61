#include "rtl_models/timing/burst_walk.h"

#include <algorithm>

#include "rtl_models/isa/buffer_layout.h"

namespace intloom::timing {
namespace {

int log2_of(std::int64_t power_of_two) {
  int log = 0;
  while ((std::int64_t{1} << log) < power_of_two) ++log;
  return log;
}

}  // namespace

BurstWalk::Side::Side(std::uint64_t address, const std::array<std::uint32_t, 3>& extents,
                      const std::array<std::int64_t, 3>& strides)
    : run_address_(address), address_(address) {
  std::size_t outer = 0;
  for (std::size_t d = 0; d < extents.size(); ++d) {
    if (extents[d] == 1) continue;
    if (outer == 0 && strides[d] == run_)
      run_ *= extents[d];
    else
      outer_[outer++] = {extents[d], 0, strides[d]};
  }
  left_ = run_;
}

void BurstWalk::Side::next_run() {
  for (Dimension& dimension : outer_) {
    run_address_ += static_cast<std::uint64_t>(dimension.stride);
    if (++dimension.index != dimension.extent) break;
    run_address_ -= static_cast<std::uint64_t>(dimension.stride) * dimension.extent;
    dimension.index = 0;
  }
  left_ = run_;
  address_ = run_address_;
}

BurstWalk::BurstWalk(const isa::Transfer& transfer, const isa::MachineDescription& machine)
    : memory_(transfer.memory_address, transfer.extents, transfer.memory_strides),
      buffer_(transfer.buffer_address, transfer.extents, transfer.buffer_strides),
      left_(std::int64_t{1} * transfer.extents[0] * transfer.extents[1] * transfer.extents[2]),
      burst_bytes_(machine.memory.burst_bytes),
      burst_shift_(log2_of(burst_bytes_)),
      word_bytes_(isa::word_bytes(machine, transfer.buffer)),
      beats_(burst_bytes_, word_bytes_, machine.dma.bytes_per_cycle) {}

BurstRun BurstWalk::next() {
  if (memory_.run() == 1) return take(1, left_);
  const auto in_burst = static_cast<std::int64_t>(memory_.address() & static_cast<std::uint64_t>(burst_bytes_ - 1));
  const std::int64_t bytes = std::min(memory_.left(), burst_bytes_ - in_burst);
  return take(bytes, bytes == burst_bytes_ ? std::max<std::int64_t>(1, equal_bursts()) : 1);
}

std::int64_t BurstWalk::equal_bursts() const {
  const std::int64_t whole = memory_.left() >> burst_shift_;
  if (buffer_.run() == 1 || whole == 1) return whole;
  return beats_.equal_in_all_bursts() ? std::min(whole, buffer_.left() >> burst_shift_) : 0;
}

BurstRun BurstWalk::take(std::int64_t bytes, std::int64_t count) {
  BurstRun run{bytes, bytes, count};
  left_ -= bytes * count;
  if (left_ != 0) memory_.advance(bytes * count);
  // A beat a byte, wherever it lies; or nothing but single bytes on the memory's side, all taken at once.
  if (buffer_.run() == 1 || memory_.run() == 1) return run;
  if (bytes > buffer_.left()) {
    run.beats = beats_across_runs(bytes);
  } else {
    run.beats = beats_.of_burst(static_cast<std::uint32_t>(buffer_.address()) % word_bytes_, bytes);
    buffer_.advance(bytes * count);
  }
  return run;
}

// Of one burst that reaches over the end of a run.
std::int64_t BurstWalk::beats_across_runs(std::int64_t bytes) {
  std::int64_t beats = 0;
  while (bytes != 0) {
    const std::int64_t piece = std::min(bytes, buffer_.left());
    beats += beats_.of_burst(static_cast<std::uint32_t>(buffer_.address()) % word_bytes_, piece);
    buffer_.advance(piece);
    bytes -= piece;
  }
  return beats;
}

}  // namespace intloom::timing
