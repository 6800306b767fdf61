#include "runtime/compile/compile.h"

#include <fmt/format.h>

#include <algorithm>

#include "rtl_models/isa/buffer_layout.h"
#include "runtime/compile/context.h"
#include "runtime/compile/conv_emitter.h"
#include "runtime/compile/layout_emitter.h"
#include "runtime/compile/placement.h"
#include "runtime/compile/relayout.h"
#include "runtime/compile/tokens.h"
#include "runtime/compile/vector_emitter.h"
#include "runtime/mapping/misfit.h"

namespace intloom::compile {
namespace {

void compile_conv(Context& context, const quant::Layer& layer) {
  const mapping::ConvShape shape = mapping::conv_shape(context.network, layer);
  const StorageId input = context.storages.id(layer.inputs[0]), output = context.storages.id(layer.output);
  const double idle_load_cycles = context.load_ahead.idle_cycles();
  const std::int64_t free_weight_bytes = context.weights.free_bytes();
  const auto placed = place_layer(context, {input}, output, [&](const Placement& placement) {
    return context.mapper.map_conv(shape, {placement.space, placement.resident(context, input),
                                           placement.output_on_chip, idle_load_cycles, free_weight_bytes});
  });
  if (!placed) throw layer_error(layer, mapping::conv_misfit(shape, context.machine));
  const mapping::ConvMapping& best = placed->choice.best;
  const double pixel_tiles = static_cast<double>(mapping::ceil_div(shape.y.output, best.tile_h) *
                                                 mapping::ceil_div(shape.x.output, best.tile_w));
  const double tiles = pixel_tiles * static_cast<double>(mapping::ceil_div(shape.output_channels, best.tile_n));
  apply(context, placed->placement, output);
  if (!best.input_resident) context.load_ahead.reset();
  context.load_ahead.add_layer(best.cycles, best.load_cycles, tiles * static_cast<double>(best.parts));
  emit_conv(context, layer, shape, placed->choice.best, placed->placement);
  context.builder.set_mapping(report_of(*placed, [](const mapping::ConvMapping& m, bool) { return m.describe(); }));
}

// A bank that holds no word cannot be used at all.
void check_banks(const isa::MachineDescription& machine) {
  for (const isa::Buffer buffer : {isa::Buffer::activations, isa::Buffer::weights, isa::Buffer::parameters}) {
    const std::int64_t word = isa::word_bytes(machine, buffer);
    if (isa::usable_bank_bytes(machine, buffer) == 0)
      throw CompileError(mapping::buffer_misfit(machine, buffer, word * isa::buffer_description(machine, buffer).banks,
                                                "one word in each bank"));
  }
}

std::vector<bool> find_aliases(const quant::Network& network) {
  std::vector<bool> aliased;
  for (const quant::Layer& layer : network.layers) aliased.push_back(is_alias(network, layer));
  return aliased;
}

class Compiler {
 public:
  Compiler(const quant::Network& network, const isa::MachineDescription& machine, const CompileOptions& options)
      : aliased_(find_aliases(network)), context_(network, machine, options, aliased_) {}

  Program run() {
    const quant::Network& network = context_.network;
    check_memory();
    for (const quant::Boundary& input : network.inputs) add_input(input);
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      context_.now = static_cast<int>(i);
      compile_layer(network.layers[i], aliased_[i]);
      emit_outputs(network.layers[i].output);
      release_dead(context_);
    }
    for (const quant::Boundary& output : network.outputs) require(output.tensor);  // inputs that are outputs
    return finish();
  }

 private:
  // What the memory image takes at least, before commands are made: for huge layers they take longer than the answer.
  void check_memory() const {
    const quant::Network& network = context_.network;
    std::uint64_t constants = 0, inputs = 0, outputs = 0;
    for (const quant::Layer& layer : network.layers) {
      if (layer.op != quant::Op::conv) continue;
      const quant::ConvParameters& conv = layer.conv();
      constants +=
          static_cast<std::uint64_t>(conv.output_channels) *
          static_cast<std::uint64_t>(conv.channels / conv.groups * conv.window.kernel_h * conv.window.kernel_w);
    }
    const auto bytes = [&](const quant::Boundary& boundary) {
      return static_cast<std::uint64_t>(graph::element_count(context_.tensor(boundary.tensor).shape));
    };
    for (const quant::Boundary& input : network.inputs) inputs += bytes(input);
    for (const quant::Boundary& output : network.outputs) outputs += bytes(output);
    const std::uint64_t least = constants + std::max(inputs, outputs);
    constexpr std::uint64_t kQuick = std::uint64_t{1} << 30;  // up to it commands are made quickly, and say it exactly
    if (least > kQuick && least > static_cast<std::uint64_t>(context_.machine.memory.capacity_bytes))
      throw CompileError(fmt::format("memory.capacity_bytes is {}, at least {} would be needed",
                                     context_.machine.memory.capacity_bytes, least));
  }

