#include "runtime/compile/vector_job.h"

#include <fmt/format.h>

#include <algorithm>

#include "runtime/compile/progressions.h"
#include "runtime/compile/slots.h"

namespace intloom::compile {
namespace {

using mapping::Tiles;

// One VECTOR command's share of the output.
struct Tile {
  std::int64_t b = 0, y = 0, x = 0;
};

class JobEmitter {
 public:
  JobEmitter(Context& context, const VectorJob& job, const mapping::VectorMapping& mapping, const Placement& placement)
      : context_(context),
        job_(job),
        out_(context.tensor(job.output)),
        rows_(context.machine.array.rows),
        channels_{job.shape.channels, mapping.tile_blocks * rows_},
        ys_{job.shape.y.output, mapping.tile_h},
        xs_{job.shape.x.output, mapping.tile_w} {
    const StorageId out = context.storages.id(job.output);
    const quant::MapShape shape = quant::map_shape(out_);
    output_ = job.shape.output_resident ? context.storages.on_chip(out, shape) : context.storages.in_memory(out, shape);
    const std::vector<std::uint32_t> places = *mapping::place(placement.space, mapping::slot_sizes(mapping));
    auto next = places.begin();
    for (std::size_t i = 0; i < job.operands.size(); ++i, next += mapping.slots)
      slots_.emplace_back(std::vector<std::uint32_t>(next, next + mapping.slots),
                          [this, i](std::int64_t key, std::uint32_t address) { load(i, key, address); });
    output_slots_ = OutputSlots({next, places.end()});
  }
  JobEmitter(const JobEmitter&) = delete;
  JobEmitter& operator=(const JobEmitter&) = delete;

  void emit() {
    const std::int64_t count = channels_.count() * ys_.count() * xs_.count();
    for (std::int64_t i = 0; i < count; ++i) {
      tile_ = static_cast<std::uint32_t>(i);
      std::vector<isa::MapRegion> regions;
      for (std::size_t operand = 0; operand < job_.operands.size(); ++operand)
        regions.push_back(require(operand, tile(i)));
      if (i + 1 < count) prefetch(tile(i + 1));
      emit_tile(tile(i), regions);
    }
  }

 private:
  Tile tile(std::int64_t i) const {
    return {i / (ys_.count() * xs_.count()), i / xs_.count() % ys_.count(), i % xs_.count()};
  }
  std::int64_t blocks_at(std::int64_t b) const { return mapping::ceil_div(channels_.size_at(b), rows_); }
  mapping::InputSpan rows_of(const Tile& tile) const {
    if (job_.resize != nullptr) return span_of(job_.resize->row, ys_.begin(tile.y), ys_.size_at(tile.y));
    return mapping::input_span(job_.shape.y, ys_.begin(tile.y), ys_.size_at(tile.y), 0, job_.shape.y.kernel);
  }
  mapping::InputSpan columns_of(const Tile& tile) const {
    if (job_.resize != nullptr) return span_of(job_.resize->column, xs_.begin(tile.x), xs_.size_at(tile.x));
    return mapping::input_span(job_.shape.x, xs_.begin(tile.x), xs_.size_at(tile.x), 0, job_.shape.x.kernel);
  }

  // What a command reads of an operand.
  MapBox operand_box(const Operand& operand, const Tile& tile) const {
    const std::int64_t first = operand.first_channel + channels_.begin(tile.b);
    const std::int64_t end = first + channels_.size_at(tile.b);
    MapBox box{first / rows_, mapping::ceil_div(end, rows_) - first / rows_, 0, 1, 0, 1};
    if (!operand.one_row) {
      const mapping::InputSpan rows = rows_of(tile);
      box.y = operand.first_row + rows.begin;
      box.height = rows.size;
    }
    if (!operand.one_column) {
      const mapping::InputSpan columns = columns_of(tile);
      box.x = operand.first_column + columns.begin;
      box.width = columns.size;
    }
    return box;
  }

