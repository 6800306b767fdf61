// Layers of the vector unit: Add, Multiply, pooling, requantizing copies, Concat.
#pragma once

#include "runtime/compile/context.h"

namespace intloom::compile {

void emit_vector_layer(Context& context, const quant::Layer& layer);  // all but concat
void emit_concat_layer(Context& context, const quant::Layer& layer);

}  // namespace intloom::compile
