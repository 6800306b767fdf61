// Maps the layers of one network for one machine. Layers of the same shape with the same space are mapped once.
//
// Where a layer's slots lie does not matter to its mapping, only whether they fit: spaces whose free spans have the
// same sizes count as the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/mapping/conv_mapping.h"
#include "runtime/mapping/free_space.h"
#include "runtime/mapping/vector_mapping.h"

namespace intloom::mapping {

class Mapper {
 public:
  explicit Mapper(const isa::MachineDescription& machine) : machine_(machine) {}

  const ConvChoice& map_conv(const ConvShape& shape, const ConvResources& resources);
  const VectorChoice& map_vector(const VectorShape& shape, const FreeSpace& scratchpad);

 private:
  // All that a choice depends on.
  using Key = std::vector<std::int64_t>;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };

  static void append(Key& key, const FreeSpace& space);
  static void append(Key& key, const WindowAxis& axis);

  const isa::MachineDescription& machine_;
  std::unordered_map<Key, ConvChoice, Hash> convs_;
  std::unordered_map<Key, VectorChoice, Hash> vectors_;
};

}  // namespace intloom::mapping