  std::int64_t key(const Operand& operand, const Tile& tile) const {
    return (tile.b * ys_.count() + (operand.one_row ? 0 : tile.y)) * xs_.count() + (operand.one_column ? 0 : tile.x);
  }

  BlockedMap slot_map(const MapBox& box, std::uint32_t address) const {
    return {address, box.blocks, box.height, box.width, rows_};
  }

  void load(std::size_t operand, std::int64_t key_of_tile, std::uint32_t address) {
    const Operand& source = job_.operands[operand];
    const MapBox box = operand_box(source, tile(key_of_tile));
    context_.builder.push(isa::Unit::load, tile_,
                          box_transfer(operand_map(context_, source), box, slot_map(box, address)));
  }

  isa::MapRegion require(std::size_t index, const Tile& tile) {
    const Operand& operand = job_.operands[index];
    const MapBox box = operand_box(operand, tile);
    isa::MapRegion result;
    if (on_chip(context_, operand)) {
      result = region(operand_map(context_, operand), box, operand.is_signed);
    } else {
      const BlockedMap slot = slot_map(box, slots_[index].require(key(operand, tile)));
      result = region(slot, {0, box.blocks, 0, box.height, 0, box.width}, operand.is_signed);
    }
    if (operand.one_row) result.row_pitch = 0;
    if (operand.one_column) result.pixel_pitch = 0;
    if (operand.one_row) result.height = static_cast<std::uint32_t>(ys_.size_at(tile.y));
    if (operand.one_column) result.width = static_cast<std::uint32_t>(xs_.size_at(tile.x));
    return result;
  }

  void prefetch(const Tile& tile) {
    for (std::size_t i = 0; i < job_.operands.size(); ++i)
      if (!on_chip(context_, job_.operands[i])) slots_[i].prefetch(key(job_.operands[i], tile));
  }

  void emit_tile(const Tile& tile, const std::vector<isa::MapRegion>& regions) {
    const std::int64_t channel = channels_.begin(tile.b);
    const MapBox box{channel / rows_,     blocks_at(tile.b),           job_.y0 + ys_.begin(tile.y),
                     ys_.size_at(tile.y), job_.x0 + xs_.begin(tile.x), xs_.size_at(tile.x)};
    isa::Vector vector = job_.command;
    vector.a = regions[0];
    if (regions.size() > 1) vector.b = regions[1];
    vector.channels = static_cast<std::uint32_t>(channels_.size_at(tile.b));
    vector.window.pad_top = static_cast<int>(rows_of(tile).pad);
    vector.window.pad_left = static_cast<int>(columns_of(tile).pad);
    BlockedMap slot;
    if (job_.shape.output_resident) {
      vector.out = region(output_, box, is_signed(out_));
    } else {
      slot = slot_map(box, output_slots_.next());
      vector.out = region(slot, {0, box.blocks, 0, box.height, 0, box.width}, is_signed(out_));
    }
    vector.in_lane = static_cast<std::uint32_t>(job_.operands[0].first_channel % rows_);
    push_vector(tile, vector);
    OutputPiece piece;
    piece.tensor = job_.output;
    piece.channel0 = static_cast<std::uint32_t>(channel);
    piece.channels = vector.channels;
    piece.y0 = static_cast<std::uint32_t>(box.y);
    piece.x0 = static_cast<std::uint32_t>(box.x);
    piece.where = vector.out;
    context_.builder.add_piece(piece);
    if (!job_.shape.output_resident) context_.builder.push(isa::Unit::store, tile_, box_transfer(output_, box, slot));
  }

  // A resize is a copy for each set of rows and columns that lie evenly on both sides.
  void push_vector(const Tile& tile, const isa::Vector& whole) {
    if (job_.resize == nullptr) {
      context_.builder.push(isa::Unit::vector, tile_, whole);
      return;
    }
    const auto columns = progressions(job_.resize->column, xs_.begin(tile.x), xs_.size_at(tile.x));
    for (const Progression& row : progressions(job_.resize->row, ys_.begin(tile.y), ys_.size_at(tile.y))) {
      for (const Progression& column : columns) {
        isa::Vector vector = whole;
        vector.a = evenly(whole.a, row.source, row.source_step, column.source, column.source_step, row, column);
        vector.out = evenly(whole.out, row.target, row.target_step, column.target, column.target_step, row, column);
        context_.builder.push(isa::Unit::vector, tile_, vector);
      }
    }
  }

