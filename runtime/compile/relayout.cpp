#include "runtime/compile/relayout.h"

#include "runtime/compile/layout_emitter.h"

namespace intloom::compile {
namespace {

// Where elements of the layer's input lie in the row-major bytes of its output.
LinearOrder permuted_order(const quant::Tensor& in, const std::vector<int>& perm) {
  if (perm.empty()) return row_major_order(in);
  graph::Shape permuted;
  for (const int d : perm) permuted.push_back(in.shape[static_cast<std::size_t>(d)]);
  const std::vector<std::int64_t> strides = row_major_strides(permuted);
  std::vector<std::int64_t> by_input(in.shape.size());
  for (std::size_t j = 0; j < perm.size(); ++j) by_input[static_cast<std::size_t>(perm[j])] = strides[j];
  return linear_order(in.shape, in.channel_axis, by_input);
}

}  // namespace

bool is_alias(const quant::Network& network, const quant::Layer& layer) {
  if (layer.op != quant::Op::relayout) return false;
  const quant::Tensor &in = network.tensor(layer.inputs[0]), &out = network.tensor(layer.output);
  const quant::MapShape from = quant::map_shape(in), to = quant::map_shape(out);
  const std::int64_t pixels = from.height * from.width;
  if (from.channels != to.channels || pixels != to.height * to.width || in.constant) return false;
  const LinearOrder a = permuted_order(in, layer.relayout().perm), b = row_major_order(out);
  if (from.channels > 1 && a.channel_stride != b.channel_stride) return false;
  for (std::int64_t pixel = 0; pixel < pixels; ++pixel)
    if (a.offset(0, pixel / from.width, pixel % from.width) != b.offset(0, pixel / to.width, pixel % to.width))
      return false;
  return true;
}

void emit_relayout_layer(Context& context, const quant::Layer& layer) {
  const quant::Tensor &in = context.tensor(layer.inputs[0]), &out = context.tensor(layer.output);
  Relayout relayout;
  relayout.source = context.storages.id(layer.inputs[0]);
  relayout.target = context.storages.id(layer.output);
  relayout.source_shape = quant::map_shape(in);
  relayout.target_shape = quant::map_shape(out);
  relayout.store = permuted_order(in, layer.relayout().perm);
  relayout.load = row_major_order(out);
  relayout.linear_bytes = static_cast<std::uint64_t>(graph::element_count(in.shape));
  relayout.target_tensor = &out;
  relayout.target_id = layer.output;
  emit_relayout(context, layer.name, relayout);
}

}  // namespace intloom::compile
