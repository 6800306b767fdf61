#include "runtime/compile/conv_emitter.h"

#include "rtl_models/isa/banks.h"
#include "runtime/compile/conv_walk.h"
#include "runtime/compile/parameters.h"
#include "runtime/compile/slots.h"
#include "runtime/compile/weights.h"

namespace intloom::compile {
namespace {

BlockedMap slot_map(const MapBox& box, std::uint32_t address, std::int64_t word) {
  return {address, box.blocks, box.height, box.width, word};
}

// The map on chip that holds a step's inputs, and what of the whole input it holds.
struct StepInput {
  BlockedMap map;
  MapBox holds;
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
        walk_(shape, mapping, context.machine) {
    const StorageId in = context.storages.id(layer.inputs[0]), out = context.storages.id(layer.output);
    const quant::MapShape in_shape = quant::map_shape(in_), out_shape = quant::map_shape(out_);
    input_ = mapping.input_resident ? context.storages.on_chip(in, in_shape) : context.storages.in_memory(in, in_shape);
    output_ =
        mapping.output_resident ? context.storages.on_chip(out, out_shape) : context.storages.in_memory(out, out_shape);
    place_slots(placement);
  }
  ConvEmitter(const ConvEmitter&) = delete;
  ConvEmitter& operator=(const ConvEmitter&) = delete;

  void emit() {
    ConstantTiles weights = place_weights(), parameters = place_parameters();
    const std::vector<ConvStep> steps = walk_.steps();
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const ConvStep& step = steps[i];
      tile_ = walk_.tile(step);
      const std::uint32_t weights_at = weights.require(walk_.weight_key(step));
      const StepInput input = require_input(step);
      const std::uint32_t parameters_at = parameters.require(step.in);
      if (i + 1 < steps.size()) {
        weights.prefetch(walk_.weight_key(steps[i + 1]));
        if (!mapping_.input_resident) input_slots_.prefetch(walk_.input_key(steps[i + 1]));
        parameters.prefetch(steps[i + 1].in);
      }
      emit_exec(step, input, weights_at);
      if (walk_.is_last_part(step)) emit_output(step, parameters_at);
    }
  }

 private:
  void place_slots(const Placement& placement) {
    const std::vector<std::uint32_t> places = *mapping::place(placement.space, mapping::slot_sizes(mapping_));
    const auto output_slots = places.begin() + mapping_.input_slots;
    input_slots_ = TileSlots({places.begin(), output_slots}, [this](std::int64_t key, std::uint32_t address) {
      const MapBox box = walk_.input_box(walk_.step_of_input_key(key));
      context_.builder.push(isa::Unit::load, tile_, box_transfer(input_, box, slot_map(box, address, input_.word)));
    });
    output_slots_ = OutputSlots({output_slots, places.end()});
  }

  // The weights of the layer's parts, one behind the other.
  ConstantTiles place_weights() {
    std::vector<std::int64_t> offsets{0};
    for (const ChannelTile& tile : walk_.channel_tiles())
      for (const mapping::KPart& part : tile.parts)
        offsets.push_back(offsets.back() + mapping::weight_bytes(shape_, context_.machine, tile.count, part));
    std::vector<std::uint8_t> bytes;
    if (context_.values) {
      check_has_weights();
      bytes.resize(static_cast<std::size_t>(offsets.back()),
                   static_cast<std::uint8_t>(layer_.conv().weight_zero_point));
      auto offset = offsets.begin();
      for (const ChannelTile& tile : walk_.channel_tiles())
        for (const mapping::KPart& part : tile.parts)
          write_weights(bytes.data() + *offset++, layer_.conv(), shape_, context_.machine, tile.first, tile.count,
                        part);
    }
    const std::uint64_t memory = add_constant(offsets.back(), std::move(bytes), "weights of " + layer_.name);
    return {context_,
            isa::Buffer::weights,
            memory,
            std::move(offsets),
            {mapping_.weights_resident, mapping_.weight_slots, mapping_.weight_slot_bytes}};
  }

  // The parameters of the layer's channel tiles, one behind the other.
  ConstantTiles place_parameters() {
    std::vector<std::int64_t> offsets{0};
    std::vector<std::uint8_t> bytes;
    for (const ChannelTile& tile : walk_.channel_tiles()) {
      offsets.push_back(offsets.back() + mapping::parameter_bytes(shape_, tile.count));
      if (!context_.values) continue;
      const auto records = conv_parameters(context_.network, layer_, context_.machine, tile.first, tile.count);
      bytes.insert(bytes.end(), records.begin(), records.end());
    }
    if (!context_.values) check_conv_parameters(layer_, context_.machine);
    const std::uint64_t memory = add_constant(offsets.back(), std::move(bytes), "parameters of " + layer_.name);
    return {context_,
            isa::Buffer::parameters,
            memory,
            std::move(offsets),
            {mapping_.parameters_resident, mapping_.parameter_slots, mapping_.parameter_slot_bytes}};
  }

