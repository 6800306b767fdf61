// One direction of the simple memory: bursts in order through a pipe of fixed latency and bandwidth.
//
// Pure arithmetic over edges of the memory's clock; rules Y2 to Y4 of the page.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <vector>

namespace intloom::hw {

template <class Request>
class MemoryPipe {
 public:
  struct Entry {
    Request request;
    std::int64_t arrival_edge = 0;  // of the memory's clock
    std::int64_t response_edge = 0;
  };

  MemoryPipe(int latency_cycles, int bytes_per_cycle)
      : latency_cycles_(latency_cycles), bytes_per_cycle_(bytes_per_cycle) {}

  // In the order of issue, ties by port. A request of the same instant may overtake: it moves the later ones back.
  void push(const Request& request, std::int64_t arrival_edge) {
    compact();
    std::size_t at = entries_.size();
    while (at > head_ && entries_[at - 1].request.issue == request.issue &&
           entries_[at - 1].request.port > request.port)
      --at;
    entries_.insert(entries_.begin() + static_cast<std::ptrdiff_t>(at), Entry{request, arrival_edge, 0});
    for (; at < entries_.size(); ++at) schedule(at);
    peak_ = std::max(peak_, entries_.size() - head_);
  }

  bool empty() const { return head_ == entries_.size(); }
  const Entry& front() const { return entries_[head_]; }
  void pop() {
    busy_cycles_ += beats(front().request);
    free_edge_ = front().response_edge;
    ++head_;
  }
  // Drops what was not answered; `drop` is called for each.
  template <class Drop>
  void restart(Drop drop) {
    for (; head_ != entries_.size(); ++head_) drop(entries_[head_].request);
    entries_.clear();
    head_ = 0;
    free_edge_ = 0;
  }

  std::int64_t busy_cycles() const { return busy_cycles_; }  // of the bursts answered
  std::size_t peak() const { return peak_; }
  std::size_t size() const { return entries_.size() - head_; }

 private:
  std::int64_t beats(const Request& request) const {
    return (static_cast<std::int64_t>(request.bytes()) + bytes_per_cycle_ - 1) / bytes_per_cycle_;
  }
  void schedule(std::size_t at) {
    Entry& entry = entries_[at];
    const std::int64_t free_edge = at == head_ ? free_edge_ : entries_[at - 1].response_edge;
    entry.response_edge = std::max(entry.arrival_edge + latency_cycles_, free_edge) + beats(entry.request);
  }
  // Reuses the room of answered requests, so that a steady state allocates nothing.
  void compact() {
    if (head_ < entries_.size() && head_ < 64) return;
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }

  std::int64_t latency_cycles_, bytes_per_cycle_;
  std::vector<Entry> entries_;  // from head_ on: not answered yet
  std::size_t head_ = 0;
  std::int64_t free_edge_ = 0;  // from here on the data path is free of answered bursts
  std::int64_t busy_cycles_ = 0;
  std::size_t peak_ = 0;
};

}  // namespace intloom::hw
