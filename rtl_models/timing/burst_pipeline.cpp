#include "rtl_models/timing/burst_pipeline.h"

#include <algorithm>
#include <limits>

namespace intloom::timing {

BurstPipeline::BurstPipeline(const isa::MachineDescription& machine, const ChannelRules& rules, std::int64_t start_edge,
                             const MemoryPipe& pipe)
    : core_ps_(machine.clock_period_ps),
      memory_ps_(machine.memory.clock_period_ps),
      bytes_per_cycle_(machine.memory.bytes_per_cycle),
      rules_(rules),
      pipe_(pipe),
      front_(start_edge),
      last_(start_edge),
      slot_count_(machine.dma.outstanding_bursts) {
  slots_ = few_slots_.data();
  if (slot_count_ > static_cast<std::int64_t>(kFewSlots)) {
    many_slots_.resize(static_cast<std::size_t>(slot_count_));
    slots_ = many_slots_.data();
  }
  std::fill_n(slots_, slot_count_, Slot{-1, -1});
}

void BurstPipeline::pass(const BurstRun& run) {
  Shape shape{1, 1, memory_cycles(run.bytes)};
  (rules_.beats_before_memory ? shape.request_edges : shape.retire_edges) = run.beats;
  core_ps_ == memory_ps_ ? pass<true>(run.count, shape) : pass<false>(run.count, shape);
  timing_.bursts += run.count;
  timing_.bytes += run.count * run.bytes;
  timing_.beats += run.count * run.beats;
  pipe_.busy_cycles += run.count * shape.memory_cycles;
}

template <bool kOneClock>
void BurstPipeline::pass(std::int64_t bursts, const Shape& shape) {
  // Rounds that take every slot once, so that a slot can be compared with itself. A snapshot is renewed after 1, 2, 4,
  // ... rounds: it comes behind any start of the steady state, and a period of any length is found.
  bool watched = slots_ == few_slots_.data() && bursts > 3 * slot_count_;
  std::int64_t rounds = 0, most_rounds = 0;
  while (bursts > 0) {
    const std::int64_t round = std::min(bursts, slot_count_);
    for (std::int64_t i = 0; i < round; ++i) step<kOneClock>(shape);
    bursts -= round;
    if (!watched) continue;
    if (most_rounds != 0 && ++rounds * slot_count_ <= bursts && moved_on_evenly()) {
      repeat(bursts / (rounds * slot_count_));
      bursts %= rounds * slot_count_;
      watched = false;
    } else if (rounds == most_rounds) {
      take_snapshot();
      rounds = 0;
      most_rounds = std::max<std::int64_t>(1, 2 * most_rounds);
    }
  }
}

template <bool kOneClock>
void BurstPipeline::step(const Shape& shape) {
  Slot& slot = slots_[slot_];
  const std::int64_t claim = std::max(front_, slot.retired) + 1;  // D5, D6
  front_ = claim + shape.request_edges - 1;
  const std::int64_t issue = front_ + rules_.issue_delay;
  const std::int64_t arrival = (kOneClock ? issue : issue * core_ps_ / memory_ps_) + 1;                            // Y1
  const std::int64_t response = std::max(arrival + rules_.memory_latency, pipe_.free_edge) + shape.memory_cycles;  // Y2
  const std::int64_t usable = (kOneClock ? response : response * memory_ps_ / core_ps_) + 1;                       // D3
  pipe_.free_edge = response;
  last_ = std::max(usable, last_ + 1) + shape.retire_edges - 1;

  count_latencies(usable - issue, response - arrival);
  if (timing_.outstanding_peak < slot_count_) count_slots(claim);
  if (pipe_.queue_peak < slot_count_) count_queue<kOneClock>(issue);
  slot = {last_, response};
  slot_ = after(slot_);
}

void BurstPipeline::count_latencies(std::int64_t latency, std::int64_t memory_latency) {
  // No latency is 0: a largest one of 0 says that there was none before.
  if (timing_.latency_max == 0) timing_.latency_min = latency;
  if (pipe_.latency_max == 0) pipe_.latency_min = memory_latency;
  timing_.latency_sum += latency;
  timing_.latency_min = std::min(timing_.latency_min, latency);
  timing_.latency_max = std::max(timing_.latency_max, latency);
  pipe_.latency_sum += memory_latency;
  pipe_.latency_min = std::min(pipe_.latency_min, memory_latency);
  pipe_.latency_max = std::max(pipe_.latency_max, memory_latency);
}

// Slots in use once the burst has taken one at edge `claim`.
void BurstPipeline::count_slots(std::int64_t claim) {
  for (; claimed_ != 0 && slots_[oldest_claimed_].retired < claim; --claimed_) oldest_claimed_ = after(oldest_claimed_);
  timing_.outstanding_peak = std::max(timing_.outstanding_peak, ++claimed_);
}

// Bursts in the memory once this one is; one whose response is at the instant of the issue has left.
template <bool kOneClock>
void BurstPipeline::count_queue(std::int64_t issue) {
  const auto has_left = [&](std::int64_t response) {
    return kOneClock ? response <= issue : response * memory_ps_ <= issue * core_ps_;
  };
  for (; in_memory_ != 0 && has_left(slots_[oldest_in_memory_].response); --in_memory_)
    oldest_in_memory_ = after(oldest_in_memory_);
  pipe_.queue_peak = std::max(pipe_.queue_peak, ++in_memory_);
}

std::int64_t BurstPipeline::memory_cycles(std::int64_t bytes) {  // Y3
  if (bytes != known_bytes_) {
    known_bytes_ = bytes;
    known_cycles_ = (bytes + bytes_per_cycle_ - 1) / bytes_per_cycle_;
  }
  return known_cycles_;
}

void BurstPipeline::take_snapshot() {
  snapshot_.front = front_;
  snapshot_.last = last_;
  snapshot_.free_edge = pipe_.free_edge;
  snapshot_.latency_sum = timing_.latency_sum;
  snapshot_.memory_latency_sum = pipe_.latency_sum;
  std::copy_n(slots_, slot_count_, snapshot_.slots.data());
}

bool BurstPipeline::moved_on_evenly() const {
  const std::int64_t span = last_ - snapshot_.last, memory_span = pipe_.free_edge - snapshot_.free_edge;
  if (front_ - snapshot_.front != span || span * core_ps_ != memory_span * memory_ps_) return false;
  for (std::int64_t i = 0; i < slot_count_; ++i) {
    const Slot &now = slots_[i], &before = snapshot_.slots[static_cast<std::size_t>(i)];
    if (now.retired - before.retired != span || now.response - before.response != memory_span) return false;
  }
  return true;
}

void BurstPipeline::repeat(std::int64_t times) {
  const std::int64_t span = times * (last_ - snapshot_.last);
  const std::int64_t memory_span = times * (pipe_.free_edge - snapshot_.free_edge);
  timing_.latency_sum += times * (timing_.latency_sum - snapshot_.latency_sum);
  pipe_.latency_sum += times * (pipe_.latency_sum - snapshot_.memory_latency_sum);
  front_ += span;
  last_ += span;
  pipe_.free_edge += memory_span;
  for (std::int64_t i = 0; i < slot_count_; ++i) {
    slots_[i].retired += span;
    slots_[i].response += memory_span;
  }
}

}  // namespace intloom::timing
