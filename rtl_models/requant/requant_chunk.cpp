#include "rtl_models/requant/requant_chunk.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"

namespace intloom::hw {

using isa::ceil_div;

RequantChunk requant_chunk_at(const isa::Requant& command, const isa::MachineDescription& machine,
                              std::uint32_t channel) {
  RequantChunk chunk;
  chunk.channel = channel;
  if (channel >= command.channels) return chunk;
  const auto rows = static_cast<std::uint32_t>(machine.array.rows);
  const auto unit_lanes = static_cast<std::uint32_t>(machine.requant.lanes);
  const std::uint32_t group = channel / command.group_channels, block = channel / rows;
  // All channels of this group in this block: `length` of them in `count` chunks; chunk i begins at i*length/count.
  const std::uint32_t begin = std::max(group * command.group_channels, block * rows);
  const std::uint32_t end = std::min({command.channels, (group + 1) * command.group_channels, (block + 1) * rows});
  const std::uint32_t length = end - begin, count = ceil_div(length, unit_lanes);
  const std::uint32_t number = ceil_div((channel - begin) * count, length);
  chunk.lanes = begin + (number + 1) * length / count - channel;
  chunk.column = channel % command.group_channels;
  chunk.row = command.acc_row + group * command.out.height * command.out.width;
  chunk.address = command.out.address + block * command.out.block_pitch + channel % rows;
  return chunk;
}

RequantWords requant_words(const isa::Requant& command, const RequantChunk& chunk) {
  if (command.per_channel) return {chunk.channel, chunk.lanes};
  // Word 0 is the record of all channels, word 1 + c/3 holds the bias of channel c.
  const std::uint32_t first = chunk.channel == 0 ? 0 : 1 + ceil_div(chunk.channel, 3);
  return {first, 1 + ceil_div(chunk.channel + chunk.lanes, 3) - first};
}

}  // namespace intloom::hw
