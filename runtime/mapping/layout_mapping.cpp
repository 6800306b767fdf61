#include "runtime/mapping/layout_mapping.h"

#include <algorithm>

#include "rtl_models/isa/buffer_layout.h"
#include "runtime/mapping/tiling.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom::mapping {
namespace {

constexpr std::int64_t kMostResidentTiles = 8;

// One byte a cycle is scattered or gathered; a map in memory passes the chip's port once more.
double layout_cycles(const LayoutShape& shape, const LayoutMapping& mapping, const isa::MachineDescription& machine) {
  const std::int64_t rows = machine.array.rows, pixels = shape.height * shape.width;
  const auto bytes = static_cast<double>(shape.channels * pixels);
  const std::int64_t tiles =
      ceil_div(shape.channels, rows) * ceil_div(shape.height, mapping.tile_h) * ceil_div(shape.width, mapping.tile_w);
  double cycles = bytes + static_cast<double>(tiles * machine.memory.read_latency_cycles);
  if (shape.map_resident) return cycles;
  const TransferShape map{tiles, mapping.tile_blocks * mapping.tile_h * mapping.tile_w * rows, rows};
  const double moved = shape.to_map ? store_cycles(map, machine) : load_cycles(map, machine);
  return mapping.slots > 1 ? std::max(cycles, moved) + moved / static_cast<double>(tiles) : cycles + moved;
}

}  // namespace

std::vector<std::int64_t> slot_sizes(const LayoutMapping& mapping) {
  return std::vector<std::int64_t>(static_cast<std::size_t>(mapping.slots), mapping.slot_bytes);
}

LayoutChoice map_layout(const LayoutShape& shape, const isa::MachineDescription& machine, const FreeSpace& scratchpad) {
  LayoutChoice choice;
  const std::int64_t rows = machine.array.rows, blocks = ceil_div(shape.channels, rows);
  if (shape.map_resident) {
    // About a bank of each block at a time, so that the layer behind can begin with the first rows.
    const std::int64_t bank = isa::usable_bank_bytes(machine, isa::Buffer::activations);
    const std::int64_t least = ceil_div(shape.height, kMostResidentTiles);
    LayoutMapping mapping;
    mapping.tile_blocks = blocks;
    mapping.tile_h = std::clamp(bank / (shape.width * rows), least, shape.height);
    mapping.tile_w = shape.width;
    mapping.cycles = layout_cycles(shape, mapping, machine);
    choice.consider(mapping);
    return choice;
  }
  for (const int slots : {2, 1}) {
    for (const std::int64_t tile_w : balanced_sizes(shape.width)) {
      for (const std::int64_t tile_h : balanced_sizes(shape.height)) {
        if (tile_w < shape.width && tile_h > 1) continue;  // whole rows first, then parts of a row
        LayoutMapping mapping;
        mapping.tile_h = tile_h;
        mapping.tile_w = tile_w;
        mapping.slots = slots;
        if (shape.height * shape.width == 1 &&
            place(scratchpad, std::vector<std::int64_t>(static_cast<std::size_t>(slots), blocks * rows)))
          mapping.tile_blocks = blocks;  // channels without gaps: one run
        mapping.slot_bytes = mapping.tile_blocks * tile_h * tile_w * rows;
        if (!place(scratchpad, slot_sizes(mapping))) continue;
        mapping.cycles = layout_cycles(shape, mapping, machine);
        choice.consider(mapping);
        return choice;
      }
    }
  }
  return choice;
}

}  // namespace intloom::mapping
