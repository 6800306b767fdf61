#include "rtl_models/timing/dma_timing.h"

#include <algorithm>
#include <array>
#include <vector>

#include "rtl_models/isa/buffer_layout.h"

namespace intloom::timing {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

// One side of a transfer as numbered runs (rule D1), the address of each computed from its number.
class Side {
 public:
  Side(std::uint64_t address, const std::array<std::uint32_t, 3>& extents, const std::array<std::int64_t, 3>& strides)
      : base_(static_cast<std::int64_t>(address)), extents_(extents), strides_(strides) {
    for (first_outer_ = 0; first_outer_ < 3; ++first_outer_) {
      if (extents[first_outer_] == 1) continue;
      if (strides[first_outer_] != run_) break;
      run_ *= extents[first_outer_];
    }
    enter(0);
  }

  std::int64_t address() const { return run_address_ + offset_; }
  std::int64_t run() const { return run_; }
  std::int64_t left() const { return run_ - offset_; }
  void advance(std::int64_t bytes) {
    offset_ += bytes;
    if (offset_ == run_) enter(number_ + 1);
  }

 private:
  void enter(std::int64_t number) {
    number_ = number;
    offset_ = 0;
    run_address_ = base_;
    for (std::size_t d = first_outer_; d < 3; ++d) {
      run_address_ += number % extents_[d] * strides_[d];
      number /= extents_[d];
    }
  }

  std::int64_t base_;
  std::array<std::uint32_t, 3> extents_;
  std::array<std::int64_t, 3> strides_;
  std::size_t first_outer_ = 0;
  std::int64_t run_ = 1, number_ = 0, offset_ = 0, run_address_ = 0;
};

struct BurstShape {
  std::int64_t bytes = 0, beats = 0;
};

// The bursts of a transfer in order, with the beats that each takes on the buffer's side (rules D2, D4).
class Bursts {
 public:
  Bursts(const isa::Transfer& transfer, const isa::MachineDescription& machine)
      : memory_(transfer.memory_address, transfer.extents, transfer.memory_strides),
        buffer_(transfer.buffer_address, transfer.extents, transfer.buffer_strides),
        left_(std::int64_t{1} * transfer.extents[0] * transfer.extents[1] * transfer.extents[2]),
        burst_bytes_(machine.memory.burst_bytes),
        word_bytes_(isa::word_bytes(machine, transfer.buffer)),
        bytes_per_cycle_(machine.dma.bytes_per_cycle) {}

  bool done() const { return left_ == 0; }

  BurstShape next() {
    BurstShape burst;
    burst.bytes = std::min(memory_.left(), burst_bytes_ - memory_.address() % burst_bytes_);
    memory_.advance(burst.bytes);
    left_ -= burst.bytes;
    if (buffer_.run() == 1) {  // a beat a byte, wherever it lies
      burst.beats = burst.bytes;
      return burst;
    }
    for (std::int64_t bytes = burst.bytes; bytes != 0;) {
      const std::int64_t piece = std::min(bytes, buffer_.left());
      burst.beats += beats_of(buffer_.address() % word_bytes_, piece);
      buffer_.advance(piece);
      bytes -= piece;
    }
    return burst;
  }

 private:
  // Of `bytes` contiguous bytes from offset `first` of a word on.
  std::int64_t beats_of(std::int64_t first, std::int64_t bytes) const {
    const std::int64_t head = std::min(bytes, word_bytes_ - first);
    const std::int64_t words = (bytes - head) / word_bytes_;
    const std::int64_t tail = bytes - head - words * word_bytes_;
    return ceil_div(head, bytes_per_cycle_) + words * ceil_div(word_bytes_, bytes_per_cycle_) +
           ceil_div(tail, bytes_per_cycle_);
  }

  Side memory_, buffer_;
  std::int64_t left_, burst_bytes_, word_bytes_, bytes_per_cycle_;
};

// Rules Y1 to Y4 and D3: the first core edge at which the response to a burst issued at `issue_edge` may be used.
std::int64_t usable_edge(MemoryPipe& pipe, std::int64_t issue_edge, std::int64_t bytes, std::int64_t latency_cycles,
                         const isa::MachineDescription& machine) {
  const std::int64_t core_ps = machine.clock_period_ps, memory_ps = machine.memory.clock_period_ps;
  const std::int64_t arrival_edge = issue_edge * core_ps / memory_ps + 1;
  pipe.free_edge =
      std::max(arrival_edge + latency_cycles, pipe.free_edge) + ceil_div(bytes, machine.memory.bytes_per_cycle);
  return pipe.free_edge * memory_ps / core_ps + 1;
}

// The edges at which the last `outstanding_bursts` bursts gave their slots back, and the count of slots in use.
class Slots {
 public:
  explicit Slots(const isa::MachineDescription& machine)
      : size_(machine.dma.outstanding_bursts), retired_(static_cast<std::size_t>(size_), -1) {}

