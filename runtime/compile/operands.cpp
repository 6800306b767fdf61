#include "runtime/compile/operands.h"

#include <algorithm>

#include "runtime/compile/layout_emitter.h"

namespace intloom::compile {
namespace {

bool is_constant_along_rows(const LinearOrder& order) {
  return std::all_of(order.rows.begin(), order.rows.end(), [](const auto& axis) { return axis.stride == 0; });
}

bool same_rows(const LinearOrder& a, const LinearOrder& b) {
  return std::equal(a.rows.begin(), a.rows.end(), b.rows.begin(), b.rows.end(),
                    [](const auto& x, const auto& y) { return x.extent == y.extent && x.stride == y.stride; });
}

Operand operand_of(const quant::Tensor& tensor) {
  Operand operand;
  operand.is_signed = is_signed(tensor);
  operand.zero_point = tensor.zero_point;
  return operand;
}

// A constant as a map of `shape`, whose elements `order` finds in it.
void place_constant(Context& context, Operand& operand, const quant::Tensor& tensor, const LinearOrder& order) {
  const quant::MapShape& shape = operand.shape;
  BlockedMap map = context.storages.map_of(shape, 0);
  if (!context.values) {
    map.address = context.memory.reserve_constant(map.bytes(), "constant " + tensor.name);
    operand.constant_map = map;
    return;
  }
  std::vector<std::uint8_t> bytes(map.bytes(), 0);
  for (std::int64_t c = 0; c < shape.channels; ++c)
    for (std::int64_t y = 0; y < shape.height; ++y)
      for (std::int64_t x = 0; x < shape.width; ++x)
        bytes[map.at(c / map.word, y, x) + static_cast<std::uint64_t>(c % map.word)] =
            tensor.constant->bytes[static_cast<std::size_t>(order.offset(c, y, x))];
  map.address = context.memory.add_constant(std::move(bytes), "constant " + tensor.name);
  operand.constant_map = map;
}

void copy_to_temporary(Context& context, const quant::Layer& layer, Operand& operand, quant::TensorId source,
                       const LinearOrder& load) {
  const quant::Tensor& tensor = context.tensor(source);
  Relayout relayout;
  relayout.source = context.storages.id(source);
  relayout.target = context.storages.add_temporary(context.storages.map_of(operand.shape, 0).bytes(), context.now);
  relayout.source_shape = quant::map_shape(tensor);
  relayout.target_shape = operand.shape;
  relayout.store = row_major_order(tensor);
  relayout.load = load;
  relayout.linear_bytes = static_cast<std::uint64_t>(graph::element_count(tensor.shape));
  emit_relayout(context, layer.name, relayout);
  operand.storage = relayout.target;
}

}  // namespace

Operand binary_operand(Context& context, const quant::Layer& layer, std::size_t index) {
  const quant::TensorId id = layer.inputs[index];
  const quant::Tensor &in = context.tensor(id), &out = context.tensor(layer.output);
  const quant::MapShape own = quant::map_shape(in), target = quant::map_shape(out);
  const LinearOrder wanted = linear_order(out.shape, out.channel_axis, broadcast_strides(in.shape, out.shape));
  Operand operand = operand_of(in);
  operand.one_row = is_constant_along_rows(wanted);
  operand.one_column = wanted.column_stride == 0;
  operand.shape = {target.channels, operand.one_row ? 1 : target.height, operand.one_column ? 1 : target.width};
  if (in.constant) {
    place_constant(context, operand, in, wanted);
    return operand;
  }
  const LinearOrder has = row_major_order(in);
  const bool same_shape =
      own.channels == target.channels && own.height == operand.shape.height && own.width == operand.shape.width;
  const bool same_order = (own.channels == 1 || has.channel_stride == wanted.channel_stride) &&
                          (operand.one_row || same_rows(has, wanted)) &&
                          (operand.one_column || has.column_stride == wanted.column_stride);
  if (same_shape && same_order) {
    operand.storage = context.storages.id(id);
    return operand;
  }
  operand.one_row = operand.one_column = false;
  operand.shape = target;
  copy_to_temporary(context, layer, operand, id, wanted);
  return operand;
}

Operand whole_operand(Context& context, const quant::Layer& layer, std::size_t index) {
  const quant::TensorId id = layer.inputs[index];
  const quant::Tensor &in = context.tensor(id), &out = context.tensor(layer.output);
  Operand operand = operand_of(in);
  const bool same_axis = in.shape.size() <= 2 || in.channel_axis == out.channel_axis;
  quant::Tensor seen = in;
  if (!same_axis) seen.channel_axis = out.channel_axis;
  operand.shape = quant::map_shape(seen);
  if (in.constant)
    place_constant(context, operand, in, row_major_order(seen));
  else if (same_axis)
    operand.storage = context.storages.id(id);
  else
    copy_to_temporary(context, layer, operand, id, row_major_order(seen));
  return operand;
}

}  // namespace intloom::compile
