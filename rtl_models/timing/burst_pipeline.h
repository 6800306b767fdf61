// The way of bursts through a channel of the DMA and the simple memory, burst by burst: slots, issue, memory's data
// path, use of the response. Rules D3, D5 to D12 of rtl_models/dma/README.md, Y1 to Y4 of rtl_models/memory/README.md.
//
// A burst depends on earlier times only through maxima, fixed delays and rounding to the edges of two clocks. So once
// every time of the state has moved on by the same span, a multiple of both periods, since an earlier burst, equal
// bursts repeat what came in between, moved on by that span: repeat() closes such a steady state in one step.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/burst_walk.h"
#include "rtl_models/timing/dma_timing.h"

namespace intloom::timing {

// What sets a LOAD apart from a STORE.
struct ChannelRules {
  std::int64_t memory_latency = 0;   // cycles of the memory's clock
  std::int64_t issue_delay = 0;      // edges from the last request for a burst to its issue: D10; LOAD 0
  bool beats_before_memory = false;  // STORE: words are requested first (D9); LOAD: they are written last (D7)
};

class BurstPipeline {
 public:
  BurstPipeline(const isa::MachineDescription& machine, const ChannelRules& rules, std::int64_t start_edge,
                const MemoryPipe& pipe);

  BurstPipeline(const BurstPipeline&) = delete;
  BurstPipeline& operator=(const BurstPipeline&) = delete;

  void pass(const BurstRun& run);

  // What the transfer took, its end `behind` edges after the last beat of a LOAD or the last response used of a STORE;
  // the memory's state after it in `pipe`.
  TransferTiming finish(std::int64_t behind, MemoryPipe& pipe) const {
    TransferTiming result = timing_;
    result.end_edge = last_ + behind;
    pipe = pipe_;
    return result;
  }

 private:
  static constexpr std::size_t kFewSlots = 64;

  struct Slot {
    std::int64_t retired;   // core edge of the burst's end: the slot is free from the next edge on
    std::int64_t response;  // edge of the memory's clock
  };
  struct Snapshot {
    std::int64_t front, last, free_edge, latency_sum, memory_latency_sum;
    std::array<Slot, kFewSlots> slots;
  };
  // Of all bursts of a run.
  struct Shape {
    std::int64_t request_edges, retire_edges, memory_cycles;
  };

  template <bool kOneClock>
  void pass(std::int64_t bursts, const Shape& shape);
  template <bool kOneClock>
  void step(const Shape& shape);
  void count_latencies(std::int64_t latency, std::int64_t memory_latency);
  void count_slots(std::int64_t claim);
  template <bool kOneClock>
  void count_queue(std::int64_t issue);
  std::int64_t memory_cycles(std::int64_t bytes);

  void take_snapshot();
  bool moved_on_evenly() const;
  void repeat(std::int64_t times);

  std::int64_t after(std::int64_t slot) const { return slot + 1 == slot_count_ ? 0 : slot + 1; }

  std::int64_t core_ps_, memory_ps_, bytes_per_cycle_;
  ChannelRules rules_;
  MemoryPipe pipe_;
  TransferTiming timing_;

  // The state: all that later bursts depend on, with pipe_.free_edge and the slots.
  std::int64_t front_;  // edge of the last request for a burst
  std::int64_t last_;   // edge of the last beat written, or response used
  std::int64_t slot_count_;
  std::array<Slot, kFewSlots> few_slots_;
  std::vector<Slot> many_slots_;
  Slot* slots_ = nullptr;  // ring of the last slot_count_ bursts
  std::int64_t slot_ = 0;  // of the next burst

  std::int64_t oldest_claimed_ = 0, claimed_ = 0;      // slot, and how many from it on are in use
  std::int64_t oldest_in_memory_ = 0, in_memory_ = 0;  // the same of bursts in the memory
  std::int64_t known_bytes_ = 0, known_cycles_ = 0;    // memory_cycles of the run before
  Snapshot snapshot_;
};

}  // namespace intloom::timing
