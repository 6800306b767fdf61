// How a layer of the vector unit (elementwise, pooling, requantizing copy) is cut into commands: tiles of channel
// blocks, rows and columns of the output.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/isa/command.h"
#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/choice.h"
#include "runtime/mapping/free_space.h"
#include "runtime/mapping/tiling.h"

namespace intloom::mapping {

struct VectorOperand {
  bool resident = false;
  bool one_row = false, one_column = false;  // broadcast along the height, the width
  std::int64_t extra_blocks = 0;             // a tile reads so many blocks more than it writes
};

struct VectorShape {
  isa::VectorOp op = isa::VectorOp::rescale;
  std::int64_t channels = 1;
  WindowAxis y, x;  // elementwise: input == output, kernel and stride 1
  std::vector<VectorOperand> operands;
  bool output_resident = false;
  // Concat along channels: every tile has all channels, its operands come one after the other through the same slots,
  // the largest of those that are not resident with so many blocks.
  bool whole_channels = false;
  std::int64_t operand_blocks = 0;
  std::int64_t parameter_records = 1;
};

struct VectorMapping {
  std::int64_t tile_blocks = 1, tile_h = 1, tile_w = 1;
  int slots = 0;  // of each operand that is not resident, and of an output that is not: 2 or 1
  std::vector<std::int64_t> operand_slot_bytes;  // 0: resident
  std::int64_t output_slot_bytes = 0;            // 0: resident
  double cycles = 0;                             // estimate for the layer
  double load_cycles = 0;                        // of these the LOAD unit is busy
};

// Regions in the order in which place() gets them: slots of each operand, output slots.
std::vector<std::int64_t> slot_sizes(const VectorMapping& mapping);

using VectorChoice = Choice<VectorMapping>;
VectorChoice map_vector(const VectorShape& shape, const isa::MachineDescription& machine, const FreeSpace& scratchpad);

// Why not even the smallest tile fits, with nothing resident: machine key, what it holds, what would do.
std::string vector_misfit(const VectorShape& shape, const isa::MachineDescription& machine);

double vector_cycles(const VectorShape& shape, const VectorMapping& mapping, const isa::MachineDescription& machine);

}  // namespace intloom::mapping
