// Reads the parameters of one chunk from the parameter buffer, one word a cycle, into one of two sets of registers.
#pragma once

#include <array>
#include <cstdint>

#include "rtl_models/block/lanes.h"
#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/requant/requant_chunk.h"

namespace intloom::hw {

// By lane of the chunk.
struct RequantParameters {
  std::array<std::int32_t, isa::kMaxLanes> bias{};
  std::array<std::uint32_t, isa::kMaxLanes> m0{};
  std::array<std::uint8_t, isa::kMaxLanes> n{};
};

class RequantFetch {
 public:
  explicit RequantFetch(int read_latency_cycles) : read_latency_(static_cast<std::uint32_t>(read_latency_cycles)) {}

  void reset() { *this = RequantFetch(static_cast<int>(read_latency_)); }

  // At the edge that requests the first word; fills the set that is not in use. A chunk without lanes ends the
  // command.
  void begin(const isa::Requant& command, const RequantChunk& chunk);
  // Once at every later edge, before anything else: takes the word that arrives at this edge.
  void advance(const Lanes<std::uint8_t>& data);

  bool requests() const { return age_ < words_.count; }  // a word is requested at this edge
  std::uint32_t address() const;                         // of that word
  bool complete() const { return chunk_.lanes != 0 && captured_ == words_.count; }
  const RequantChunk& chunk() const { return chunk_; }

  // The filled set becomes the one in use; returns its number. Not before the last row that used it before is sampled.
  std::uint8_t swap();
  const RequantParameters& set(std::uint8_t number) const { return sets_[number]; }

 private:
  // Three biases as they lie in a word; word w of them belongs to channels 3w .. 3w+2.
  struct BiasWord {
    std::uint32_t number = 0;
    std::array<std::int32_t, 3> bias{};
  };

  void capture(std::uint32_t word, const Lanes<std::uint8_t>& data);
  void place(const BiasWord& word, RequantParameters& set) const;

  std::uint32_t read_latency_;
  const isa::Requant* command_ = nullptr;
  RequantChunk chunk_;
  RequantWords words_;
  std::uint32_t age_ = 0;  // edges since the first request
  std::uint32_t captured_ = 0;
  std::array<RequantParameters, 2> sets_;
  BiasWord newest_;  // the last one captured
  BiasWord shared_;  // read by the chunk before, has biases of this one too
  std::uint8_t in_use_ = 0;
};

}  // namespace intloom::hw