  // Every so manyth row and column of a region.
  static isa::MapRegion evenly(isa::MapRegion region, std::int64_t y, std::int64_t step_y, std::int64_t x,
                               std::int64_t step_x, const Progression& rows, const Progression& columns) {
    region.address +=
        static_cast<std::uint32_t>(y) * region.row_pitch + static_cast<std::uint32_t>(x) * region.pixel_pitch;
    region.row_pitch *= static_cast<std::uint32_t>(step_y);
    region.pixel_pitch *= static_cast<std::uint32_t>(step_x);
    region.height = static_cast<std::uint32_t>(rows.count);
    region.width = static_cast<std::uint32_t>(columns.count);
    return region;
  }

  Context& context_;
  const VectorJob& job_;
  const quant::Tensor& out_;
  std::int64_t rows_;
  Tiles channels_, ys_, xs_;
  BlockedMap output_;
  std::vector<TileSlots> slots_;  // of each operand
  OutputSlots output_slots_{{}};
  std::uint32_t tile_ = 0;
};

}  // namespace

std::uint32_t load_parameters(Context& context, std::vector<std::uint8_t> records, const std::string& layer_name) {
  const std::uint64_t bytes = records.size();
  const std::uint32_t address = context.parameters.allocate(bytes);
  std::string contents = "parameters of " + layer_name;
  const std::uint64_t memory = context.values ? context.memory.add_constant(std::move(records), std::move(contents))
                                              : context.memory.reserve_constant(bytes, std::move(contents));
  context.builder.push(isa::Unit::load, 0, run_transfer(isa::Buffer::parameters, memory, address, bytes));
  return address;
}

void set_output_range(isa::Vector& command, const Context& context, const quant::Layer& layer) {
  command.zy = static_cast<std::int16_t>(context.tensor(layer.output).zero_point);
  command.lo = static_cast<std::int16_t>(layer.clamp.lo);
  command.hi = static_cast<std::int16_t>(layer.clamp.hi);
}

std::vector<StorageId> storages_of(const std::vector<Operand>& operands) {
  std::vector<StorageId> ids;
  for (const Operand& operand : operands)
    if (operand.storage != kNoStorage) ids.push_back(operand.storage);
  return ids;
}

bool on_chip(const Context& context, const Operand& operand) {
  return operand.storage != kNoStorage && context.storages[operand.storage].on_chip;
}

BlockedMap operand_map(const Context& context, const Operand& operand) {
  if (operand.storage == kNoStorage) return operand.constant_map;
  return on_chip(context, operand) ? context.storages.on_chip(operand.storage, operand.shape)
                                   : context.storages.in_memory(operand.storage, operand.shape);
}

void set_residency(VectorJob& job, const Context& context, const Placement& placement) {
  job.shape.output_resident = placement.output_on_chip;
  job.shape.operands.clear();
  for (const Operand& operand : job.operands) {
    const bool resident = operand.storage != kNoStorage && placement.resident(context, operand.storage);
    const std::int64_t lane = operand.first_channel % context.machine.array.rows;
    job.shape.operands.push_back({resident, operand.one_row, operand.one_column, lane == 0 ? 0 : 1});
  }
}

void emit_job(Context& context, const VectorJob& job, const mapping::VectorMapping& mapping,
              const Placement& placement) {
  JobEmitter(context, job, mapping, placement).emit();
}

std::string vector_text(const mapping::VectorMapping& mapping, bool output_on_chip) {
  return fmt::format("tile {}x{} px, {} blocks; output {}", mapping.tile_h, mapping.tile_w, mapping.tile_blocks,
                     output_on_chip ? "on chip" : "to memory");
}

}  // namespace intloom::compile
