// Relayout layers: Reshape, Transpose, changes of the channel axis.
#pragma once

#include "runtime/compile/context.h"

namespace intloom::compile {

// The output is the same bytes as the input ([1,C,1,1] to [1,C]; NCHW to NHWC): nothing to do.
bool is_alias(const quant::Network& network, const quant::Layer& layer);

void emit_relayout_layer(Context& context, const quant::Layer& layer);

}  // namespace intloom::compile
