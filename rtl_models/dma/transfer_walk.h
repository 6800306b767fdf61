// The addresses of one side of a transfer, as contiguous pieces in stream order (innermost extent first).
//
// Rule D1 of the page: a run is the longest prefix of the dimensions that is contiguous on this side; dimensions of
// extent 1 do not count.
#pragma once

#include <array>
#include <cstdint>

namespace intloom::hw {

class TransferWalk {
 public:
  void start(std::uint64_t address, const std::array<std::uint32_t, 3>& extents,
             const std::array<std::int64_t, 3>& strides);

  bool done() const { return runs_left_ == 0; }
  std::uint64_t address() const { return address_; }    // of the next byte
  std::uint64_t run_left() const { return run_left_; }  // bytes contiguous from it on, 1 at least
  void advance(std::uint64_t bytes) {                   // bytes <= run_left()
    address_ += bytes;
    run_left_ -= bytes;
    if (run_left_ == 0) next_run();
  }

 private:
  struct Dimension {
    std::uint32_t extent = 1, index = 0;
    std::int64_t stride = 0;
  };
  void next_run();

  std::array<Dimension, 3> outer_;
  int outer_dimensions_ = 0;
  std::uint64_t run_ = 0, run_left_ = 0, runs_left_ = 0;
  std::uint64_t run_address_ = 0, address_ = 0;
};

}  // namespace intloom::hw
