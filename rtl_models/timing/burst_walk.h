// The bursts of a transfer in order, equal ones together: rules D1, D2 and D4 of rtl_models/dma/README.md.
#pragma once

#include <array>
#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/timing/burst_beats.h"

namespace intloom::timing {

// `count` bursts one after another, of `bytes` bytes and `beats` beats on the buffer's side each.
struct BurstRun {
  std::int64_t bytes = 0, beats = 0, count = 0;
};

class BurstWalk {
 public:
  BurstWalk(const isa::Transfer& transfer, const isa::MachineDescription& machine);

  bool done() const { return left_ == 0; }
  BurstRun next();  // not when done; as many equal bursts as are seen at once

 private:
  // One side of the transfer as runs.
  class Side {
   public:
    Side(std::uint64_t address, const std::array<std::uint32_t, 3>& extents,
         const std::array<std::int64_t, 3>& strides);

    std::uint64_t address() const { return address_; }
    std::int64_t run() const { return run_; }
    std::int64_t left() const { return left_; }  // of the current run
    void advance(std::int64_t bytes) {           // at most left()
      address_ += static_cast<std::uint64_t>(bytes);
      left_ -= bytes;
      if (left_ == 0) next_run();
    }

   private:
    struct Dimension {
      std::uint32_t extent = 1, index = 0;
      std::int64_t stride = 0;
    };
    void next_run();

    std::array<Dimension, 3> outer_;
    std::int64_t run_ = 1, left_ = 1;
    std::uint64_t run_address_, address_;
  };

  // Equal bursts from here on, 0 if that is not seen at once.
  std::int64_t equal_bursts() const;
  BurstRun take(std::int64_t bytes, std::int64_t count);
  std::int64_t beats_across_runs(std::int64_t bytes);

  Side memory_, buffer_;
  std::int64_t left_, burst_bytes_;
  int burst_shift_;
  std::uint32_t word_bytes_;
  BurstBeats beats_;
};

}  // namespace intloom::timing
