#include "runtime/compile/vector_emitter.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "runtime/compile/parameters.h"
#include "runtime/compile/part.h"
#include "runtime/compile/vector_job.h"

namespace intloom::compile {
namespace {

bool pools(quant::Op op) { return op == quant::Op::max_pool || op == quant::Op::average_pool; }

isa::VectorOp vector_op(quant::Op op) {
  switch (op) {
    case quant::Op::add:
      return isa::VectorOp::add;
    case quant::Op::multiply:
      return isa::VectorOp::multiply;
    case quant::Op::subtract:
      return isa::VectorOp::subtract;
    case quant::Op::maximum:
      return isa::VectorOp::maximum;
    case quant::Op::minimum:
      return isa::VectorOp::minimum;
    case quant::Op::lookup:
      return isa::VectorOp::lookup;
    case quant::Op::max_pool:
      return isa::VectorOp::max_pool;
    case quant::Op::average_pool:
      return isa::VectorOp::average_pool;
    case quant::Op::rescale:
    case quant::Op::slice:
    case quant::Op::resize:
      return isa::VectorOp::rescale;
    case quant::Op::conv:
    case quant::Op::concat:
    case quant::Op::relayout:
      break;
  }
  throw std::logic_error(fmt::format("{} is no operation of the vector unit", quant::op_name(op)));
}

// Smallest and largest number of taps inside the map over all outputs of an axis.
struct TapRange {
  std::int64_t least = 0, most = 0;
};
TapRange taps_inside(const mapping::WindowAxis& axis) {
  TapRange range{axis.kernel, 0};
  for (std::int64_t o = 0; o < axis.output; ++o) {
    std::int64_t inside = 0;
    for (std::int64_t k = 0; k < axis.kernel; ++k) {
      const std::int64_t at = o * axis.stride + k * axis.dilation - axis.pad;
      inside += at >= 0 && at < axis.input ? 1 : 0;
    }
    range.least = std::min(range.least, inside);
    range.most = std::max(range.most, inside);
  }
  return range;
}

void set_window(VectorJob& job, const quant::Layer& layer, const quant::MapShape& in, const quant::MapShape& out) {
  job.shape.y = {out.height, out.height};
  job.shape.x = {out.width, out.width};
  if (!pools(layer.op)) return;
  quant::WindowParameters window = layer.pool().window;
  if (layer.pool().global) {
    window = {};
    window.kernel_h = in.height;
    window.kernel_w = in.width;
  }
  job.shape.y = {in.height, out.height, window.kernel_h, window.stride_h, window.dilation_h, window.pads[0]};
  job.shape.x = {in.width, out.width, window.kernel_w, window.stride_w, window.dilation_w, window.pads[1]};
  job.command.window.kernel_h = static_cast<int>(window.kernel_h);
  job.command.window.kernel_w = static_cast<int>(window.kernel_w);
  job.command.window.stride_h = static_cast<int>(window.stride_h);
  job.command.window.stride_w = static_cast<int>(window.stride_w);
  job.command.window.dilation_h = static_cast<int>(window.dilation_h);
  job.command.window.dilation_w = static_cast<int>(window.dilation_w);
  job.command.count_padding = layer.pool().count_padding;
  if (taps_inside(job.shape.y).least * taps_inside(job.shape.x).least == 0)
    throw layer_error(layer, "a window lies wholly in the padding");
}

// What a slice or a resize reads.
void set_part(VectorJob& job, const Context& context, const quant::Layer& layer) {
  Operand& operand = job.operands[0];
  if (layer.op == quant::Op::slice) {
    const MapBegin begin = slice_begin(context, layer);
    operand.first_channel = begin.channel;
    operand.first_row = begin.y;
    operand.first_column = begin.x;
  } else if (layer.op == quant::Op::resize) {
    job.resize = &layer.resize();
    job.shape.y = resized_axis(operand.shape.height, job.resize->row);
    job.shape.x = resized_axis(operand.shape.width, job.resize->column);
  }
}

// One record where all windows count the same number of taps, else one for each number.
std::vector<std::uint8_t> average_records(const VectorJob& job, const quant::Layer& layer, const Context& context) {
  TapRange rows{job.shape.y.kernel, job.shape.y.kernel}, columns{job.shape.x.kernel, job.shape.x.kernel};
  if (!layer.pool().count_padding) {
    rows = taps_inside(job.shape.y);
    columns = taps_inside(job.shape.x);
  }
  const std::int64_t most = rows.most * columns.most;
  const bool uniform = rows.least * columns.least == most;
  return average_parameters(context.network, layer, context.machine, uniform ? most : 1, most);
}

std::vector<std::uint8_t> records_of(const VectorJob& job, const quant::Layer& layer, const Context& context) {
  switch (layer.op) {
    case quant::Op::add:
    case quant::Op::subtract:
      return add_parameters(context.network, layer, context.machine);
    case quant::Op::maximum:
    case quant::Op::minimum:
      return extremum_parameters(layer, context.machine);
    case quant::Op::lookup:
      return table_records(layer);
    case quant::Op::slice:
    case quant::Op::resize:
      return rescale_parameters(layer, context.machine, 1);
    case quant::Op::multiply:
      return rescale_parameters(layer, context.machine, layer.binary().multiplier[0]);
    case quant::Op::max_pool:
      return rescale_parameters(layer, context.machine, layer.pool().multiplier);
    case quant::Op::average_pool:
      return average_records(job, layer, context);
    case quant::Op::rescale:
      return rescale_parameters(layer, context.machine, layer.rescale().multiplier);
    case quant::Op::conv:
    case quant::Op::concat:
    case quant::Op::relayout:
      break;
  }
  throw std::logic_error(fmt::format("{} is no operation of the vector unit", quant::op_name(layer.op)));
}

void add_load_ahead(Context& context, const VectorJob& job, const mapping::VectorMapping& mapping) {
  for (const Operand& operand : job.operands)
    if (!on_chip(context, operand)) context.load_ahead.reset();
  const std::int64_t tiles = mapping::ceil_div(job.shape.channels, mapping.tile_blocks * context.machine.array.rows) *
                             mapping::ceil_div(job.shape.y.output, mapping.tile_h) *
                             mapping::ceil_div(job.shape.x.output, mapping.tile_w);
  context.load_ahead.add_layer(mapping.cycles, mapping.load_cycles, static_cast<double>(tiles));
}

}  // namespace

void emit_vector_layer(Context& context, const quant::Layer& layer) {
  VectorJob job;
  const bool binary = std::holds_alternative<quant::BinaryParameters>(layer.parameters);
  for (std::size_t i = 0; i < (binary ? 2U : 1U); ++i)
    job.operands.push_back(binary ? binary_operand(context, layer, i) : whole_operand(context, layer, i));
  job.output = layer.output;
  job.command.op = vector_op(layer.op);
  job.command.za = static_cast<std::int16_t>(job.operands[0].zero_point);
  if (binary) job.command.zb = static_cast<std::int16_t>(job.operands[1].zero_point);
  set_output_range(job.command, context, layer);
  const quant::MapShape out = quant::map_shape(context.tensor(layer.output));
  set_window(job, layer, job.operands[0].shape, out);
  set_part(job, context, layer);
  job.shape.op = job.command.op;
  job.shape.channels = out.channels;
  std::vector<std::uint8_t> records = records_of(job, layer, context);
  job.shape.parameter_records = static_cast<std::int64_t>(records.size()) / isa::kParameterRecordBytes;
  job.command.parameter_records = static_cast<std::uint32_t>(job.shape.parameter_records);
  const StorageId output = context.storages.id(layer.output);
  const auto choose = [&](const Placement& placement) {
    set_residency(job, context, placement);
    return context.mapper.map_vector(job.shape, placement.space);
  };
  const auto placed = job.shape.parameter_records * isa::kParameterRecordBytes >
                              isa::capacity_bytes(context.machine, isa::Buffer::parameters)
                          ? std::nullopt
                          : place_layer(context, storages_of(job.operands), output, choose);
  if (!placed) {
    for (mapping::VectorOperand& operand : job.shape.operands) operand.resident = false;
    throw layer_error(layer, mapping::vector_misfit(job.shape, context.machine));
  }
  apply(context, placed->placement, output);
  set_residency(job, context, placed->placement);
  job.command.parameter_address = load_parameters(context, std::move(records), layer.name);
  emit_job(context, job, placed->choice.best, placed->placement);
  add_load_ahead(context, job, placed->choice.best);
  context.builder.set_mapping(report_of(*placed, vector_text));
}

}  // namespace intloom::compile
