// Conversions between linear tensors and feature maps: model inputs and outputs, and copies of maps into another order.
#pragma once

#include <string>

#include "runtime/compile/context.h"
#include "runtime/compile/linear_order.h"

namespace intloom::compile {

// Program layers of their own: a model input becomes a map (its LOADs are output pieces of the tensor); a tensor
// becomes a model output.
void emit_input_layout(Context& context, const quant::Boundary& input);
void emit_output_layout(Context& context, const quant::Boundary& output);

// A copy of the map `source` to the map `target` through a linear scratch area: `store` and `load` say where the
// elements of each lie in it.
struct Relayout {
  StorageId source = kNoStorage, target = kNoStorage;
  quant::MapShape source_shape, target_shape;
  LinearOrder store, load;
  std::uint64_t linear_bytes = 0;
  // Whose output pieces the LOADs are, its order being row major; null for a temporary.
  const quant::Tensor* target_tensor = nullptr;
  quant::TensorId target_id = -1;
};
// `name`: for errors.
void emit_relayout(Context& context, const std::string& name, const Relayout& relayout);

}  // namespace intloom::compile
