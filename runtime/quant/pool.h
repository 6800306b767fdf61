// Average pooling, shared by the QDQ and the QOperator forms.
#pragma once

#include <memory>

#include "runtime/quant/float_values.h"

namespace intloom::quant {

std::shared_ptr<LayerValue> average_pool_value(Lowering& lowering, const graph::Node& node, TensorId x);
std::shared_ptr<LayerValue> global_average_pool_value(Lowering& lowering, const graph::Node& node, TensorId x);

}  // namespace intloom::quant
