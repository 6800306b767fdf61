#include "rtl_models/feeder/weight_walk.h"

namespace intloom::hw {

void WeightWalk::start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels,
                       std::uint32_t word_bytes) {
  blocks_.start(exec, rows, group_channels);
  diagonal_ = exec.depthwise;
  word_bytes_ = word_bytes;
  address_ = exec.weight_address;
  word_ = 0;
  blocks_complete_ = 0;
}

WeightStep WeightWalk::step(std::uint32_t blocks_started) {
  WeightStep step;
  if (blocks_.done() || blocks_.index() > blocks_started) return step;
  step.valid = true;
  step.diagonal = diagonal_;
  step.row = static_cast<std::uint16_t>(blocks_.first_row() + word_);
  step.columns = static_cast<std::uint16_t>(blocks_.columns());
  step.address = address_;
  address_ += word_bytes_;  // words lie in the order of the walk, without gaps
  if (++word_ < blocks_.weight_words()) return step;
  step.last = true;
  word_ = 0;
  ++blocks_complete_;
  blocks_.next();
  return step;
}

}  // namespace intloom::hw
