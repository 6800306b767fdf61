#include "runtime/compile/concat_emitter.h"

#include "rtl_models/isa/parameter_record.h"
#include "runtime/compile/linear_order.h"
#include "runtime/compile/parameters.h"
#include "runtime/compile/vector_emitter.h"
#include "runtime/mapping/misfit.h"

namespace intloom::compile {

// Axis of the model's shape, counted from the front.
std::size_t concat_axis(const quant::Layer& layer, const quant::Tensor& out) {
  const int axis = layer.concat().axis;
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(out.shape.size()) : axis);
}

isa::Vector copy_command(const Context& context, const quant::Layer& layer, const Operand& operand,
                         std::uint32_t parameter_address) {
  isa::Vector command;
  command.za = static_cast<std::int16_t>(operand.zero_point);
  command.parameter_address = parameter_address;
  set_output_range(command, context, layer);
  return command;
}

std::vector<std::uint8_t> concat_parameters(const Context& context, const quant::Layer& layer) {
  std::vector<std::uint8_t> bytes;
  if (!context.values && layer.concat().multiplier.empty()) {
    bytes.resize(layer.inputs.size() * isa::kParameterRecordBytes);
    return bytes;
  }
  for (const float multiplier : layer.concat().multiplier) {
    const auto record = rescale_parameters(layer, context.machine, multiplier);
    bytes.insert(bytes.end(), record.begin(), record.end());
  }
  return bytes;
}

void emit_concat_layer(Context& context, const quant::Layer& layer) {
  const quant::Tensor& out = context.tensor(layer.output);
  std::vector<Operand> operands;
  for (std::size_t i = 0; i < layer.inputs.size(); ++i) operands.push_back(whole_operand(context, layer, i));
  const std::string misfit =
      mapping::buffer_misfit(context.machine, isa::Buffer::parameters,
                             static_cast<std::int64_t>(operands.size()) * isa::kParameterRecordBytes, "its records");
  if (!misfit.empty()) throw layer_error(layer, misfit);
  if (concat_axis(layer, out) == channel_dimension(out.shape, out.channel_axis))
    emit_channel_concat(context, layer, std::move(operands));
  else
    emit_spatial_concat(context, layer, operands);
}

}  // namespace intloom::compile
