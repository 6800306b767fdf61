// The activation rows of an EXEC, one a step: address in the scratchpad or padding, and the accumulator row they are
// for.
#pragma once

#include <cstdint>

#include "rtl_models/feeder/block_walk.h"
#include "rtl_models/isa/command.h"

namespace intloom::hw {

struct ActivationStep {
  enum class Kind : std::uint8_t {
    none,     // no command, or all rows of the command are out
    waiting,  // the next row waits for its weights
    read,     // a row from `address`
    padding,  // a row of padding
  };
  Kind kind = Kind::none;
  bool swap = false;           // first row of a block
  bool last = false;           // last row of the command
  std::uint16_t channels = 0;  // lanes that hold a channel; the others are 0
  std::uint32_t address = 0;
  std::uint32_t macs = 0;
  std::uint64_t tag = 0;
};

class ActivationWalk {
 public:
  void start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels);
  void stop() { blocks_ = BlockWalk(); }

  // The next row, if the weights of its block have been requested: `blocks_weighted` blocks have.
  ActivationStep step(std::uint32_t blocks_weighted);
  // Blocks whose first row is out.
  std::uint32_t blocks_started() const { return blocks_started_; }
  const BlockWalk& blocks() const { return blocks_; }

 private:
  void enter_block();
  void advance();

  isa::Exec exec_;
  BlockWalk blocks_;
  std::uint32_t blocks_started_ = 0;
  std::uint32_t step_x_ = 0, step_y_ = 0;         // bytes from one output pixel, or row, to the next
  std::uint32_t address_ = 0, line_address_ = 0;  // of the current tap; modulo 2^32 where it is padding
  int iy_ = 0, ix_ = 0, first_ix_ = 0;
  std::uint32_t oy_ = 0, ox_ = 0;
  std::uint32_t group_acc_row_ = 0, acc_row_ = 0;
  bool accumulate_ = false;
  bool block_begins_ = false;
};

}  // namespace intloom::hw
