// Networks of one layer, for the integer oracle's tests.
#pragma once

#include <memory>
#include <utility>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::reference {

inline quant::Tensor make_tensor(graph::Shape shape, graph::DataType type, std::int32_t zero_point, float scale = 1) {
  quant::Tensor tensor;
  tensor.name = "t";
  tensor.shape = std::move(shape);
  tensor.type = type;
  tensor.zero_point = zero_point;
  tensor.scale = scale;
  return tensor;
}

// `inputs` become tensors 0, 1, ... and model inputs; the output comes last.
inline quant::Network make_network(const std::vector<quant::Tensor>& inputs, const quant::Tensor& output, quant::Op op,
                                   quant::LayerParameters parameters) {
  quant::Network network;
  network.tensors = inputs;
  network.tensors.push_back(output);
  quant::Layer layer;
  layer.name = "layer";
  layer.op = op;
  layer.parameters = std::move(parameters);
  layer.output = static_cast<quant::TensorId>(inputs.size());
  const bool is_signed = output.type == graph::DataType::int8;
  layer.clamp = is_signed ? quant::Clamp{-128, 127} : quant::Clamp{0, 255};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    layer.inputs.push_back(static_cast<quant::TensorId>(i));
    network.inputs.push_back({"x", static_cast<quant::TensorId>(i), inputs[i].type, inputs[i].shape});
  }
  network.layers.push_back(std::move(layer));
  network.outputs.push_back({"y", static_cast<quant::TensorId>(inputs.size()), output.type, output.shape});
  return network;
}

inline quant::ConvParameters make_conv(std::int64_t outputs, std::int64_t channels, std::vector<std::int16_t> weights,
                                       std::vector<std::int32_t> bias, std::vector<float> multiplier) {
  quant::ConvParameters conv;
  conv.output_channels = outputs;
  conv.channels = channels;
  conv.weights = std::move(weights);
  conv.bias = std::move(bias);
  conv.multiplier = std::move(multiplier);
  return conv;
}

inline isa::MachineDescription machine_with(isa::Rounding rounding) {
  isa::MachineDescription machine;
  machine.requant.scaling.rounding = rounding;
  machine.vector.scaling.rounding = rounding;
  return machine;
}

inline isa::MachineDescription machine_with_float32() {
  isa::MachineDescription machine = machine_with(isa::Rounding::half_even);
  machine.requant.scaling.multiplier = isa::Multiplier::float32;
  machine.vector.scaling.multiplier = isa::Multiplier::float32;
  return machine;
}

inline IntegerTensor bytes(const std::vector<int>& values) { return {values.begin(), values.end()}; }

inline IntegerTensor run_layer(const quant::Network& network, const isa::MachineDescription& machine,
                               const std::vector<IntegerTensor>& inputs) {
  return run_integer_reference(network, machine, inputs).back();
}

}  // namespace intloom::reference
