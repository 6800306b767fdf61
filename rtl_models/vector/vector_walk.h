// The order in which a VECTOR command is done: one step a cycle (rules V1, V3).
#pragma once

#include <cstdint>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "rtl_models/isa/vector_operation.h"

namespace intloom::hw {

// One tap of one chunk of one pixel. A chunk is a run of channels inside one input word and one output word, at most
// vector.lanes long, in a lookup also at most vector.table_lanes.
struct VectorStep {
  bool valid = false;
  bool inside = true;        // the tap lies in the input region; elementwise operations have one tap, always inside
  bool word_begins = false;  // first chunk of the tap: where inside, its word is read
  bool first_tap = false, last_tap = false;
  bool last = false;       // of the command
  std::uint16_t lane = 0;  // first lane in the input word
  std::uint16_t lanes = 0;
  std::uint32_t a_address = 0, b_address = 0;  // of the words
  std::uint32_t out_address = 0;               // of the first byte of the chunk's result
  std::uint32_t counted_taps = 0;              // of the window so far
};

class VectorWalk {
 public:
  VectorWalk() = default;
  VectorWalk(const isa::Vector& command, const isa::MachineDescription& machine);

  bool ended() const { return block_ == blocks_; }
  VectorStep next();  // not when ended

 private:
  void begin_block();
  std::uint32_t out_lane() const;
  std::uint32_t chunk_lanes() const;
  void read_addresses(VectorStep& step) const;
  void advance(std::uint32_t lanes);

  const isa::Vector* command_ = nullptr;
  std::uint32_t rows_ = 1, longest_chunk_ = 1, blocks_ = 0;  // blocks of the input
  int taps_h_ = 1, taps_w_ = 1;
  std::uint32_t block_ = 0, y_ = 0, x_ = 0;
  int ky_ = 0, kx_ = 0;
  isa::BlockLanes block_lanes_;  // of the input words
  std::uint32_t lane_ = 0;
  std::uint32_t counted_taps_ = 0;
};

}  // namespace intloom::hw
