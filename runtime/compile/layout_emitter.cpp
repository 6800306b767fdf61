#include "runtime/compile/layout_emitter.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/compile/placement.h"
#include "runtime/compile/slots.h"
#include "runtime/mapping/layout_mapping.h"
#include "runtime/mapping/misfit.h"
#include "runtime/mapping/tiling.h"

namespace intloom::compile {
namespace {

using mapping::Tiles;

// A linear tensor in memory, as a map of `shape` sees it.
struct LinearView {
  std::uint64_t address = 0;
  quant::MapShape shape;
  LinearOrder order;
};

// The boxes of a conversion: rows outermost, so that the layer behind can begin with the first ones.
class Boxes {
 public:
  Boxes(const quant::MapShape& shape, const mapping::LayoutMapping& mapping, std::int64_t word)
      : word_(word),
        channels_{shape.channels, word * mapping.tile_blocks},
        ys_{shape.height, mapping.tile_h},
        xs_{shape.width, mapping.tile_w} {}

  std::int64_t count() const { return channels_.count() * ys_.count() * xs_.count(); }
  ChannelBox channels(std::int64_t i) const {
    const std::int64_t c = i % channels_.count(), x = i / channels_.count() % xs_.count();
    const std::int64_t y = i / channels_.count() / xs_.count();
    return {channels_.begin(c), channels_.size_at(c), ys_.begin(y), ys_.size_at(y), xs_.begin(x), xs_.size_at(x)};
  }
  MapBox map(std::int64_t i) const {
    const ChannelBox box = channels(i);
    return {box.channel / word_, mapping::ceil_div(box.channels, word_), box.y, box.height, box.x, box.width};
  }

