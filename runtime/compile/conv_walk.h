// The order in which a convolution's tiles are computed, and what each step reads.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/blocked_map.h"
#include "runtime/mapping/conv_mapping.h"

namespace intloom::compile {

// One EXEC: a part of the sums of one output tile. Numbers of tiles along height, width and channels, and of the part.
struct ConvStep {
  std::int64_t iy = 0, ix = 0, in = 0, part = 0;
};

// Output channels of one tile, and the parts of its sums.
struct ChannelTile {
  std::int64_t first = 0, count = 0;
  std::vector<mapping::KPart> parts;
  std::int64_t first_weights = 0;  // number of the first part's weights among those of the layer
};

class ConvWalk {
 public:
  ConvWalk(const mapping::ConvShape& shape, const mapping::ConvMapping& mapping,
           const isa::MachineDescription& machine);

  std::vector<ConvStep> steps() const;
  const std::vector<ChannelTile>& channel_tiles() const { return channel_tiles_; }

  const ChannelTile& channels(const ConvStep& step) const { return channel_tiles_[static_cast<std::size_t>(step.in)]; }
  const mapping::KPart& part(const ConvStep& step) const {
    return channels(step).parts[static_cast<std::size_t>(step.part)];
  }
  bool is_last_part(const ConvStep& step) const;
  // Number of the output tile.
  std::uint32_t tile(const ConvStep& step) const;
  // Number of the weights the step needs.
  std::int64_t weight_key(const ConvStep& step) const { return channels(step).first_weights + step.part; }
  // Number of what an input slot holds for the step; and a step it is for.
  std::int64_t input_key(const ConvStep& step) const;
  ConvStep step_of_input_key(std::int64_t key) const;

  MapBox input_box(const ConvStep& step) const;   // what an input slot holds
  MapBox part_box(const ConvStep& step) const;    // what the EXEC reads
  MapBox output_box(const ConvStep& step) const;  // what the output tile is
  isa::Window window(const ConvStep& step) const;

 private:
  mapping::InputSpan rows(const ConvStep& step, std::int64_t tap, std::int64_t taps) const;
  mapping::InputSpan columns(const ConvStep& step, std::int64_t tap, std::int64_t taps) const;

  const mapping::ConvShape& shape_;
  const mapping::ConvMapping& mapping_;
  const isa::MachineDescription& machine_;
  mapping::Tiles ys_, xs_, ns_;
  std::vector<ChannelTile> channel_tiles_;
  std::int64_t most_parts_ = 1;
};

}  // namespace intloom::compile
