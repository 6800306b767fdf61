// A vector that was reshaped from a feature map: where its elements lie in the map.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/quant/network_builder.h"

namespace intloom::quant {

struct FlattenedMap {
  TensorId map = -1;
  // For each element of the map in the order [channels][height][width] (map_shape): its index in the vector.
  std::vector<std::int64_t> vector_index;
  std::vector<std::string> layers;  // Reshape, Transpose, ... between map and vector
};

// `vector`: a tensor with all its elements along the last dimension. None where it is no reshaped map, or where the map
// has so few channels that one pixel at a time would leave most of an array's rows idle.
std::optional<FlattenedMap> find_flattened_map(NetworkBuilder& network, TensorId vector);

}  // namespace intloom::quant
