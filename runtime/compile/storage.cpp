#include "runtime/compile/storage.h"

#include <climits>

namespace intloom::compile {

int Storage::next_use(int now) const {
  for (const int use : uses)
    if (use > now) return use;
  return INT_MAX;
}

StorageTable::StorageTable(const quant::Network& network, const isa::MachineDescription& machine,
                           const std::vector<bool>& aliased)
    : word_(machine.array.rows), of_tensor_(network.tensors.size(), kNoStorage) {
  const auto add = [&](quant::TensorId tensor) {
    StorageId& id = of_tensor_[static_cast<std::size_t>(tensor)];
    if (id != kNoStorage) return;
    id = count();
    storages_.emplace_back();
    storages_.back().bytes = map_of(quant::map_shape(network.tensor(tensor)), 0).bytes();
  };
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const quant::Layer& layer = network.layers[i];
    for (const quant::TensorId input : layer.inputs) {
      add(input);
      (*this)[id(input)].uses.push_back(static_cast<int>(i));
    }
    if (aliased[i])
      of_tensor_[static_cast<std::size_t>(layer.output)] = id(layer.inputs[0]);
    else
      add(layer.output);
  }
  for (const quant::Boundary& input : network.inputs) add(input.tensor);
  for (const quant::Boundary& output : network.outputs) add(output.tensor);
}

StorageId StorageTable::add_temporary(std::uint64_t bytes, int now) {
  storages_.emplace_back();
  storages_.back().bytes = bytes;
  storages_.back().uses.push_back(now);
  return count() - 1;
}

BlockedMap StorageTable::on_chip(StorageId id, const quant::MapShape& shape) const {
  return map_of(shape, (*this)[id].buffer_address);
}

BlockedMap StorageTable::in_memory(StorageId id, const quant::MapShape& shape) const {
  return map_of(shape, (*this)[id].memory_address);
}

BlockedMap StorageTable::map_of(const quant::MapShape& shape, std::uint64_t address) const {
  return {address, (shape.channels + word_ - 1) / word_, shape.height, shape.width, word_};
}

}  // namespace intloom::compile
