// A chain of registers: what goes in comes out a fixed number of edges later.
#pragma once

#include <cstddef>
#include <vector>

namespace intloom::hw {

template <class T>
class DelayLine {
 public:
  explicit DelayLine(int edges) : ring_(static_cast<std::size_t>(edges) + 1) {}

  // Once an edge: takes `in`, returns what was taken `edges` calls ago (T{} in the beginning).
  const T& shift(const T& in) {
    ring_[newest_] = in;
    newest_ = newest_ + 1 == ring_.size() ? 0 : newest_ + 1;
    return ring_[newest_];
  }
  void clear() { ring_.assign(ring_.size(), T{}); }

 private:
  std::vector<T> ring_;
  std::size_t newest_ = 0;
};

}  // namespace intloom::hw
