// The weight words of an EXEC, one a step, at most one block ahead of the activations.
#pragma once

#include <cstdint>

#include "rtl_models/feeder/block_walk.h"
#include "rtl_models/isa/command.h"

namespace intloom::hw {

struct WeightStep {
  bool valid = false;
  bool diagonal = false;
  bool last = false;          // last word of its block
  std::uint16_t row = 0;      // array row the weights are for; of a diagonal its first row
  std::uint16_t columns = 0;  // lanes that hold a weight of the layer; the others are 0
  std::uint32_t address = 0;
};

class WeightWalk {
 public:
  // `word_bytes`: of the weight buffer.
  void start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels, std::uint32_t word_bytes);
  void stop() { blocks_ = BlockWalk(); }

  // The next word, unless its block is more than one ahead: `blocks_started` blocks have had their first activation
  // row.
  WeightStep step(std::uint32_t blocks_started);
  // Blocks whose last word has been given out.
  std::uint32_t blocks_complete() const { return blocks_complete_; }

 private:
  BlockWalk blocks_;
  bool diagonal_ = false;
  std::uint32_t word_bytes_ = 1, address_ = 0;
  std::uint32_t word_ = 0;  // within the block
  std::uint32_t blocks_complete_ = 0;
};

}  // namespace intloom::hw
