// The layer of a resize by the nearest pixel, shared by Resize and by Pad of mode edge.
#pragma once

#include "runtime/quant/float_values.h"

namespace intloom::quant {

// Of a map `input`, to the shape of the node's output; the same integers.
TensorId resize_layer(Lowering& lowering, const graph::Node& node, ResizeParameters resize, TensorId input,
                      const Target& target);

}  // namespace intloom::quant
