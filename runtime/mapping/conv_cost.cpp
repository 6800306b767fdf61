// The estimate by which mappings of a convolution are compared: sums of the units' times over all commands, from
// rtl_models/timing; the busiest unit decides, and filling and draining the pipeline is added.
#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/timing/exec_timing.h"
#include "rtl_models/timing/requant_timing.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom::mapping {
namespace {

// From the end of a command to the start of the next one on the unit.
constexpr double kHandover = 2;

struct PartClass {
  KPart part;
  double count = 1;
};

// Kinds of parts that occur, each once: whole block tiles and the last one, by kernel tiles.
std::vector<PartClass> part_classes(const ConvShape& shape, const ConvMapping& mapping,
                                    const isa::MachineDescription& machine, std::int64_t n, std::int64_t count) {
  const std::int64_t rows = machine.array.rows;
  const BlockRange range = input_blocks(shape, machine, n, count);
  const Tiles tiles{range.count, shape.depthwise ? range.count : mapping.tile_k};
  std::vector<PartClass> classes;
  for (const bool last : {false, true}) {
    const std::int64_t tile_count = last ? 1 : tiles.count() - 1;
    if (tile_count == 0) continue;
    KPart part;
    part.block = range.begin + (last ? tiles.begin(tiles.count() - 1) : 0);
    part.blocks = last ? tiles.size_at(tiles.count() - 1) : tiles.size;
    part.channels = std::min(shape.channels, (part.block + part.blocks) * rows) - part.block * rows;
    for (const TileClass& kh : tile_classes({shape.y.kernel, mapping.tile_kh})) {
      for (const TileClass& kw : tile_classes({shape.x.kernel, mapping.tile_kw})) {
        part.kernel_h = kh.size;
        part.kernel_w = kw.size;
        classes.push_back({part, static_cast<double>(tile_count * kh.count * kw.count)});
      }
    }
  }
  return classes;
}

// Times of the units over the layer, and of the commands that fill and drain the pipeline.
struct UnitTimes {
  double exec = 0, requant = 0, input = 0, weights = 0, parameters = 0, store = 0;
  double first_input = 0, first_weights = 0, last_drain = 0, last_requant = 0, last_store = 0;
};

class ConvCost {
 public:
  ConvCost(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine)
      : shape_(shape), mapping_(mapping), machine_(machine) {}

  double cycles() {
    pixel_tiles_ = Tiles{shape_.y.output, mapping_.tile_h}.count() * Tiles{shape_.x.output, mapping_.tile_w}.count();
    channel_tiles_ = Tiles{shape_.output_channels, mapping_.tile_n}.count();
    for (const TileClass& n : tile_classes({shape_.output_channels, mapping_.tile_n})) add_channels(n);
    return total();
  }

 private:
  void add_channels(const TileClass& n) {
    // Grouped layers: the range of input blocks differs a little from tile to tile; the first or the last stands for
    // all.
    const std::int64_t first = n.count > 1 || channel_tiles_ == 1 ? 0 : shape_.output_channels - n.size;
    const std::vector<PartClass> parts = part_classes(shape_, mapping_, machine_, first, n.size);
    double part_count = 0;
    for (const PartClass& part : parts) part_count += part.count;
    const auto tiles = static_cast<double>(n.count);
    for (const PartClass& part : parts) add_weights(n.size, part, tiles, part_count == 1);
    add_parameters(n.size, tiles);
    for (const TileClass& h : tile_classes({shape_.y.output, mapping_.tile_h}))
      for (const TileClass& w : tile_classes({shape_.x.output, mapping_.tile_w}))
        add_tile(n, h.size, w.size, static_cast<double>(h.count * w.count), parts, part_count);
  }

  void add_weights(std::int64_t channels, const PartClass& part, double tiles, bool single_part) {
    const std::int64_t bytes = weight_bytes(shape_, machine_, channels, part.part);
    const double load = load_cycles({1, bytes, machine_.array.cols}, machine_);
    const bool once = mapping_.weights_resident || pixel_tiles_ == 1 || (mapping_.channel_outer && single_part);
    times_.weights += load * tiles * part.count * (once ? 1.0 : static_cast<double>(pixel_tiles_));
    times_.first_weights = std::max(times_.first_weights, load);
  }

  void add_parameters(std::int64_t channels, double tiles) {
    const double load = load_cycles({1, parameter_bytes(shape_, channels), isa::kParameterRecordBytes}, machine_);
    const bool once = mapping_.parameters_resident || mapping_.channel_outer || channel_tiles_ == 1;
    times_.parameters +=
        once && mapping_.parameters_resident ? load : load * tiles * (once ? 1.0 : static_cast<double>(pixel_tiles_));
  }

