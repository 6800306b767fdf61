// How a convolution (dense, grouped, depthwise; Gemm and MatMul too) is cut into commands.
//
// An output tile is tile_h x tile_w pixels of tile_n channels, one accumulator bank. Its input channels may come in
// parts: runs of channel blocks, and where even one block's weights are too many, rows and columns of the kernel.
// Parts follow each other in the order block, ky, kx, so that sums are added in the order of an uncut layer.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/choice.h"
#include "runtime/mapping/free_space.h"
#include "runtime/mapping/tiling.h"
#include "runtime/quant/network.h"

namespace intloom::mapping {

struct ConvShape {
  bool depthwise = false;            // one channel an array column (groups == channels == output channels)
  bool weights_per_channel = false;  // requantizer takes a multiplier for each channel
  std::int64_t channels = 1, output_channels = 1, groups = 1;
  WindowAxis y, x;
};
ConvShape conv_shape(const quant::Network& network, const quant::Layer& layer);

// A part of the sums of one output tile.
struct KPart {
  std::int64_t block = 0, blocks = 1;  // input channel blocks of array.rows
  std::int64_t channels = 1;           // in these blocks
  std::int64_t ky = 0, kernel_h = 1, kx = 0, kernel_w = 1;
};

struct ConvMapping {
  std::int64_t tile_h = 1, tile_w = 1;
  std::int64_t tile_n = 1;                // output channels, a multiple of array.rows
  std::int64_t tile_k = 1;                // input channel blocks of a part
  std::int64_t tile_kh = 1, tile_kw = 1;  // kernel rows and columns of a part
  bool channel_outer = false;   // for channels: for pixels (else for pixels: for channels); parts are always innermost
  bool input_per_part = false;  // an input slot holds what one part needs, not what the whole tile needs
  bool input_resident = false, output_resident = false;                          // the whole tensor is on chip
  bool weights_resident = false, parameters_resident = false;                    // of the whole layer, loaded once
  int input_slots = 0, output_slots = 0, weight_slots = 0, parameter_slots = 0;  // 0: none needed (resident)
  std::int64_t input_slot_bytes = 0, output_slot_bytes = 0;
  std::int64_t weight_slot_bytes = 0, parameter_slot_bytes = 0;  // of the whole layer where resident
  std::int64_t parts = 1;                                        // of the sums of an output tile, at most
  double cycles = 0;                                             // estimate for the layer
  double load_cycles = 0;                                        // of these the LOAD unit is busy for the layer
  std::string describe() const;
};

// Blocks of input channels that output channels [n, n + count) of a layer need.
struct BlockRange {
  std::int64_t begin = 0, count = 1;
};
BlockRange input_blocks(const ConvShape& shape, const isa::MachineDescription& machine, std::int64_t n,
                        std::int64_t count);

// The parts of the output tile of channels [n, n + count), in order.
std::vector<KPart> k_parts(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine,
                           std::int64_t n, std::int64_t count);

// What the parts of that tile take, without making them: their number, the most of one, and of all together.
struct PartNeeds {
  std::int64_t parts = 0;
  std::int64_t most_blocks = 0, blocks = 0;              // input channel blocks
  std::int64_t most_weight_bytes = 0, weight_bytes = 0;  // of one, of all
};
PartNeeds part_needs(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine,
                     std::int64_t n, std::int64_t count);

// Bytes of weights and of parameters of one EXEC and one REQUANT.
std::int64_t weight_bytes(const ConvShape& shape, const isa::MachineDescription& machine, std::int64_t output_channels,
                          const KPart& part);
std::int64_t parameter_bytes(const ConvShape& shape, std::int64_t output_channels);

// Regions of the scratchpad in the order in which place() gets them: input slots, output slots.
std::vector<std::int64_t> slot_sizes(const ConvMapping& mapping);

// Where the whole tensors lie, and the space for slots beside them.
struct ConvResources {
  FreeSpace scratchpad;
  bool input_resident = false, output_resident = false;
  // While the layers before compute, the LOAD unit has nothing to do for so long: weights that find space beside
  // theirs may be there already when the layer begins.
  double idle_load_cycles = 0;
  std::int64_t free_weight_bytes = 0;
};

using ConvChoice = Choice<ConvMapping>;
ConvChoice map_conv(const ConvShape& shape, const isa::MachineDescription& machine, const ConvResources& resources);

// Why not even the smallest tile fits: machine key, what it holds, what would do. Empty where it fits.
std::string conv_misfit(const ConvShape& shape, const isa::MachineDescription& machine);

// Estimated cycles of a mapping: the busiest of the units, and filling the pipeline.
double conv_cycles(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine);

}  // namespace intloom::mapping
