#include "runtime/compile/conv_emitter.h"

#include <fmt/format.h>

#include <algorithm>

#include "rtl_models/isa/banks.h"
#include "runtime/compile/parameters.h"
#include "runtime/compile/slots.h"
#include "runtime/compile/weights.h"

namespace intloom::compile {
namespace {

using mapping::KPart;
using mapping::Tiles;

// One EXEC: a part of the sums of one output tile.
struct Step {
  std::int64_t iy = 0, ix = 0, in = 0, part = 0;  // numbers of tiles and part
};

// Parts and packed weights by output channel tile.
struct ChannelTile {
  std::int64_t first = 0, count = 0;  // output channels
  std::vector<KPart> parts;
  std::int64_t first_weights = 0;  // number of the first part's weights among all
};

struct Constants {
  std::vector<std::uint8_t> bytes;
  std::vector<std::int64_t> offsets{0};
  void close_tile() { offsets.push_back(static_cast<std::int64_t>(bytes.size())); }
};

class ConvEmitter {
 public:
  ConvEmitter(Context& context, const quant::Layer& layer, const mapping::ConvShape& shape,
              const mapping::ConvMapping& mapping, const Placement& placement)
      : context_(context),
        layer_(layer),
        shape_(shape),
        mapping_(mapping),
        in_(context.tensor(layer.inputs[0])),
        out_(context.tensor(layer.output)),
        ys_{shape.y.output, mapping.tile_h},
        xs_{shape.x.output, mapping.tile_w},
        ns_{shape.output_channels, mapping.tile_n} {
    cut_channels();
    place_maps(placement);
  }

  void emit() {
    Constants weights = pack_weights(), parameters = pack_parameters();
    ConstantTiles weight_tiles(context_, isa::Buffer::weights, std::move(weights.bytes), std::move(weights.offsets),
                               {mapping_.weights_resident, mapping_.weight_slots, mapping_.weight_slot_bytes},
                               "weights of " + layer_.name);
    ConstantTiles parameter_tiles(
        context_, isa::Buffer::parameters, std::move(parameters.bytes), std::move(parameters.offsets),
        {mapping_.parameters_resident, mapping_.parameter_slots, mapping_.parameter_slot_bytes},
        "parameters of " + layer_.name);
    const std::vector<Step> steps = all_steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      tile_ = tile_of(steps[i]);
      const std::uint32_t weights_at = weight_tiles.require(weight_key(steps[i]));
      const BlockedMap input = require_input(steps[i]);
      const std::uint32_t parameters_at = parameter_tiles.require(steps[i].in);
      if (i + 1 < steps.size()) {
        weight_tiles.prefetch(weight_key(steps[i + 1]));
        if (!mapping_.input_resident) input_slots_.prefetch(input_key(steps[i + 1]));
        parameter_tiles.prefetch(steps[i + 1].in);
      }
      emit_exec(steps[i], input, weights_at);
      if (is_last_part(steps[i])) emit_output(steps[i], parameters_at);
    }
  }

 private:
  void cut_channels() {
    for (std::int64_t i = 0, weights = 0; i < ns_.count(); ++i) {
      ChannelTile tile;
      tile.first = ns_.begin(i);
      tile.count = ns_.size_at(i);
      tile.parts = mapping::k_parts(shape_, mapping_, context_.machine, tile.first, tile.count);
      tile.first_weights = weights;
      weights += static_cast<std::int64_t>(tile.parts.size());
      most_parts_ = std::max(most_parts_, static_cast<std::int64_t>(tile.parts.size()));
      channel_tiles_.push_back(std::move(tile));
    }
  }

  void place_maps(const Placement& placement) {
    const StorageId in = context_.storages.id(layer_.inputs[0]), out = context_.storages.id(layer_.output);
    const quant::MapShape in_shape = quant::map_shape(in_), out_shape = quant::map_shape(out_);
    input_ =
        mapping_.input_resident ? context_.storages.on_chip(in, in_shape) : context_.storages.in_memory(in, in_shape);
    output_ = mapping_.output_resident ? context_.storages.on_chip(out, out_shape)
                                       : context_.storages.in_memory(out, out_shape);
    const std::vector<std::uint32_t> places = *mapping::place(placement.space, mapping::slot_sizes(mapping_));
    const auto input_slots = places.begin() + mapping_.input_slots;
    input_slots_ = TileSlots({places.begin(), input_slots}, [this](std::int64_t key, std::uint32_t address) {
      const MapBox box = input_box(step_of_input_key(key));
      context_.builder.push(isa::Unit::load, tile_, box_transfer(input_, box, slot_map(box, address)));
    });
    output_slots_ = OutputSlots({input_slots, places.end()});
  }

