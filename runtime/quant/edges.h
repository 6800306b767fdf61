// The integer edges of a network: every tensor that passes between layers, or between host and network, as integers.
#pragma once

#include <string>
#include <vector>

#include "runtime/quant/network.h"

namespace intloom::quant {

struct IntegerEdge {
  std::string tensor;                  // Tensor::name
  std::string quantized_tensor;        // Tensor::quantized_name
  TensorId id = -1;                    // in Network::tensors
  std::string producer;                // name of the layer, or "input" for a model input
  std::vector<std::string> consumers;  // names of layers in program order, then "output" for each model output
  graph::DataType type = graph::DataType::int8;
  float scale = 1;
  std::int32_t zero_point = 0;
};

// In program order: model inputs first, then one edge a layer. Constants are no edges.
std::vector<IntegerEdge> integer_edges(const Network& network);

}  // namespace intloom::quant
