// How a conversion between a linear tensor and a feature map is cut into boxes.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/choice.h"
#include "runtime/mapping/free_space.h"

namespace intloom::mapping {

struct LayoutShape {
  std::int64_t channels = 1, height = 1, width = 1;
  bool to_map = true;         // linear to map (LOADs scatter), else map to linear (STOREs gather)
  bool map_resident = false;  // the map is on chip; else it lies in memory, and boxes pass through slots
};

struct LayoutMapping {
  std::int64_t tile_blocks = 1, tile_h = 1, tile_w = 1;
  int slots = 0;
  std::int64_t slot_bytes = 0;
  double cycles = 0;
};

std::vector<std::int64_t> slot_sizes(const LayoutMapping& mapping);

using LayoutChoice = Choice<LayoutMapping>;
LayoutChoice map_layout(const LayoutShape& shape, const isa::MachineDescription& machine, const FreeSpace& scratchpad);

}  // namespace intloom::mapping