 private:
  std::int64_t word_;
  Tiles channels_, ys_, xs_;
};

// The box's part of a resident map, as a map that begins with the box's first pixel.
BlockedMap within(const BlockedMap& map, const MapBox& box) {
  BlockedMap part = map;
  part.address = map.at(box.block, box.y, box.x);
  return part;
}

BlockedMap slot_map(const MapBox& box, std::uint32_t address, std::int64_t word) {
  return {address, box.blocks, box.height, box.width, word};
}

// `part`: the map that begins with the box's first pixel; the command last pushed has moved `moved` into it.
void add_piece(Context& context, const quant::Tensor& tensor, quant::TensorId id, const ChannelBox& box,
               const ChannelBox& moved, const BlockedMap& part) {
  OutputPiece piece;
  piece.tensor = id;
  piece.channel0 = static_cast<std::uint32_t>(moved.channel);
  piece.channels = static_cast<std::uint32_t>(moved.channels);
  piece.y0 = static_cast<std::uint32_t>(moved.y);
  piece.x0 = static_cast<std::uint32_t>(moved.x);
  const std::int64_t block = (moved.channel - box.channel) / part.word;
  piece.where = region(part, {block, 1, moved.y - box.y, moved.height, 0, moved.width}, is_signed(tensor));
  context.builder.add_piece(piece);
}

std::string layout_text(const mapping::LayoutMapping& mapping, bool to_map, bool resident) {
  return fmt::format("{} of {}x{} px; {}", to_map ? "linear to blocks" : "blocks to linear", mapping.tile_h,
                     mapping.tile_w, resident ? "map on chip" : "map in memory");
}

CompileError layout_error(const std::string& tensor, const isa::MachineDescription& machine) {
  const std::string misfit = mapping::buffer_misfit(machine, isa::Buffer::activations, machine.array.rows, "one pixel");
  return CompileError(fmt::format("layout of tensor {}: {}", tensor, misfit));
}

// LOADs the linear tensor into the map of `storage`, which has its place (apply). With a `tensor` each LOAD is an
// output piece of it; its order is then row major.
void emit_scatter(Context& context, const LinearView& linear, StorageId storage, const mapping::LayoutMapping& mapping,
                  const Placement& placement, const quant::Tensor* tensor, quant::TensorId tensor_id) {
  const bool resident = placement.output_on_chip;
  const BlockedMap whole =
      resident ? context.storages.on_chip(storage, linear.shape) : context.storages.in_memory(storage, linear.shape);
  const Boxes boxes(linear.shape, mapping, context.machine.array.rows);
  OutputSlots slots(*mapping::place(placement.space, mapping::slot_sizes(mapping)));
  for (std::int64_t i = 0; i < boxes.count(); ++i) {
    const ChannelBox box = boxes.channels(i);
    const MapBox map_box = boxes.map(i);
    const auto tile = static_cast<std::uint32_t>(i);
    const BlockedMap part = resident ? within(whole, map_box) : slot_map(map_box, slots.next(), whole.word);
    for_linear_transfers(linear.order, linear.address, box, part,
                         [&](const isa::Transfer& transfer, const ChannelBox& moved) {
                           context.builder.push(isa::Unit::load, tile, transfer);
                           if (tensor != nullptr) add_piece(context, *tensor, tensor_id, box, moved, part);
                         });
    if (!resident) context.builder.push(isa::Unit::store, tile, box_transfer(whole, map_box, part));
  }
}

// STOREs the map of `storage` to the linear tensor.
void emit_gather(Context& context, const LinearView& linear, StorageId storage, const mapping::LayoutMapping& mapping,
                 const Placement& placement) {
  const bool resident = placement.resident(context, storage);
  const BlockedMap whole =
      resident ? context.storages.on_chip(storage, linear.shape) : context.storages.in_memory(storage, linear.shape);
  const Boxes boxes(linear.shape, mapping, context.machine.array.rows);
  TileSlots slots;
  if (!resident)
    slots = TileSlots(
        *mapping::place(placement.space, mapping::slot_sizes(mapping)), [&](std::int64_t i, std::uint32_t address) {
          context.builder.push(isa::Unit::load, static_cast<std::uint32_t>(i),
                               box_transfer(whole, boxes.map(i), slot_map(boxes.map(i), address, whole.word)));
        });
  for (std::int64_t i = 0; i < boxes.count(); ++i) {
    const BlockedMap part =
        resident ? within(whole, boxes.map(i)) : slot_map(boxes.map(i), slots.require(i), whole.word);
    if (!resident && i + 1 < boxes.count()) slots.prefetch(i + 1);
    for_linear_transfers(linear.order, linear.address, boxes.channels(i), part,
                         [&](const isa::Transfer& transfer, const ChannelBox&) {
                           context.builder.push(isa::Unit::store, static_cast<std::uint32_t>(i), transfer);
                         });
  }
}

void place_and_scatter(Context& context, const LinearView& linear, StorageId storage, const quant::Tensor* tensor,
                       quant::TensorId tensor_id, const std::string& name) {
  const auto placed = place_layer(context, {}, storage, [&](const Placement& placement) {
    return mapping::map_layout(
        {linear.shape.channels, linear.shape.height, linear.shape.width, true, placement.output_on_chip},
        context.machine, placement.space);
  });
  if (!placed) throw layout_error(name, context.machine);
  apply(context, placed->placement, storage);
  context.load_ahead.reset();
  emit_scatter(context, linear, storage, placed->choice.best, placed->placement, tensor, tensor_id);
  context.builder.set_mapping(report_of(*placed, [](const mapping::LayoutMapping& mapping, bool on_chip) {
    return layout_text(mapping, true, on_chip);
  }));
}

void place_and_gather(Context& context, const LinearView& linear, StorageId storage, const std::string& name) {
  const auto placed = place_layer(context, {storage}, kNoStorage, [&](const Placement& placement) {
    return mapping::map_layout(
        {linear.shape.channels, linear.shape.height, linear.shape.width, false, placement.resident(context, storage)},
        context.machine, placement.space);
  });
  if (!placed) throw layout_error(name, context.machine);
  apply(context, placed->placement, kNoStorage);
  const bool resident = context.storages[storage].on_chip;
  context.builder.set_mapping(report_of(
      *placed, [&](const mapping::LayoutMapping& mapping, bool) { return layout_text(mapping, false, resident); }));
  emit_gather(context, linear, storage, placed->choice.best, placed->placement);
}

}  // namespace

void emit_input_layout(Context& context, const quant::Boundary& input) {
  const quant::Tensor& tensor = context.tensor(input.tensor);
  const StorageId storage = context.storages.id(input.tensor);
  const std::vector<LinearTensor>& inputs = context.builder.program().inputs;
  const auto place = std::find_if(inputs.begin(), inputs.end(),
                                  [&](const LinearTensor& linear) { return linear.tensor == input.tensor; });
  const LinearView linear{place->address, quant::map_shape(tensor), row_major_order(tensor)};
  context.builder.begin_layer(input.name, "Layout", -1, 0);
  place_and_scatter(context, linear, storage, &tensor, input.tensor, tensor.name);
}

void emit_output_layout(Context& context, const quant::Boundary& output) {
  const quant::Tensor& tensor = context.tensor(output.tensor);
  const StorageId storage = context.storages.id(output.tensor);
  LinearView linear{0, quant::map_shape(tensor), row_major_order(tensor)};
  const auto bytes = static_cast<std::uint64_t>(graph::element_count(tensor.shape));
  linear.address = context.memory.allocate(bytes);
  context.builder.program().outputs.push_back({output.tensor, linear.address, bytes});
  context.builder.begin_layer(output.name, "Layout", -1, 0);
  place_and_gather(context, linear, storage, tensor.name);
}

void emit_relayout(Context& context, const std::string& name, const Relayout& relayout) {
  const std::uint64_t scratch = context.memory.allocate(relayout.linear_bytes);
  place_and_gather(context, {scratch, relayout.source_shape, relayout.store}, relayout.source, name);
  place_and_scatter(context, {scratch, relayout.target_shape, relayout.load}, relayout.target, relayout.target_tensor,
                    relayout.target_id, name);
  context.memory.release(scratch, relayout.linear_bytes);
}

}  // namespace intloom::compile
