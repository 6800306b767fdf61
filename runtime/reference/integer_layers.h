// The layers of the integer oracle, one function a family. Each reads the integers of its inputs and writes those of
// its output; formulas: runtime/quant/network.h (layers) and rtl_models/isa/command.h (fixed and float32 multipliers).
#pragma once

#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/quant/network.h"
#include "runtime/reference/integer_reference.h"

namespace intloom::reference {

struct LayerContext {
  const quant::Network& network;
  const isa::MachineDescription& machine;
  const quant::Layer& layer;
  const std::vector<IntegerTensor>& values;  // by tensor id

  const quant::Tensor& input(std::size_t i) const { return network.tensor(layer.inputs[i]); }
  const IntegerTensor& input_values(std::size_t i) const { return values[static_cast<std::size_t>(layer.inputs[i])]; }
  const quant::Tensor& output() const { return network.tensor(layer.output); }
};

IntegerTensor convolve(const LayerContext& context);
IntegerTensor add(const LayerContext& context);
IntegerTensor subtract(const LayerContext& context);
IntegerTensor multiply(const LayerContext& context);
IntegerTensor maximum(const LayerContext& context);
IntegerTensor minimum(const LayerContext& context);
IntegerTensor max_pool(const LayerContext& context);
IntegerTensor average_pool(const LayerContext& context);
IntegerTensor concatenate(const LayerContext& context);
IntegerTensor rescale(const LayerContext& context);
IntegerTensor relayout(const LayerContext& context);
IntegerTensor lookup(const LayerContext& context);
IntegerTensor slice(const LayerContext& context);
IntegerTensor resize(const LayerContext& context);

}  // namespace intloom::reference