  Constants pack_weights() const {
    Constants constants;
    for (const ChannelTile& tile : channel_tiles_) {
      for (const KPart& part : tile.parts) {
        append_weights(constants.bytes, layer_.conv(), shape_, context_.machine, tile.first, tile.count, part);
        constants.close_tile();
      }
    }
    return constants;
  }

  Constants pack_parameters() const {
    Constants constants;
    for (const ChannelTile& tile : channel_tiles_) {
      const auto bytes = conv_parameters(context_.network, layer_, context_.machine, tile.first, tile.count);
      constants.bytes.insert(constants.bytes.end(), bytes.begin(), bytes.end());
      constants.close_tile();
    }
    return constants;
  }

  std::vector<Step> all_steps() const {
    std::vector<Step> steps;
    const std::int64_t pixels = ys_.count() * xs_.count(), channels = ns_.count();
    for (std::int64_t i = 0; i < pixels * channels; ++i) {
      const std::int64_t pixel = mapping_.channel_outer ? i % pixels : i / channels;
      Step step;
      step.in = mapping_.channel_outer ? i / pixels : i % channels;
      step.iy = pixel / xs_.count();
      step.ix = pixel % xs_.count();
      for (step.part = 0; step.part < static_cast<std::int64_t>(tile_at(step).parts.size()); ++step.part)
        steps.push_back(step);
    }
    return steps;
  }

  const ChannelTile& tile_at(const Step& step) const { return channel_tiles_[static_cast<std::size_t>(step.in)]; }
  const KPart& part_at(const Step& step) const { return tile_at(step).parts[static_cast<std::size_t>(step.part)]; }
  bool is_last_part(const Step& step) const {
    return step.part + 1 == static_cast<std::int64_t>(tile_at(step).parts.size());
  }
  std::int64_t weight_key(const Step& step) const { return tile_at(step).first_weights + step.part; }
  std::uint32_t tile_of(const Step& step) const {
    return static_cast<std::uint32_t>((step.iy * xs_.count() + step.ix) * ns_.count() + step.in);
  }

  // Number of what a step reads: pixels; channels where they need inputs of their own; part where a slot holds just it.
  std::int64_t input_key(const Step& step) const {
    const std::int64_t channel_key = shape_.groups > 1 ? step.in : 0;
    const std::int64_t part_key = mapping_.input_per_part ? step.part : 0;
    return ((step.iy * xs_.count() + step.ix) * ns_.count() + channel_key) * most_parts_ + part_key;
  }
  Step step_of_input_key(std::int64_t key) const {
    Step step;
    step.part = key % most_parts_;
    step.in = key / most_parts_ % ns_.count();
    step.ix = key / most_parts_ / ns_.count() % xs_.count();
    step.iy = key / most_parts_ / ns_.count() / xs_.count();
    return step;
  }

  mapping::InputSpan rows_of(const Step& step, std::int64_t tap, std::int64_t taps) const {
    return mapping::input_span(shape_.y, ys_.begin(step.iy), ys_.size_at(step.iy), tap, taps);
  }
  mapping::InputSpan columns_of(const Step& step, std::int64_t tap, std::int64_t taps) const {
    return mapping::input_span(shape_.x, xs_.begin(step.ix), xs_.size_at(step.ix), tap, taps);
  }

  // The part of the input that an input slot holds for a step.
  MapBox input_box(const Step& step) const {
    if (mapping_.input_per_part) return part_box(step);
    const mapping::InputSpan rows = rows_of(step, 0, shape_.y.kernel), columns = columns_of(step, 0, shape_.x.kernel);
    const ChannelTile& tile = tile_at(step);
    const mapping::BlockRange blocks = mapping::input_blocks(shape_, context_.machine, tile.first, tile.count);
    return {blocks.begin, blocks.count, rows.begin, rows.size, columns.begin, columns.size};
  }
  // What one EXEC reads.
  MapBox part_box(const Step& step) const {
    const KPart& part = part_at(step);
    const mapping::InputSpan rows = rows_of(step, part.ky, part.kernel_h);
    const mapping::InputSpan columns = columns_of(step, part.kx, part.kernel_w);
    return {part.block, part.blocks, rows.begin, rows.size, columns.begin, columns.size};
  }

  BlockedMap slot_map(const MapBox& box, std::uint32_t address) const {
    return {address, box.blocks, box.height, box.width, context_.machine.array.rows};
  }

  // The map on chip that holds the step's inputs; box_in_ becomes what it holds of the whole.
  BlockedMap require_input(const Step& step) {
    if (mapping_.input_resident) {
      box_in_ = {0, input_.blocks, 0, input_.height, 0, input_.width};
      return input_;
    }
    box_in_ = input_box(step);
    return slot_map(box_in_, input_slots_.require(input_key(step)));
  }