  std::uint64_t add_constant(std::int64_t size, std::vector<std::uint8_t> bytes, std::string contents) {
    if (context_.values) return context_.memory.add_constant(std::move(bytes), std::move(contents));
    return context_.memory.reserve_constant(static_cast<std::uint64_t>(size), std::move(contents));
  }

  void check_has_weights() const {
    const quant::ConvParameters& conv = layer_.conv();
    const std::int64_t taps = conv.window.kernel_h * conv.window.kernel_w;
    const auto weights = static_cast<std::size_t>(conv.output_channels * (conv.channels / conv.groups) * taps);
    if (conv.weights.size() != weights || conv.bias.size() != static_cast<std::size_t>(conv.output_channels) ||
        conv.multiplier.empty())
      throw layer_error(layer_, "the layer has no weights, so that it has cycles only; values: off would do");
  }

  StepInput require_input(const ConvStep& step) {
    if (mapping_.input_resident) return {input_, {0, input_.blocks, 0, input_.height, 0, input_.width}};
    const MapBox box = walk_.input_box(step);
    return {slot_map(box, input_slots_.require(walk_.input_key(step)), input_.word), box};
  }

  void emit_exec(const ConvStep& step, const StepInput& input, std::uint32_t weights) {
    const quant::ConvParameters& conv = layer_.conv();
    const bool folded = context_.machine.array.zero_point == isa::ZeroPoint::folded;
    const auto zero_point = static_cast<std::int16_t>(in_.zero_point);
    const MapBox output = walk_.output_box(step);
    MapBox box = walk_.part_box(step);
    box.block -= input.holds.block;
    box.y -= input.holds.y;
    box.x -= input.holds.x;
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    exec.x = region(input.map, box, is_signed(in_));
    exec.weight_address = weights;
    exec.weights_signed = conv.weights_signed;
    exec.window = walk_.window(step);
    exec.out_height = static_cast<std::uint32_t>(output.height);
    exec.out_width = static_cast<std::uint32_t>(output.width);
    exec.output_channels = static_cast<std::uint32_t>(walk_.channels(step).count);
    exec.channels = shape_.depthwise ? exec.output_channels : static_cast<std::uint32_t>(walk_.part(step).channels);
    exec.zx = folded ? std::int16_t{0} : zero_point;
    exec.zw = folded ? std::int16_t{0} : static_cast<std::int16_t>(conv.weight_zero_point);
    exec.pad_value = folded ? zero_point : std::int16_t{0};
    exec.acc_bank = context_.accumulator_bank;
    exec.accumulate = step.part > 0;
    context_.builder.push(isa::Unit::exec, tile_, exec);
  }

  // The tile's sums are complete: requantize them, and store them where the output lies in memory.
  void emit_output(const ConvStep& step, std::uint32_t parameters) {
    const MapBox box = walk_.output_box(step), all{0, box.blocks, 0, box.height, 0, box.width};
    BlockedMap slot;
    if (!mapping_.output_resident) slot = slot_map(box, output_slots_.next(), output_.word);
    isa::Requant requant = requant_command(step, parameters);
    requant.out = mapping_.output_resident ? region(output_, box, is_signed(out_)) : region(slot, all, is_signed(out_));
    context_.builder.push(isa::Unit::requant, tile_, requant);
    OutputPiece piece;
    piece.tensor = layer_.output;
    piece.channel0 = static_cast<std::uint32_t>(walk_.channels(step).first);
    piece.channels = requant.channels;
    piece.y0 = static_cast<std::uint32_t>(box.y);
    piece.x0 = static_cast<std::uint32_t>(box.x);
    piece.where = requant.out;
    context_.builder.add_piece(piece);
    if (!mapping_.output_resident) context_.builder.push(isa::Unit::store, tile_, box_transfer(output_, box, slot));
    context_.accumulator_bank =
        (context_.accumulator_bank + 1) % static_cast<std::uint32_t>(context_.machine.accumulator.banks);
  }

  isa::Requant requant_command(const ConvStep& step, std::uint32_t parameters) const {
    isa::Exec exec;
    exec.depthwise = shape_.depthwise;
    isa::Requant requant;
    requant.acc_bank = context_.accumulator_bank;
    requant.channels = static_cast<std::uint32_t>(walk_.channels(step).count);
    requant.group_channels = static_cast<std::uint32_t>(isa::group_channels(exec, context_.machine));
    requant.parameter_address = parameters;
    requant.per_channel = shape_.weights_per_channel;
    requant.zy = static_cast<std::int16_t>(out_.zero_point);
    requant.lo = static_cast<std::int16_t>(layer_.clamp.lo);
    requant.hi = static_cast<std::int16_t>(layer_.clamp.hi);
    return requant;
  }

  Context& context_;
  const quant::Layer& layer_;
  const mapping::ConvShape& shape_;
  const mapping::ConvMapping& mapping_;
  const quant::Tensor& in_;
  const quant::Tensor& out_;
  ConvWalk walk_;
  BlockedMap input_, output_;  // whole, on chip or in memory
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