  // First edge at which burst number `burst` can have a slot.
  std::int64_t free_edge(std::int64_t burst) const { return retired_[static_cast<std::size_t>(burst % size_)] + 1; }
  void retire(std::int64_t burst, std::int64_t edge) { retired_[static_cast<std::size_t>(burst % size_)] = edge; }
  // Slots in use once `burst` has taken one at `edge`.
  std::int64_t in_use(std::int64_t burst, std::int64_t edge) {
    while (oldest_ < burst && free_edge(oldest_) <= edge) ++oldest_;
    return burst - oldest_ + 1;
  }

 private:
  std::int64_t size_, oldest_ = 0;
  std::vector<std::int64_t> retired_;
};

void count(TransferTiming& timing, const BurstShape& burst, std::int64_t latency, std::int64_t in_use) {
  timing.latency_min = timing.bursts == 0 ? latency : std::min(timing.latency_min, latency);
  timing.latency_max = std::max(timing.latency_max, latency);
  timing.latency_sum += latency;
  timing.outstanding_peak = std::max(timing.outstanding_peak, in_use);
  ++timing.bursts;
  timing.bytes += burst.bytes;
  timing.beats += burst.beats;
}

}  // namespace

void ChannelTotals::add(std::int64_t start_edge, const TransferTiming& transfer) {
  latency_min = bursts == 0 ? transfer.latency_min : std::min(latency_min, transfer.latency_min);
  latency_max = std::max(latency_max, transfer.latency_max);
  latency_sum += transfer.latency_sum;
  outstanding_peak = std::max(outstanding_peak, transfer.outstanding_peak);
  ++commands;
  busy_cycles += transfer.end_edge - start_edge;
  bursts += transfer.bursts;
  bytes += transfer.bytes;
  beats += transfer.beats;
}

TransferTiming load_timing(const isa::Transfer& load, const isa::MachineDescription& machine, std::int64_t start_edge,
                           MemoryPipe& pipe) {
  TransferTiming timing;
  Slots slots(machine);
  std::int64_t issue = start_edge, last_beat = start_edge;
  for (Bursts bursts(load, machine); !bursts.done();) {
    const BurstShape burst = bursts.next();
    issue = std::max(issue + 1, slots.free_edge(timing.bursts));
    const std::int64_t usable = usable_edge(pipe, issue, burst.bytes, machine.memory.read_latency_cycles, machine);
    last_beat = std::max(usable, last_beat + 1) + burst.beats - 1;
    const std::int64_t in_use = slots.in_use(timing.bursts, issue);
    slots.retire(timing.bursts, last_beat);
    count(timing, burst, usable - issue, in_use);
  }
  timing.end_edge = last_beat + 1;
  return timing;
}

TransferTiming store_timing(const isa::Transfer& store, const isa::MachineDescription& machine, std::int64_t start_edge,
                            MemoryPipe& pipe) {
  TransferTiming timing;
  Slots slots(machine);
  std::int64_t last_request = start_edge, usable = start_edge;
  for (Bursts bursts(store, machine); !bursts.done();) {
    const BurstShape burst = bursts.next();
    const std::int64_t first_request = std::max(last_request + 1, slots.free_edge(timing.bursts));
    last_request = first_request + burst.beats - 1;
    const std::int64_t issue = last_request + 1 + machine.scratchpad.read_latency_cycles;
    const std::int64_t response = usable_edge(pipe, issue, burst.bytes, machine.memory.write_latency_cycles, machine);
    usable = std::max(usable + 1, response);
    const std::int64_t in_use = slots.in_use(timing.bursts, first_request);
    slots.retire(timing.bursts, usable);
    count(timing, burst, response - issue, in_use);
  }
  timing.end_edge = usable;
  return timing;
}

std::int64_t load_duration(const isa::Transfer& load, const isa::MachineDescription& machine) {
  MemoryPipe pipe;
  return load_timing(load, machine, 0, pipe).end_edge;
}

std::int64_t store_duration(const isa::Transfer& store, const isa::MachineDescription& machine) {
  MemoryPipe pipe;
  return store_timing(store, machine, 0, pipe).end_edge;
}

}  // namespace intloom::timing
