#include "runtime/mapping/vector_mapping.h"

#include <algorithm>

#include "rtl_models/isa/parameter_record.h"
#include "rtl_models/timing/vector_timing.h"
#include "runtime/mapping/misfit.h"
#include "runtime/mapping/transfer_cost.h"

namespace intloom::mapping {
namespace {

constexpr double kHandover = 2;  // from the end of a command to the start of the next one on the unit

std::int64_t operand_height(const VectorShape& shape, const VectorOperand& operand, std::int64_t h) {
  return operand.one_row ? 1 : widest_span(shape.y, h, shape.y.kernel);
}

std::int64_t operand_width(const VectorShape& shape, const VectorOperand& operand, std::int64_t w) {
  return operand.one_column ? 1 : widest_span(shape.x, w, shape.x.kernel);
}

TransferShape map_transfer(std::int64_t blocks, std::int64_t h, std::int64_t w, std::int64_t width, std::int64_t rows) {
  if (w == width) return {blocks, h * w * rows, rows};
  return {blocks * h, w * rows, rows};
}

double command_cycles(const VectorShape& shape, const isa::MachineDescription& machine, std::int64_t channels,
                      std::int64_t h, std::int64_t w) {
  isa::Vector vector;
  vector.op = shape.op;
  vector.channels = static_cast<std::uint32_t>(channels);
  vector.window.kernel_h = static_cast<int>(shape.y.kernel);
  vector.window.kernel_w = static_cast<int>(shape.x.kernel);
  vector.out.height = static_cast<std::uint32_t>(h);
  vector.out.width = static_cast<std::uint32_t>(w);
  vector.parameter_records = static_cast<std::uint32_t>(shape.parameter_records);
  return static_cast<double>(timing::vector_duration(vector, machine)) + kHandover;
}

void set_cycles(const VectorShape& shape, VectorMapping& mapping, const isa::MachineDescription& machine);

class VectorSearch {
 public:
  VectorSearch(const VectorShape& shape, const isa::MachineDescription& machine, const FreeSpace& scratchpad)
      : shape_(shape), machine_(machine), scratchpad_(scratchpad), rows_(machine.array.rows) {}

  VectorChoice run() {
    const std::int64_t blocks = ceil_div(shape_.channels, rows_);
    const std::vector<std::int64_t> sizes =
        shape_.whole_channels ? std::vector<std::int64_t>{blocks} : balanced_sizes(blocks);
    std::int64_t last_tried = 0;
    for (const std::int64_t tile_blocks : sizes) {
      if (last_tried > 0 && tile_blocks * 2 > last_tried) continue;
      if (try_pixels(tile_blocks)) last_tried = tile_blocks;
    }
    return choice_;
  }

 private:
  bool try_pixels(std::int64_t tile_blocks) {
    bool found = false;
    for (std::int64_t tile_w = shape_.x.output;; tile_w = ceil_div(tile_w, 2)) {
      std::int64_t last_tried = 0;
      int tried = 0;
      for (const std::int64_t tile_h : balanced_sizes(shape_.y.output)) {
        if (tried > 0 && tile_h * 2 > last_tried) continue;
        VectorMapping mapping;
        mapping.tile_blocks = tile_blocks;
        mapping.tile_h = tile_h;
        mapping.tile_w = tile_w;
        if (!set_slots(mapping)) continue;
        last_tried = tile_h;
        found = true;
        set_cycles(shape_, mapping, machine_);
        choice_.consider(mapping);
        if (++tried == 3) break;
      }
      // Narrow tiles save halo only.
      if (tile_w == 1 || (found && (shape_.y.kernel == 1 || tile_w <= 8))) return found;
    }
  }

  bool set_slots(VectorMapping& mapping) const {
    for (const VectorOperand& operand : shape_.operands) {
      const std::int64_t blocks =
          shape_.whole_channels ? shape_.operand_blocks : mapping.tile_blocks + operand.extra_blocks;
      const std::int64_t bytes = blocks * operand_height(shape_, operand, mapping.tile_h) *
                                 operand_width(shape_, operand, mapping.tile_w) * rows_;
      mapping.operand_slot_bytes.push_back(operand.resident ? 0 : bytes);
    }
    mapping.output_slot_bytes =
        shape_.output_resident ? 0 : mapping.tile_blocks * mapping.tile_h * mapping.tile_w * rows_;
    for (const int slots : {2, 1}) {
      mapping.slots = slots;
      if (place(scratchpad_, slot_sizes(mapping))) return true;
    }
    return false;
  }

