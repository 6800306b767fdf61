// Recipes of Conv and of matrix products, shared by the QDQ and the QOperator forms.
#pragma once

#include <vector>

#include "runtime/quant/weighted_value.h"

namespace intloom::quant {

// x: [1, C, (H,) W] in Network terms; weights [N, C/groups, (kh,) kw]. Everything but the bias.
WeightedValue::Recipe conv_recipe(Lowering& lowering, const graph::Node& node, TensorId x, Weights weights);

// x: [.., K]; weights [K, N], or [N, K] with `transposed`. A reshaped feature map is read as it was before the
// Reshape, by a kernel that covers it, where its channels fill an array better than single pixels would.
WeightedValue::Recipe matrix_recipe(Lowering& lowering, const graph::Node& node, TensorId x, Weights weights,
                                    bool transposed);

}  // namespace intloom::quant
