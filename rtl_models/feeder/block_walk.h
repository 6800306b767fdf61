// The blocks of an EXEC in the order the hardware takes them: for group: for channel block: for ky: for kx.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"

namespace intloom::hw {

class BlockWalk {
 public:
  // `rows`: of the array. `group_channels`: output channels of a group (isa::group_channels).
  void start(const isa::Exec& exec, std::uint32_t rows, std::uint32_t group_channels);
  void next();

  bool done() const { return done_; }
  std::uint32_t index() const { return index_; }  // number of the block in its command
  std::uint32_t channel_block() const { return channel_block_; }
  int ky() const { return ky_; }
  int kx() const { return kx_; }
  bool first_of_group() const { return first_of_group_; }
  // First array row the block's weights are for: 0, of a depthwise group its input lane.
  std::uint32_t first_row() const { return first_row_; }
  // Array rows with a channel of the input, columns with a channel of the output.
  std::uint32_t channels() const { return channels_; }
  std::uint32_t columns() const { return columns_; }
  // Weight words of the block: one for each channel; of a depthwise group one.
  std::uint32_t weight_words() const { return depthwise_ ? 1 : channels_; }
  // Products that count, for each activation row.
  std::uint32_t macs() const { return depthwise_ ? columns_ : channels_ * columns_; }

 private:
  void enter_block();
  void next_group();

  bool depthwise_ = false;
  std::uint32_t rows_ = 1, group_channels_ = 1;
  int kernel_h_ = 1, kernel_w_ = 1;
  std::uint32_t index_ = 0, channel_block_ = 0, first_row_ = 0;
  std::uint32_t all_channels_ = 0;   // input channels of the command
  std::uint32_t channels_left_ = 0;  // from this channel block on
  std::uint32_t outputs_left_ = 0;   // output channels from this group on
  std::uint32_t channels_ = 0, columns_ = 0;
  int ky_ = 0, kx_ = 0;
  bool first_of_group_ = true, done_ = true;
};

}  // namespace intloom::hw