  void add_input(const quant::Boundary& input) {
    const auto bytes = static_cast<std::uint64_t>(graph::element_count(context_.tensor(input.tensor).shape));
    context_.builder.program().inputs.push_back({input.tensor, context_.memory.allocate(bytes), bytes});
  }

  // A tensor that no layer made becomes a map when it is first needed: an input by a layout of its own, a constant in
  // the memory image.
  void require(quant::TensorId tensor) {
    const Storage& storage = context_.storages[context_.storages.id(tensor)];
    if (storage.on_chip || storage.in_memory || context_.tensor(tensor).constant) return;
    for (const quant::Boundary& input : context_.network.inputs) {
      if (input.tensor != tensor || is_output_done(tensor)) continue;
      emit_input_layout(context_, input);
      return emit_outputs(tensor);
    }
  }

  void compile_layer(const quant::Layer& layer, bool aliased) {
    for (const quant::TensorId input : layer.inputs) require(input);
    const int index = context_.now;
    context_.builder.begin_layer(layer.name, layer.onnx_op, index, quant::layer_macs(context_.network, layer));
    if (aliased) {
      context_.builder.program().alias_of.push_back({layer.output, layer.inputs[0]});
      MappingReport report;
      report.text = "the same bytes";
      context_.builder.set_mapping(std::move(report));
      return;
    }
    switch (layer.op) {
      case quant::Op::conv:
        return compile_conv(context_, layer);
      case quant::Op::concat:
        return emit_concat_layer(context_, layer);
      case quant::Op::relayout:
        return emit_relayout_layer(context_, layer);
      case quant::Op::add:
      case quant::Op::subtract:
      case quant::Op::multiply:
      case quant::Op::maximum:
      case quant::Op::minimum:
      case quant::Op::max_pool:
      case quant::Op::average_pool:
      case quant::Op::rescale:
      case quant::Op::lookup:
      case quant::Op::slice:
      case quant::Op::resize:
        return emit_vector_layer(context_, layer);
    }
  }

  bool is_output_done(quant::TensorId tensor) {
    const std::vector<LinearTensor>& done = context_.builder.program().outputs;
    return std::any_of(done.begin(), done.end(), [&](const LinearTensor& linear) { return linear.tensor == tensor; });
  }

  void emit_outputs(quant::TensorId tensor) {
    for (const quant::Boundary& output : context_.network.outputs)
      if (output.tensor == tensor && !is_output_done(tensor)) emit_output_layout(context_, output);
  }

  Program finish() {
    Program& program = context_.builder.program();
    program.commands.push_back({});
    program.commands.back().layer = static_cast<std::uint32_t>(std::max<std::size_t>(program.layers.size(), 1) - 1);
    program.commands.back().body = isa::End{};
    context_.memory.finish(program);
    const isa::MachineDescription& machine = context_.machine;
    if (program.memory_bytes > static_cast<std::uint64_t>(machine.memory.capacity_bytes))
      throw CompileError(
          fmt::format("memory.capacity_bytes is {}, {} would do", machine.memory.capacity_bytes, program.memory_bytes));
    insert_tokens(program.commands, machine, context_.memory.constant_bytes());
    return std::move(program);
  }

  std::vector<bool> aliased_;
  Context context_;
};

}  // namespace

Program compile(const quant::Network& network, const isa::MachineDescription& machine, const CompileOptions& options) {
  check_banks(machine);
  if (options.values && !network.has_values)
    throw CompileError("the network has shapes but no weights: it can be compiled for cycles only (values off)");
  return Compiler(network, machine, options).run();
}

}  // namespace intloom::compile
