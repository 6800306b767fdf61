#include <algorithm>

#include "rtl_models/isa/parameter_record.h"
#include "runtime/compile/concat_emitter.h"
#include "runtime/compile/slots.h"

namespace intloom::compile {
namespace {

using mapping::Tiles;

class ChannelConcat {
 public:
  ChannelConcat(Context& context, const quant::Layer& layer, std::vector<Operand> operands)
      : context_(context), layer_(layer), operands_(std::move(operands)), rows_(context.machine.array.rows) {
    const quant::MapShape out = quant::map_shape(context.tensor(layer.output));
    shape_.channels = out.channels;
    shape_.y = {out.height, out.height};
    shape_.x = {out.width, out.width};
    shape_.whole_channels = true;
    shape_.parameter_records = static_cast<std::int64_t>(operands_.size());
  }

  void emit() {
    const StorageId output = context_.storages.id(layer_.output);
    const auto choose = [&](const Placement& placement) {
      set_shape(placement);
      return context_.mapper.map_vector(shape_, placement.space);
    };
    const auto placed = place_layer(context_, storages_of(operands_), output, choose);
    if (!placed) throw layer_error(layer_, mapping::vector_misfit(shape_, context_.machine));
    apply(context_, placed->placement, output);
    context_.load_ahead.reset();
    set_shape(placed->placement);
    const std::uint32_t parameters = load_parameters(context_, concat_parameters(context_, layer_), layer_.name);
    emit_tiles(placed->choice.best, placed->placement, parameters);
    context_.builder.set_mapping(report_of(*placed, vector_text));
  }

 private:
  void set_shape(const Placement& placement) {
    shape_.output_resident = placement.output_on_chip;
    shape_.operand_blocks = 0;
    for (const Operand& operand : operands_) {
      const bool resident = operand.storage != kNoStorage && placement.resident(context_, operand.storage);
      if (!resident) shape_.operand_blocks = std::max(shape_.operand_blocks, blocks_of(operand));
    }
    shape_.operands = {{shape_.operand_blocks == 0, false, false}};
  }

  std::int64_t blocks_of(const Operand& operand) const { return mapping::ceil_div(operand.shape.channels, rows_); }
  std::int64_t count() const { return static_cast<std::int64_t>(operands_.size()); }

  MapBox pixels(std::int64_t tile) const {
    const std::int64_t y = tile / xs_.count(), x = tile % xs_.count();
    return {0, mapping::ceil_div(shape_.channels, rows_), ys_.begin(y), ys_.size_at(y), xs_.begin(x), xs_.size_at(x)};
  }
  MapBox operand_box(std::int64_t key) const {
    MapBox box = pixels(key / count());
    box.blocks = blocks_of(operands_[static_cast<std::size_t>(key % count())]);
    return box;
  }
  BlockedMap slot_map(const MapBox& box, std::uint32_t address) const {
    return {address, box.blocks, box.height, box.width, rows_};
  }

  void emit_tiles(const mapping::VectorMapping& mapping, const Placement& placement, std::uint32_t parameters) {
    ys_ = {shape_.y.output, mapping.tile_h};
    xs_ = {shape_.x.output, mapping.tile_w};
    const std::vector<std::uint32_t> places = *mapping::place(placement.space, mapping::slot_sizes(mapping));
    const auto output_slots = places.begin() + mapping.slots;
    slots_ = TileSlots({places.begin(), output_slots}, [this](std::int64_t key, std::uint32_t address) {
      const MapBox box = operand_box(key);
      const Operand& operand = operands_[static_cast<std::size_t>(key % count())];
      context_.builder.push(isa::Unit::load, static_cast<std::uint32_t>(key / count()),
                            box_transfer(operand_map(context_, operand), box, slot_map(box, address)));
    });
    OutputSlots outputs({output_slots, places.end()});
    const StorageId out = context_.storages.id(layer_.output);
    const quant::MapShape out_shape = quant::map_shape(context_.tensor(layer_.output));
    const BlockedMap whole = shape_.output_resident ? context_.storages.on_chip(out, out_shape)
                                                    : context_.storages.in_memory(out, out_shape);
    for (std::int64_t tile = 0; tile < ys_.count() * xs_.count(); ++tile) {
      const MapBox box = pixels(tile);
      const BlockedMap slot = shape_.output_resident ? BlockedMap{} : slot_map(box, outputs.next());
      emit_copies(tile, shape_.output_resident ? whole : slot, parameters);
      if (!shape_.output_resident)
        context_.builder.push(isa::Unit::store, static_cast<std::uint32_t>(tile), box_transfer(whole, box, slot));
    }
  }

  bool needs_slot(std::int64_t key) const {
    return key < count() * ys_.count() * xs_.count() &&
           !on_chip(context_, operands_[static_cast<std::size_t>(key % count())]);
  }

  // The VECTORs of one tile into `out`: the whole resident map, or a slot of just the tile.
  void emit_copies(std::int64_t tile, const BlockedMap& out, std::uint32_t parameters) {
    const MapBox box = pixels(tile);
    std::int64_t channel = 0;
    for (std::int64_t i = 0; i < count(); ++i) {
      const Operand& operand = operands_[static_cast<std::size_t>(i)];
      const std::int64_t key = tile * count() + i;
      MapBox from = operand_box(key);
      BlockedMap map = operand_map(context_, operand);
      if (needs_slot(key)) {
        map = slot_map(from, slots_.require(key));
        from.y = from.x = 0;
      }
      if (needs_slot(key + 1)) slots_.prefetch(key + 1);
      isa::Vector vector = copy_command(context_, layer_, operand,
                                        parameters + static_cast<std::uint32_t>(i * isa::kParameterRecordBytes));
      vector.a = region(map, from, operand.is_signed);
      vector.channels = static_cast<std::uint32_t>(operand.shape.channels);
      vector.out_lane = static_cast<std::uint32_t>(channel % rows_);
      MapBox to{channel / rows_, 0, box.y, box.height, box.x, box.width};
      if (!shape_.output_resident) to.y = to.x = 0;
      vector.out = region(out, to, is_signed(context_.tensor(layer_.output)));
      context_.builder.push(isa::Unit::vector, static_cast<std::uint32_t>(tile), vector);
      context_.builder.add_piece({0, layer_.output, static_cast<std::uint32_t>(channel), vector.channels,
                                  static_cast<std::uint32_t>(box.y), static_cast<std::uint32_t>(box.x), vector.out_lane,
                                  vector.out});
      channel += operand.shape.channels;
    }
  }

  Context& context_;
  const quant::Layer& layer_;
  std::vector<Operand> operands_;
  std::int64_t rows_;
  mapping::VectorShape shape_;
  Tiles ys_, xs_;
  TileSlots slots_;
};

}  // namespace

void emit_channel_concat(Context& context, const quant::Layer& layer, std::vector<Operand> operands) {
  ChannelConcat(context, layer, std::move(operands)).emit();
}

}  // namespace intloom::compile
