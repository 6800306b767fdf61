// The estimate by which mappings of a convolution are compared: sums of the units' times over all commands, from
// rtl_models/timing; the busiest unit decides, and filling and draining the pipeline is added.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom::mapping {

// Estimates for one layer. What depends on less than a whole mapping is computed once: set_cut() for all mappings that
// cut channels and sums alike, cycles() for one of these.
class ConvCost {
 public:
  // Of `resources`: what may be loaded before the layer begins.
  ConvCost(const ConvShape& shape, const isa::MachineDescription& machine, const ConvResources& resources);

  // tile_n, tile_k, tile_kh and tile_kw of `cut`.
  void set_cut(const ConvMapping& cut);
  // Sets cycles and load_cycles of a mapping with that cut.
  void estimate(ConvMapping& mapping);

 private:
  // A unit's time over the pixels of a tile: linear once a block's or a chunk's pixels hide the fetch of the next
  // one's weights (F5) or parameters (R3).
  struct PixelLine {
    double fixed = 0, per_pixel = 0;
    double at(std::int64_t pixels) const { return fixed + per_pixel * static_cast<double>(pixels); }
  };

  // A kind of parts: how often it occurs in a channel tile, what it costs.
  struct PartKind {
    KPart part;
    double count = 1;
    std::int64_t weight_bytes = 0;
    double weight_load = 0;
    PixelLine exec;
  };

  // A kind of channel tiles. Kinds of parts: whole block tiles or the last one, by two kinds of kernel rows and of
  // columns.
  struct ChannelKind {
    TileClass tiles;
    std::array<PartKind, 8> kinds;
    std::size_t kind_count = 0;
    double part_count = 0;
    double parameter_load = 0;
    std::size_t requant = 0;  // index into requants_
  };

  // Of so many channels: a walk over all of them each, so it is done once.
  struct RequantCycles {
    std::int64_t channels = 1;
    PixelLine line;
    std::vector<double> few;  // by pixels below requant_linear_from_; 0: not known yet
  };

  struct UnitTimes;
  struct PixelTile;

  void set_resident_loads(std::int64_t all_bytes, std::int64_t first_bytes);
  void add_parts(ChannelKind& channels, const ConvMapping& cut, const BlockRange& range) const;
  PixelLine exec_line(const PartKind& kind, std::int64_t channels) const;
  std::size_t find_requant(std::int64_t channels);
  double exec_cycles(const PartKind& kind, const ChannelKind& channels, std::int64_t pixels) const;
  double requant_cycles(const ChannelKind& channels, std::int64_t pixels);

  void add_constants(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels) const;
  void add_tile(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels, const PixelTile& tile);
  void add_input(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels, const PartKind& kind,
                 const PixelTile& tile) const;
  TransferShape map_transfer(std::int64_t blocks, std::int64_t h, std::int64_t w, std::int64_t width) const;
  void set_total(ConvMapping& mapping, const UnitTimes& times) const;
  double loaded_before(const ConvMapping& mapping, const UnitTimes& times) const;

  const ConvShape& shape_;
  const isa::MachineDescription& machine_;
  double idle_load_cycles_;
  std::int64_t free_weight_bytes_;
  TransferCost load_, store_;
  double exec_drain_ = 0;
  double resident_weights_ = 0, resident_first_ = 0;     // loads of all weights, and of the banks of the first tile
  std::int64_t exec_linear_from_, requant_linear_from_;  // pixels
  std::vector<RequantCycles> requants_;
  std::array<ChannelKind, 2> channel_kinds_;
  std::size_t channel_kind_count_ = 0;
  std::int64_t channel_tiles_ = 1;
  std::int64_t tile_n_ = 1;
};

}  // namespace intloom::mapping
