// Float oracle: evaluates a graph node by node in float32 on Eigen, QuantizeLinear and DequantizeLinear included.
// Sums of convolutions are in double (float_convolution.cpp says why).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runtime/graph/graph.h"

namespace intloom::reference {

struct FloatTensor {
  graph::Shape shape;
  std::vector<float> values;  // integer tensors hold their integers
};

// Values of the tensors named in `wanted` (all outputs are included), by tensor name; names that the graph does
// not have are left out. Intermediates are freed after their last use. `inputs` by input name, of any shape that the
// operators take. graph::ModelError, which names node and operator: an operator that is not known, shapes or attributes
// that do not fit. std::invalid_argument: a model input without data.
std::map<std::string, FloatTensor> run_float_reference(const graph::Graph& graph,
                                                       const std::map<std::string, graph::TensorData>& inputs,
                                                       const std::vector<std::string>& wanted);

}  // namespace intloom::reference