  void add_tile(const TileClass& n, std::int64_t h, std::int64_t w, double pixel_tiles,
                const std::vector<PartClass>& parts, double part_count) {
    const double tiles = static_cast<double>(n.count) * pixel_tiles;
    for (const PartClass& part : parts) {
      times_.exec += exec_feed(part.part, n.size, h, w) * tiles * part.count;
      if (!mapping_.input_resident) add_input(part, n, h, w, pixel_tiles, part_count);
    }
    const std::int64_t blocks = ceil_div(n.size, machine_.array.rows);
    const double requant = requant_tile(n.size, h, w);
    times_.requant += requant * tiles;
    times_.last_requant = requant;
    if (mapping_.output_resident) return;
    const double store = store_cycles(map_transfer(blocks, h, w, shape_.x.output), machine_);
    times_.store += store * tiles;
    times_.last_store = store;
  }

  void add_input(const PartClass& part, const TileClass& n, std::int64_t h, std::int64_t w, double pixel_tiles,
                 double part_count) {
    const bool channels_differ = shape_.groups > 1;
    const bool by_part = mapping_.input_per_part && part_count > 1;
    double loads = pixel_tiles;
    if (channels_differ || (by_part && channel_tiles_ > 1) || (mapping_.channel_outer && pixel_tiles_ > 1))
      loads *= static_cast<double>(n.count);
    else if (n.size != mapping_.tile_n)
      return;  // the last channel tile finds the input there
    std::int64_t blocks = part.part.blocks;
    std::int64_t taps_h = part.part.kernel_h, taps_w = part.part.kernel_w;
    double count = part.count;
    if (!by_part) {
      taps_h = shape_.y.kernel;
      taps_w = shape_.x.kernel;
      blocks = channels_differ ? input_blocks(shape_, machine_, 0, n.size).count
                               : ceil_div(shape_.channels, machine_.array.rows);
      count = part.count / part_count;  // the parts share one load
    }
    const TransferShape transfer =
        map_transfer(blocks, widest_span(shape_.y, h, taps_h), widest_span(shape_.x, w, taps_w), shape_.x.input);
    const double load = load_cycles(transfer, machine_);
    times_.input += load * loads * count;
    times_.first_input = std::max(times_.first_input, load);
  }

  // A tile of a feature map as runs of memory: whole rows follow each other.
  TransferShape map_transfer(std::int64_t blocks, std::int64_t h, std::int64_t w, std::int64_t width) const {
    const std::int64_t rows = machine_.array.rows;
    if (w == width) return {blocks, h * w * rows, rows};
    return {blocks * h, w * rows, rows};
  }

  double exec_feed(const KPart& part, std::int64_t n, std::int64_t h, std::int64_t w) {
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    exec.window.kernel_h = static_cast<int>(part.kernel_h);
    exec.window.kernel_w = static_cast<int>(part.kernel_w);
    exec.out_height = static_cast<std::uint32_t>(h);
    exec.out_width = static_cast<std::uint32_t>(w);
    exec.channels = static_cast<std::uint32_t>(shape_.depthwise ? n : part.channels);
    exec.output_channels = static_cast<std::uint32_t>(n);
    const timing::ExecCycles cycles = timing::exec_cycles(exec, machine_);
    times_.last_drain = static_cast<double>(cycles.drain);
    return static_cast<double>(cycles.feed()) + kHandover;
  }

  double requant_tile(std::int64_t n, std::int64_t h, std::int64_t w) const {
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    isa::Requant requant;
    requant.channels = static_cast<std::uint32_t>(n);
    requant.group_channels = static_cast<std::uint32_t>(isa::group_channels(exec, machine_));
    requant.per_channel = shape_.weights_per_channel;
    requant.out.height = static_cast<std::uint32_t>(h);
    requant.out.width = static_cast<std::uint32_t>(w);
    return static_cast<double>(timing::requant_duration(requant, machine_)) + kHandover;
  }

  double total() const {
    double exec = times_.exec;
    if (machine_.accumulator.banks == 1) exec += times_.requant;
    if (mapping_.input_slots == 1 && pixel_tiles_ > 1) exec += times_.input;
    if (mapping_.weight_slots == 1 && channel_tiles_ > 1) exec += times_.weights;
    double drain = times_.requant;
    if (mapping_.output_slots == 1) drain += times_.store;
    const double load = times_.input + times_.weights + times_.parameters;
    const double fill =
        times_.first_input + times_.first_weights + times_.last_drain + times_.last_requant + times_.last_store;
    return std::max({exec, load, drain, times_.store}) + fill;
  }

  const ConvShape& shape_;
  const ConvMapping& mapping_;
  const isa::MachineDescription& machine_;
  std::int64_t pixel_tiles_ = 1, channel_tiles_ = 1;
  UnitTimes times_;
};

}  // namespace

double conv_cycles(const ConvShape& shape, const ConvMapping& mapping, const isa::MachineDescription& machine) {
  return ConvCost(shape, mapping, machine).cycles();
}

}  // namespace intloom::mapping