  const VectorShape& shape_;
  const isa::MachineDescription& machine_;
  const FreeSpace& scratchpad_;
  std::int64_t rows_;
  VectorChoice choice_;
};

// Times of the units over the layer, and of the commands that fill and drain the pipeline.
struct UnitTimes {
  double vector = 0, load = 0, store = 0, fill = 0;
};

void add_tile(UnitTimes& times, const VectorShape& shape, const VectorMapping& mapping,
              const isa::MachineDescription& machine, std::int64_t channels, std::int64_t h, std::int64_t w,
              double count) {
  const std::int64_t rows = machine.array.rows, blocks = ceil_div(channels, rows);
  const double command = command_cycles(shape, machine, channels, h, w);
  double load = 0, store = 0;
  for (std::size_t i = 0; i < shape.operands.size(); ++i) {
    if (mapping.operand_slot_bytes[i] == 0) continue;
    const VectorOperand& operand = shape.operands[i];
    const TransferShape transfer =
        map_transfer(blocks + operand.extra_blocks, operand_height(shape, operand, h), operand_width(shape, operand, w),
                     operand.one_column ? 1 : shape.x.input, rows);
    load += load_cycles(transfer, machine);
  }
  if (mapping.output_slot_bytes != 0) store = store_cycles(map_transfer(blocks, h, w, shape.x.output, rows), machine);
  times.vector += command * count;
  times.load += load * count;
  times.store += store * count;
  times.fill = std::max(times.fill, command + load + store);
}

void set_cycles(const VectorShape& shape, VectorMapping& mapping, const isa::MachineDescription& machine) {
  UnitTimes times;
  const std::int64_t rows = machine.array.rows;
  for (const TileClass& c : tile_classes({shape.channels, mapping.tile_blocks * rows}))
    for (const TileClass& h : tile_classes({shape.y.output, mapping.tile_h}))
      for (const TileClass& w : tile_classes({shape.x.output, mapping.tile_w}))
        add_tile(times, shape, mapping, machine, c.size, h.size, w.size,
                 static_cast<double>(c.count * h.count * w.count));
  const bool overlapped = mapping.slots > 1;
  const double busiest =
      overlapped ? std::max({times.vector, times.load, times.store}) : times.vector + times.load + times.store;
  mapping.cycles = busiest + times.fill;
  mapping.load_cycles =
      times.load +
      load_cycles({1, shape.parameter_records * isa::kParameterRecordBytes, isa::kParameterRecordBytes}, machine);
}

}  // namespace

std::vector<std::int64_t> slot_sizes(const VectorMapping& mapping) {
  std::vector<std::int64_t> sizes;
  for (const std::int64_t bytes : mapping.operand_slot_bytes)
    sizes.insert(sizes.end(), static_cast<std::size_t>(mapping.slots), bytes);
  sizes.insert(sizes.end(), static_cast<std::size_t>(mapping.slots), mapping.output_slot_bytes);
  return sizes;
}

VectorChoice map_vector(const VectorShape& shape, const isa::MachineDescription& machine, const FreeSpace& scratchpad) {
  return VectorSearch(shape, machine, scratchpad).run();
}

double vector_cycles(const VectorShape& shape, const VectorMapping& mapping, const isa::MachineDescription& machine) {
  VectorMapping estimated = mapping;
  set_cycles(shape, estimated, machine);
  return estimated.cycles;
}

std::string vector_misfit(const VectorShape& shape, const isa::MachineDescription& machine) {
  const std::int64_t rows = machine.array.rows;
  std::string parameters = buffer_misfit(machine, isa::Buffer::parameters,
                                         shape.parameter_records * isa::kParameterRecordBytes, "its records");
  if (!parameters.empty()) return parameters;
  std::int64_t words = shape.whole_channels ? ceil_div(shape.channels, rows) : 1;
  for (const VectorOperand& operand : shape.operands)
    words += (shape.whole_channels ? shape.operand_blocks : 1 + operand.extra_blocks) *
             operand_height(shape, operand, 1) * operand_width(shape, operand, 1);
  const bool pools = shape.y.kernel * shape.x.kernel > 1;
  return buffer_misfit(
      machine, isa::Buffer::activations, words * rows,
      pools ? "the window of one output pixel, and the pixel" : "one pixel of each operand and of the output");
}

}  // namespace intloom::mapping
