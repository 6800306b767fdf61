#include "rtl_models/timing/burst_beats.h"

#include <algorithm>
#include <numeric>

namespace intloom::timing {

BurstBeats::BurstBeats(std::int64_t burst_bytes, std::int64_t word_bytes, std::int64_t bytes_per_cycle)
    : burst_bytes_(burst_bytes),
      word_bytes_(word_bytes),
      bytes_per_cycle_(bytes_per_cycle),
      word_beats_(beats_up_to(word_bytes)),
      period_(word_bytes / std::gcd(word_bytes, burst_bytes)) {}

std::int64_t BurstBeats::of_burst(std::int64_t first, std::int64_t bytes) const {
  const std::int64_t head = std::min(bytes, word_bytes_ - first);
  const std::int64_t words = (bytes - head) / word_bytes_;
  const std::int64_t tail = bytes - head - words * word_bytes_;
  return beats_up_to(head) + words * word_beats_ + beats_up_to(tail);
}

std::int64_t BurstBeats::of_bursts(std::int64_t first, std::int64_t bursts) const {
  if (period_ == 1) return bursts * of_burst(first, burst_bytes_);
  const std::int64_t periods = bursts / period_, rest = bursts % period_;
  std::int64_t of_period = 0, of_rest = 0;
  for (std::int64_t burst = 0; burst < std::min(bursts, period_); ++burst) {
    const std::int64_t beats = of_burst((first + burst * burst_bytes_) % word_bytes_, burst_bytes_);
    of_period += beats;
    if (burst < rest) of_rest += beats;
  }
  return periods * of_period + of_rest;
}

std::int64_t BurstBeats::of_piece(std::int64_t in_burst, std::int64_t first, std::int64_t bytes) const {
  const std::int64_t head = std::min(bytes, burst_bytes_ - in_burst);
  const std::int64_t bursts = (bytes - head) / burst_bytes_;
  const std::int64_t tail = bytes - head - bursts * burst_bytes_;
  std::int64_t beats = of_burst(first, head);
  if (bursts != 0) beats += of_bursts((first + head) % word_bytes_, bursts);
  if (tail != 0) beats += of_burst((first + head + bursts * burst_bytes_) % word_bytes_, tail);
  return beats;
}

}  // namespace intloom::timing
