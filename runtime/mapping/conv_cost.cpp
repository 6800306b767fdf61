#include "runtime/mapping/conv_cost.h"

#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/buffer_layout.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/timing/exec_timing.h"
#include "rtl_models/timing/requant_timing.h"

namespace intloom::mapping {
namespace {

// From the end of a command to the start of the next one on the unit.
constexpr double kHandover = 2;
// Of the loads that should pass before the layer begins, the share that is expected to come late: the layers before may
// keep the LOAD unit waiting for their own slots. Between mappings alike otherwise the one wins that counts on less.
constexpr double kLateShare = 1.0 / 1024;

timing::ExecCycles exec_timing(const ConvShape& shape, const isa::MachineDescription& machine, const KPart& part,
                               std::int64_t channels, std::int64_t pixels) {
  isa::Exec exec;
  exec.depthwise = shape.depthwise;
  exec.window.kernel_h = static_cast<int>(part.kernel_h);
  exec.window.kernel_w = static_cast<int>(part.kernel_w);
  exec.out_width = static_cast<std::uint32_t>(pixels);
  exec.channels = static_cast<std::uint32_t>(shape.depthwise ? channels : part.channels);
  exec.output_channels = static_cast<std::uint32_t>(channels);
  return timing::exec_cycles(exec, machine);
}

double requant_timing(const ConvShape& shape, const isa::MachineDescription& machine, std::int64_t channels,
                      std::int64_t pixels) {
  isa::Exec exec;
  exec.depthwise = shape.depthwise;
  isa::Requant requant;
  requant.channels = static_cast<std::uint32_t>(channels);
  requant.group_channels = static_cast<std::uint32_t>(isa::group_channels(exec, machine));
  requant.per_channel = shape.weights_per_channel;
  requant.out.width = static_cast<std::uint32_t>(pixels);
  return static_cast<double>(timing::requant_duration(requant, machine)) + kHandover;
}

}  // namespace

// Times of the units over the layer, and of the commands that fill and drain the pipeline.
struct ConvCost::UnitTimes {
  std::int64_t pixel_tiles = 1;
  double exec = 0, requant = 0, input = 0, weights = 0, parameters = 0, store = 0;
  double first_input = 0, first_weights = 0, last_requant = 0, last_store = 0;
  double first_tile_weights = 0;  // of first_weights: what the first EXEC reads
};

// A kind of output tiles: pixels, and how often it occurs.
struct ConvCost::PixelTile {
  std::int64_t h = 1, w = 1;
  double count = 1;
};

ConvCost::ConvCost(const ConvShape& shape, const isa::MachineDescription& machine, const ConvResources& resources)
    : shape_(shape),
      machine_(machine),
      idle_load_cycles_(resources.idle_load_cycles),
      free_weight_bytes_(resources.free_weight_bytes),
      load_(load_cost(machine)),
      store_(store_cost(machine)),
      exec_linear_from_(machine.array.rows),
      requant_linear_from_(std::min<std::int64_t>(machine.requant.lanes, shape.output_channels) + 1 +
                           machine.parameter_buffer.read_latency_cycles) {}

void ConvCost::set_cut(const ConvMapping& cut) {
  tile_n_ = cut.tile_n;
  channel_tiles_ = Tiles{shape_.output_channels, cut.tile_n}.count();
  channel_kind_count_ = 0;
  std::int64_t all_weights = 0, first_weights = 0;
  for (const TileClass& n : tile_classes({shape_.output_channels, cut.tile_n})) {
    ChannelKind& channels = channel_kinds_[channel_kind_count_++];
    channels.tiles = n;
    channels.kind_count = 0;
    channels.part_count = 0;
    // Grouped layers: the range of input blocks differs a little from tile to tile; the first or the last stands for
    // all.
    const std::int64_t first = n.count > 1 || channel_tiles_ == 1 ? 0 : shape_.output_channels - n.size;
    add_parts(channels, cut, input_blocks(shape_, machine_, first, n.size));
    for (std::size_t i = 0; i < channels.kind_count; ++i) {
      const PartKind& kind = channels.kinds[i];
      all_weights += kind.weight_bytes * static_cast<std::int64_t>(kind.count) * n.count;
      first_weights = std::max(first_weights, kind.weight_bytes);
    }
    channels.parameter_load = load_.cycles({1, parameter_bytes(shape_, n.size), isa::kParameterRecordBytes});
    channels.requant = find_requant(n.size);
  }
  exec_drain_ = static_cast<double>(exec_timing(shape_, machine_, channel_kinds_[0].kinds[0].part, tile_n_, 1).drain);
  set_resident_loads(all_weights, first_weights);
}

// Weights that stay are loaded a bank at a time, whatever the tiles are.
void ConvCost::set_resident_loads(std::int64_t all_bytes, std::int64_t first_bytes) {
  const std::int64_t bank = isa::usable_bank_bytes(machine_, isa::Buffer::weights), word = machine_.array.cols;
  const auto cycles = [&](std::int64_t bytes) {
    const std::int64_t banks = bytes / bank, rest = bytes % bank;
    return (banks > 0 ? load_.cycles({1, bank, word}) * static_cast<double>(banks) : 0) +
           (rest > 0 ? load_.cycles({1, rest, word}) : 0);
  };
  resident_weights_ = cycles(all_bytes);
  resident_first_ = cycles(std::min(all_bytes, round_up(first_bytes, bank)));
}

// Kinds of parts that occur, each once: whole block tiles and the last one, by kernel tiles.
void ConvCost::add_parts(ChannelKind& channels, const ConvMapping& cut, const BlockRange& range) const {
  const std::int64_t rows = machine_.array.rows;
  const Tiles tiles{range.count, shape_.depthwise ? range.count : cut.tile_k};
  for (const bool last : {false, true}) {
    const std::int64_t tile_count = last ? 1 : tiles.count() - 1;
    if (tile_count == 0) continue;
    PartKind kind;
    KPart& part = kind.part;
    part.block = range.begin + (last ? tiles.begin(tiles.count() - 1) : 0);
    part.blocks = last ? tiles.size_at(tiles.count() - 1) : tiles.size;
    part.channels = std::min(shape_.channels, (part.block + part.blocks) * rows) - part.block * rows;
    for (const TileClass& kh : tile_classes({shape_.y.kernel, cut.tile_kh})) {
      for (const TileClass& kw : tile_classes({shape_.x.kernel, cut.tile_kw})) {
        part.kernel_h = kh.size;
        part.kernel_w = kw.size;
        kind.count = static_cast<double>(tile_count * kh.count * kw.count);
        kind.weight_bytes = weight_bytes(shape_, machine_, channels.tiles.size, part);
        kind.weight_load = load_.cycles({1, kind.weight_bytes, machine_.array.cols});
        kind.exec = exec_line(kind, channels.tiles.size);
        channels.kinds[channels.kind_count++] = kind;
        channels.part_count += kind.count;
      }
    }
  }
}

ConvCost::PixelLine ConvCost::exec_line(const PartKind& kind, std::int64_t channels) const {
  const std::int64_t from = exec_linear_from_;
  const auto at = [&](std::int64_t pixels) {
    return static_cast<double>(exec_timing(shape_, machine_, kind.part, channels, pixels).feed()) + kHandover;
  };
  const double here = at(from), slope = at(from + 1) - here;
  return {here - slope * static_cast<double>(from), slope};
}

std::size_t ConvCost::find_requant(std::int64_t channels) {
  for (std::size_t i = 0; i < requants_.size(); ++i)
    if (requants_[i].channels == channels) return i;
  const std::int64_t from = requant_linear_from_;
  const double here = requant_timing(shape_, machine_, channels, from);
  const double slope = requant_timing(shape_, machine_, channels, from + 1) - here;
  const PixelLine line{here - slope * static_cast<double>(from), slope};
  requants_.push_back({channels, line, std::vector<double>(static_cast<std::size_t>(from), 0)});
  return requants_.size() - 1;
}

double ConvCost::exec_cycles(const PartKind& kind, const ChannelKind& channels, std::int64_t pixels) const {
  if (pixels >= exec_linear_from_) return kind.exec.at(pixels);
  return static_cast<double>(exec_timing(shape_, machine_, kind.part, channels.tiles.size, pixels).feed()) + kHandover;
}

double ConvCost::requant_cycles(const ChannelKind& channels, std::int64_t pixels) {
  RequantCycles& requant = requants_[channels.requant];
  if (pixels >= requant_linear_from_) return requant.line.at(pixels);
  double& cycles = requant.few[static_cast<std::size_t>(pixels)];
  if (cycles == 0) cycles = requant_timing(shape_, machine_, channels.tiles.size, pixels);
  return cycles;
}

void ConvCost::estimate(ConvMapping& mapping) {
  const TileClasses hs = tile_classes({shape_.y.output, mapping.tile_h});
  const TileClasses ws = tile_classes({shape_.x.output, mapping.tile_w});
  UnitTimes times;
  times.pixel_tiles = Tiles{shape_.y.output, mapping.tile_h}.count() * Tiles{shape_.x.output, mapping.tile_w}.count();
  for (std::size_t i = 0; i < channel_kind_count_; ++i) {
    add_constants(times, mapping, channel_kinds_[i]);
    for (const TileClass& h : hs)
      for (const TileClass& w : ws)
        add_tile(times, mapping, channel_kinds_[i], {h.size, w.size, static_cast<double>(h.count * w.count)});
  }
  if (mapping.weights_resident) times.weights = resident_weights_;
  times.first_weights = mapping.weights_resident ? resident_first_ : times.first_tile_weights;
  set_total(mapping, times);
}

// Loads of weights and parameters.
void ConvCost::add_constants(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels) const {
  const auto tiles = static_cast<double>(channels.tiles.count), pixel_tiles = static_cast<double>(times.pixel_tiles);
  const bool weights_once =
      mapping.weights_resident || times.pixel_tiles == 1 || (mapping.channel_outer && channels.part_count == 1);
  for (std::size_t i = 0; i < channels.kind_count; ++i) {
    const PartKind& kind = channels.kinds[i];
    times.weights += kind.weight_load * tiles * kind.count * (weights_once ? 1.0 : pixel_tiles);
    times.first_tile_weights = std::max(times.first_tile_weights, kind.weight_load);
  }
  const bool parameters_once = mapping.parameters_resident || mapping.channel_outer || channel_tiles_ == 1;
  times.parameters += parameters_once && mapping.parameters_resident
                          ? channels.parameter_load
                          : channels.parameter_load * tiles * (parameters_once ? 1.0 : pixel_tiles);
}

void ConvCost::add_tile(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels,
                        const PixelTile& tile) {
  const double tiles = static_cast<double>(channels.tiles.count) * tile.count;
  for (std::size_t i = 0; i < channels.kind_count; ++i) {
    const PartKind& kind = channels.kinds[i];
    times.exec += exec_cycles(kind, channels, tile.h * tile.w) * tiles * kind.count;
    if (!mapping.input_resident) add_input(times, mapping, channels, kind, tile);
  }
  times.last_requant = requant_cycles(channels, tile.h * tile.w);
  times.requant += times.last_requant * tiles;
  if (mapping.output_resident) return;
  const std::int64_t blocks = ceil_div(channels.tiles.size, machine_.array.rows);
  times.last_store = store_.cycles(map_transfer(blocks, tile.h, tile.w, shape_.x.output));
  times.store += times.last_store * tiles;
}

void ConvCost::add_input(UnitTimes& times, const ConvMapping& mapping, const ChannelKind& channels,
                         const PartKind& kind, const PixelTile& tile) const {
  const bool channels_differ = shape_.groups > 1;
  const bool by_part = mapping.input_per_part && channels.part_count > 1;
  double loads = tile.count;
  if (channels_differ || (by_part && channel_tiles_ > 1) || (mapping.channel_outer && times.pixel_tiles > 1))
    loads *= static_cast<double>(channels.tiles.count);
  else if (channels.tiles.size != tile_n_)
    return;  // the last channel tile finds the input there
  std::int64_t blocks = kind.part.blocks;
  std::int64_t taps_h = kind.part.kernel_h, taps_w = kind.part.kernel_w;
  double count = kind.count;
  if (!by_part) {
    taps_h = shape_.y.kernel;
    taps_w = shape_.x.kernel;
    blocks = channels_differ ? input_blocks(shape_, machine_, 0, channels.tiles.size).count
                             : ceil_div(shape_.channels, machine_.array.rows);
    count = kind.count / channels.part_count;  // the parts share one load
  }
  const double load = load_.cycles(map_transfer(blocks, widest_span(shape_.y, tile.h, taps_h),
                                                widest_span(shape_.x, tile.w, taps_w), shape_.x.input));
  times.input += load * loads * count;
  times.first_input = std::max(times.first_input, load);
}

// A tile of a feature map as runs of memory: whole rows follow each other.
TransferShape ConvCost::map_transfer(std::int64_t blocks, std::int64_t h, std::int64_t w, std::int64_t width) const {
  const std::int64_t rows = machine_.array.rows;
  if (w == width) return {blocks, h * w * rows, rows};
  return {blocks * h, w * rows, rows};
}

// Cycles of loads that pass while the layers before compute. The input of one that lies in memory is stored at the end
// of the layer before: behind its load nothing is early.
double ConvCost::loaded_before(const ConvMapping& mapping, const UnitTimes& times) const {
  const std::int64_t slots = mapping.weights_resident ? 1 : mapping.weight_slots;
  const std::int64_t bank = isa::usable_bank_bytes(machine_, isa::Buffer::weights);
  if (slots * round_up(mapping.weight_slot_bytes, bank) > free_weight_bytes_) return 0;
  double loads = times.first_weights;
  if (mapping.input_resident)
    loads = (mapping.weights_resident ? times.weights : static_cast<double>(slots) * times.first_weights) +
            times.parameters;
  return std::min(loads, idle_load_cycles_) * (1 - kLateShare);
}

void ConvCost::set_total(ConvMapping& mapping, const UnitTimes& times) const {
  double exec = times.exec;
  if (machine_.accumulator.banks == 1) exec += times.requant;
  // In one slot nothing is loaded while the array reads.
  const bool parts_differ = mapping.parts > 1;
  if (mapping.input_slots == 1 && (times.pixel_tiles > 1 || (mapping.input_per_part && parts_differ)))
    exec += times.input;
  if (mapping.weight_slots == 1 && (channel_tiles_ > 1 || parts_differ)) exec += times.weights;
  double drain = times.requant;
  if (mapping.output_slots == 1) drain += times.store;
  mapping.load_cycles = times.input + times.weights + times.parameters;
  const double before = loaded_before(mapping, times);
  const double first_weights = std::max(0.0, times.first_weights - before);
  const double fill = times.first_input + first_weights + exec_drain_ + times.last_requant + times.last_store;
  // A bank of many tiles is waited for once: it is no part of what then is loaded behind the array.
  const double beside = mapping.load_cycles - before - std::max(0.0, first_weights - times.first_tile_weights);
  mapping.cycles = std::max({exec, beside, drain, times.store}) + fill;
}

double conv_cycles(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine) {
  ConvCost cost(shape, machine, {});
  cost.set_cut(mapping);
  ConvMapping estimated = mapping;
  cost.estimate(estimated);
  return estimated.cycles;
}

}  // namespace intloom::mapping
