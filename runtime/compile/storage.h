// Where tensors lie while a program is compiled. Tensors that are the same bytes (alias_of) share one storage.
#pragma once

#include <cstdint>
#include <vector>

#include "rtl_models/isa/machine_description.h"
#include "runtime/compile/blocked_map.h"
#include "runtime/quant/network.h"

namespace intloom::compile {

using StorageId = std::int32_t;
inline constexpr StorageId kNoStorage = -1;

struct Storage {
  std::uint64_t bytes = 0;
  bool on_chip = false, in_memory = false;  // whole, in channel blocks; both after it was stored but not yet dropped
  bool is_constant = false;
  std::uint32_t buffer_address = 0;
  std::uint64_t memory_address = 0;
  std::vector<int> uses;  // layers that read it, ascending

  // First use behind layer `now`; INT_MAX where there is none.
  int next_use(int now) const;
};

class StorageTable {
 public:
  // Storages and uses of all tensors of the network; outputs of `aliased` layers share the storage of their input.
  StorageTable(const quant::Network& network, const isa::MachineDescription& machine, const std::vector<bool>& aliased);

  StorageId id(quant::TensorId tensor) const { return of_tensor_[static_cast<std::size_t>(tensor)]; }
  Storage& operator[](StorageId id) { return storages_[static_cast<std::size_t>(id)]; }
  const Storage& operator[](StorageId id) const { return storages_[static_cast<std::size_t>(id)]; }
  StorageId count() const { return static_cast<StorageId>(storages_.size()); }

  // A storage for something that only layer `now` uses.
  StorageId add_temporary(std::uint64_t bytes, int now);

  // The tensor as a map in its storage's place on chip, or else in memory.
  BlockedMap on_chip(StorageId id, const quant::MapShape& shape) const;
  BlockedMap in_memory(StorageId id, const quant::MapShape& shape) const;
  BlockedMap map_of(const quant::MapShape& shape, std::uint64_t address) const;

 private:
  std::int64_t word_;
  std::vector<Storage> storages_;
  std::vector<StorageId> of_tensor_;
};

}  // namespace intloom::compile
