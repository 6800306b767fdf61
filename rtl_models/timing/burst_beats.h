// Beats that bytes take on the buffer's side of a transfer (rule D4 of rtl_models/dma/README.md): a beat moves at most
// dma.bytes_per_cycle bytes of one burst, one run and one word.
#pragma once

#include <cstdint>

namespace intloom::timing {

class BurstBeats {
 public:
  BurstBeats(std::int64_t burst_bytes, std::int64_t word_bytes, std::int64_t bytes_per_cycle);

  // Every whole burst of a contiguous run takes the same beats: a burst is a number of words.
  bool equal_in_all_bursts() const { return period_ == 1; }
  // Of `bytes` contiguous bytes of one burst, the first of which is byte `first` of its word.
  std::int64_t of_burst(std::int64_t first, std::int64_t bytes) const;
  // Of `bytes` bytes contiguous on both sides: they begin at byte `in_burst` of a burst and `first` of a word. Work: no
  // more than word_bytes steps, one where a burst is a number of words.
  std::int64_t of_piece(std::int64_t in_burst, std::int64_t first, std::int64_t bytes) const;

 private:
  std::int64_t beats_up_to(std::int64_t bytes) const {  // of bytes of one word
    return bytes <= bytes_per_cycle_ ? (bytes != 0 ? 1 : 0) : (bytes + bytes_per_cycle_ - 1) / bytes_per_cycle_;
  }
  std::int64_t of_bursts(std::int64_t first, std::int64_t bursts) const;

  std::int64_t burst_bytes_, word_bytes_, bytes_per_cycle_;
  std::int64_t word_beats_;
  std::int64_t period_;  // bursts after which the next one begins at the same byte of a word again
};

}  // namespace intloom::timing
