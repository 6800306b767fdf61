// The commands of one convolution, as its mapping says.
#pragma once

#include "runtime/compile/context.h"
#include "runtime/compile/placement.h"
#include "runtime/mapping/conv_mapping.h"

namespace intloom::compile {

// The output has its place already (apply). Loads run one tile ahead of the EXEC that needs them.
void emit_conv(Context& context, const quant::Layer& layer, const mapping::ConvShape& shape,
               const mapping::ConvMapping& mapping, const Placement& placement);

}  // namespace intloom::compile
