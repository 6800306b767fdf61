// How a REQUANT command is cut into chunks, and where the parameters of a chunk lie.
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"

namespace intloom::hw {

// A run of channels inside one accumulator group and one output block, at most requant.lanes long. The channels of one
// group and block are cut into as few chunks as that allows, of lengths that differ by at most one (rule R1).
struct RequantChunk {
  std::uint32_t channel = 0;  // first
  std::uint32_t lanes = 0;    // channels; 0: past the last chunk
  std::uint32_t column = 0;   // of the first channel in its accumulator row
  std::uint32_t row = 0;      // accumulator row of pixel 0
  std::uint32_t address = 0;  // of the first channel of pixel (0, 0) in the activation scratchpad
};

// The chunk that begins at `channel`; lanes = 0 when channel is past the last one.
RequantChunk requant_chunk_at(const isa::Requant& command, const isa::MachineDescription& machine,
                              std::uint32_t channel);

// Words of the command's parameter region that a chunk reads (rule R2): [first, first + count). Biases that lie in a
// word which the chunk before has read are kept from there; so count may be 0.
struct RequantWords {
  std::uint32_t first = 0, count = 0;
};
RequantWords requant_words(const isa::Requant& command, const RequantChunk& chunk);

}  // namespace intloom::hw
