#include "runtime/reference/integer_reference.h"

#include <fmt/format.h>

#include <stdexcept>

#include "runtime/reference/integer_layers.h"

namespace intloom::reference {
namespace {

IntegerTensor run_layer(const LayerContext& context) {
  switch (context.layer.op) {
    case quant::Op::conv:
      return convolve(context);
    case quant::Op::add:
      return add(context);
    case quant::Op::multiply:
      return multiply(context);
    case quant::Op::max_pool:
      return max_pool(context);
    case quant::Op::average_pool:
      return average_pool(context);
    case quant::Op::concat:
      return concatenate(context);
    case quant::Op::rescale:
      return rescale(context);
    case quant::Op::relayout:
      return relayout(context);
    case quant::Op::lookup:
      return lookup(context);
    case quant::Op::subtract:
      return subtract(context);
    case quant::Op::maximum:
      return maximum(context);
    case quant::Op::minimum:
      return minimum(context);
    case quant::Op::slice:
      return slice(context);
    case quant::Op::resize:
      return resize(context);
  }
  throw std::logic_error("layer '" + context.layer.name + "': no such operation");
}

void require_size(const quant::Tensor& tensor, const IntegerTensor& values) {
  const auto expected = static_cast<std::size_t>(graph::element_count(tensor.shape));
  if (values.size() != expected) {
    throw std::invalid_argument(fmt::format("tensor '{}' has {} elements ({}), {} were given", tensor.name, expected,
                                            graph::to_string(tensor.shape), values.size()));
  }
}

isa::ScalingDescription exact_scaling() {
  isa::ScalingDescription scaling;
  scaling.multiplier = isa::Multiplier::fixed;
  scaling.multiplier_bits = 31;
  scaling.shift_min = 0;
  scaling.shift_max = 62;
  scaling.rounding = isa::Rounding::half_even;
  scaling.out_of_range = isa::OutOfRange::saturate;
  scaling.per_channel = true;
  return scaling;
}

}  // namespace

std::vector<IntegerTensor> run_integer_reference(const quant::Network& network, const isa::MachineDescription& machine,
                                                 const std::vector<IntegerTensor>& inputs) {
  if (inputs.size() != network.inputs.size()) {
    throw std::invalid_argument(
        fmt::format("the network has {} inputs, {} were given", network.inputs.size(), inputs.size()));
  }
  std::vector<IntegerTensor> values(network.tensors.size());
  for (std::size_t t = 0; t < network.tensors.size(); ++t) {
    if (network.tensors[t].constant) values[t] = network.tensors[t].constant->bytes;
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    require_size(network.tensor(network.inputs[i].tensor), inputs[i]);
    values[static_cast<std::size_t>(network.inputs[i].tensor)] = inputs[i];
  }
  for (const quant::Layer& layer : network.layers) {
    values[static_cast<std::size_t>(layer.output)] = run_layer({network, machine, layer, values});
  }
  return values;
}

std::vector<IntegerTensor> run_exact_reference(const quant::Network& network,
                                               const std::vector<IntegerTensor>& inputs) {
  isa::MachineDescription machine;
  machine.accumulator.width_bits = 64;
  machine.requant.scaling = exact_scaling();
  machine.vector.scaling = exact_scaling();
  return run_integer_reference(network, machine, inputs);
}

}  // namespace intloom::reference