  isa::Window window_of(const Step& step) const {
    const KPart& part = part_at(step);
    isa::Window window;
    window.kernel_h = static_cast<int>(part.kernel_h);
    window.kernel_w = static_cast<int>(part.kernel_w);
    window.stride_h = static_cast<int>(shape_.y.stride);
    window.stride_w = static_cast<int>(shape_.x.stride);
    window.dilation_h = static_cast<int>(shape_.y.dilation);
    window.dilation_w = static_cast<int>(shape_.x.dilation);
    window.pad_top = static_cast<int>(rows_of(step, part.ky, part.kernel_h).pad);
    window.pad_left = static_cast<int>(columns_of(step, part.kx, part.kernel_w).pad);
    return window;
  }

  void emit_exec(const Step& step, const BlockedMap& input, std::uint32_t weights) {
    const quant::ConvParameters& conv = layer_.conv();
    const bool folded = context_.machine.array.zero_point == isa::ZeroPoint::folded;
    const auto zero_point = static_cast<std::int16_t>(in_.zero_point);
    MapBox box = part_box(step);
    box.block -= box_in_.block;
    box.y -= box_in_.y;
    box.x -= box_in_.x;
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    exec.x = region(input, box, is_signed(in_));
    exec.weight_address = weights;
    exec.weights_signed = conv.weights_signed;
    exec.window = window_of(step);
    exec.out_height = static_cast<std::uint32_t>(ys_.size_at(step.iy));
    exec.out_width = static_cast<std::uint32_t>(xs_.size_at(step.ix));
    exec.output_channels = static_cast<std::uint32_t>(tile_at(step).count);
    exec.channels = shape_.depthwise ? exec.output_channels : static_cast<std::uint32_t>(part_at(step).channels);
    exec.zx = folded ? std::int16_t{0} : zero_point;
    exec.zw = folded ? std::int16_t{0} : static_cast<std::int16_t>(conv.weight_zero_point);
    exec.pad_value = folded ? zero_point : std::int16_t{0};
    exec.acc_bank = context_.accumulator_bank;
    exec.accumulate = step.part > 0;
    context_.builder.push(isa::Unit::exec, tile_, exec);
  }

  void emit_output(const Step& step, std::uint32_t parameters) {
    const ChannelTile& tile = tile_at(step);
    const std::int64_t rows = context_.machine.array.rows;
    const MapBox box{tile.first / rows,  mapping::ceil_div(tile.count, rows),
                     ys_.begin(step.iy), ys_.size_at(step.iy),
                     xs_.begin(step.ix), xs_.size_at(step.ix)};
    BlockedMap slot;
    if (!mapping_.output_resident) slot = slot_map(box, output_slots_.next());
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    isa::Requant requant;
    requant.acc_bank = context_.accumulator_bank;
    requant.channels = static_cast<std::uint32_t>(tile.count);
    requant.group_channels = static_cast<std::uint32_t>(isa::group_channels(exec, context_.machine));
    requant.parameter_address = parameters;
    requant.per_channel = shape_.weights_per_channel;
    requant.zy = static_cast<std::int16_t>(out_.zero_point);
    requant.lo = static_cast<std::int16_t>(layer_.clamp.lo);
    requant.hi = static_cast<std::int16_t>(layer_.clamp.hi);
    requant.out = mapping_.output_resident
                      ? region(output_, box, is_signed(out_))
                      : region(slot, {0, box.blocks, 0, box.height, 0, box.width}, is_signed(out_));
    context_.builder.push(isa::Unit::requant, tile_, requant);
    OutputPiece piece;
    piece.tensor = layer_.output;
    piece.channel0 = static_cast<std::uint32_t>(tile.first);
    piece.channels = requant.channels;
    piece.y0 = static_cast<std::uint32_t>(box.y);
    piece.x0 = static_cast<std::uint32_t>(box.x);
    piece.where = requant.out;
    context_.builder.add_piece(piece);
    if (!mapping_.output_resident) context_.builder.push(isa::Unit::store, tile_, box_transfer(output_, box, slot));
    context_.accumulator_bank =
        (context_.accumulator_bank + 1) % static_cast<std::uint32_t>(context_.machine.accumulator.banks);
  }

  Context& context_;
  const quant::Layer& layer_;
  const mapping::ConvShape& shape_;
  const mapping::ConvMapping& mapping_;
  const quant::Tensor& in_;
  const quant::Tensor& out_;
  Tiles ys_, xs_, ns_;
  std::vector<ChannelTile> channel_tiles_;
  std::int64_t most_parts_ = 1;
  BlockedMap input_, output_;  // whole, on chip or in memory
  MapBox box_in_;              // what the map on chip holds of the whole input
  TileSlots input_slots_;
  OutputSlots output_slots_{{}};
  std::uint32_t tile_ = 0;
};

}  // namespace

void emit_conv(Context& context, const quant::Layer& layer, const mapping::ConvShape& shape,
               const mapping::ConvMapping& mapping, const Placement& placement) {
  ConvEmitter(context, layer, shape, mapping, placement).emit();
}

}  // namespace intloom::compile
